"""Trained networks on NumPy alone: their weights, their layers, what they see and what they say."""
