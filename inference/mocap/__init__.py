"""Motion capture: BVH files, and the bones and poses that a scene can take over."""
