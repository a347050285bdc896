"""Procedural figures: bodies, motions and their drawings."""
