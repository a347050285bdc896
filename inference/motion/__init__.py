"""How what corresponds travels from key to key, and when."""
