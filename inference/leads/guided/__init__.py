"""The guide leads: an armature in motion binds both keys' lines and carries them."""
