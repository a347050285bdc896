"""Filling shots as files, by the hundred: what is asked, done already, what came.

No bpy here.
"""
