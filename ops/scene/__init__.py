"""Reading the scene into plain data, and writing drawings back in one step."""
