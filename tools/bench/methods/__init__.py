"""Ways to tween a sequence: ours in Blender and alone, Blender's own, and what needs no engine."""
