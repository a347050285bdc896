"""The project's own drawings: characters drawn key by key, as a person would, for the demo, the docs and tests.

Every key has its own control points and strokes. `hand` gives them an unsteady line, their own order, directions and
seams; `scenes` lists the finished samples.
"""
