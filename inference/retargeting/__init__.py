"""One drawing performs what a skeleton does."""
