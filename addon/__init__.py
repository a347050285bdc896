"""Blender's side: registration, the sidebar, menus, properties, and the one adapter to Grease Pencil."""
