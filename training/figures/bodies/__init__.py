"""Bodies of figures: what they are made of."""
