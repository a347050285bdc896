"""The demo: sample characters tweened in headless Blender by the registered operator, and pictures of the result."""
