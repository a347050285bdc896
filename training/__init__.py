"""Making drawings that know the truth, and learning from them. Not shipped: it needs torch, and never Blender."""
