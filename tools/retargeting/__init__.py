"""Retargeting measured: real drawings, real captures, without Blender."""
