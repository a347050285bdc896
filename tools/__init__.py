"""Developers' tools, run from the repository's root as `python -m tools.NAME`; none of them ships in the extension."""
