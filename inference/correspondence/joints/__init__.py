"""Joints of limbs: where strokes hang on others, and what that says of what becomes what."""
