"""Blender's side: registration, sidebar, menus, properties, and the adapter.

The adapter is the one way to Grease Pencil.
"""
