"""How figures move."""
