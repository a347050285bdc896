"""The drawings' own skeleton leads, inferred from how their lines move."""
