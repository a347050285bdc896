"""What Blender evaluates: read at any frame, wherever the playhead stands."""
