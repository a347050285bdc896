"""Many shots on many processes, by Dask distributed.

This part needs Dask and a network, and does not ship.
"""
