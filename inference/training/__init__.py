"""Making drawings that know the truth, and learning from them. Not part of the extension: needs torch, never Blender."""
