"""Filling whole scenes and files."""
