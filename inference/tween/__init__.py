"""The engine's entrance: keys in, any moment between them out."""
