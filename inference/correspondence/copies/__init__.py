"""What of a drawing is the other key's, moved, turned, scaled or mirrored."""
