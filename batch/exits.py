"""What exit codes mean; docs/batch.md tells them to those who write pipelines."""

OK = 0
"""Every shot is filled, was filled before, or has nothing to fill."""
SOME_FAILED = 1
"""At least one shot failed; its result and the summary say why. The others are done."""
USAGE = 2
"""The command line cannot be understood; nothing was done."""
UNAVAILABLE = 3
"""What the work needs is not there: Dask, a scheduler, Blender, the output folder."""
ORPHANED = 4
"""A child ended because whoever started it was gone."""
INTERRUPTED = 130
"""Stopped from the keyboard; what is finished stays, and a further run goes on from there."""
