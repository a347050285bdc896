"""Trying batch work hard: killing it, timing it, and working out how far it scales. Results are in docs/batch.md."""
