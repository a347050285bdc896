"""Motion capture: BVH files as they come, and the bones and poses that a scene can take over."""
