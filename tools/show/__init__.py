"""A show to try batch work on: many small shots as .blend files, some of them bad in known ways."""
