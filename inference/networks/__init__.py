"""Trained networks on NumPy alone: weights, layers, what they see and say."""
