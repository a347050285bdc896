"""Coloured sequences: their fills, and how well paint holds together with lines."""
