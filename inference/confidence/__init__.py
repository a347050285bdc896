"""The probability that spans are right, and what becomes of doubtful ones."""
