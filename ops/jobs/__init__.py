"""Work that takes its time, knowing nothing of Blender's context."""
