"""What becomes what: two keys in, the spans of their lines that correspond out."""
