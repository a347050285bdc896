"""Arrays of places and rows, whatever they mean: the primitives that every other room stands on."""
