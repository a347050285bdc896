"""What lies in front of what, and what that hides."""
