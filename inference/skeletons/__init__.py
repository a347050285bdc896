"""Skeletons in motion, as the drawing plane sees them, and the places that their bones hold."""
