"""Joints of limbs: what strokes hang on, and what that says of the others."""
