"""Arrays of places and rows: the primitives that every other room stands on."""
