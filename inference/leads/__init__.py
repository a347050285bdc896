"""What leads lines from key to key: drawings, an inferred skeleton, or a guide."""
