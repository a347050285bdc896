"""From travelling vertices to a drawing with all that the artist set on it."""
