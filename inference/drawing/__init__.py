"""What a drawing is: its contract, curves, plane, layers, timeline and pixels."""
