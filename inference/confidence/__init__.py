"""How probably spans are right, and what becomes of those that probably are not."""
