"""What a drawing is: the data contract, curve types, the drawing plane, layers, the timeline, pixels."""
