"""What leads lines from key to key: the drawings alone, a skeleton inferred from them, or a guide."""
