"""The operators, one module a verb: find the frames, call, commit, report."""
