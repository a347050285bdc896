"""Polylines become curves of the types that they were drawn as."""
