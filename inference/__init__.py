"""The engine: drawings in, drawings out; no bpy, and NumPy alone for strokes."""
