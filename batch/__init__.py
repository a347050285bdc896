"""Filling shots as files, by the hundred: what is asked for, what is finished already, what came of it. No bpy here."""
