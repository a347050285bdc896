"""A skeleton in motion leads lines: how it is seen, which lines it holds, where it carries them, what it hides."""
