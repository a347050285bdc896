"""What is measured of an in-between: its lines, whether they hold together and travel evenly, and its paint."""
