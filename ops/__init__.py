"""The operators, one module per verb: find the frames, call the engine, commit, report."""
