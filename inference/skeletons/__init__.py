"""Skeletons in motion as the drawing plane sees them, and what their bones hold."""
