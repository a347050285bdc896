"""What the animator says of a gap, as plain data."""
