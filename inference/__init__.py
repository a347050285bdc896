"""The engine: drawings in, drawings out. Never imports bpy; strokes need NumPy alone."""
