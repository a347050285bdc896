"""Laying a pose on a drawing."""
