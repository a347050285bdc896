"""Clips of moving characters that know where every line goes, and how keys are redrawn from them."""
