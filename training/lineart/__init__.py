"""Clips of rigged characters, drawn by Blender's Line Art in headless Blender."""
