"""A guide leads: an armature in motion binds the lines of both keys and carries them."""
