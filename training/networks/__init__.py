"""The networks as they are trained, twins of those in `inference/networks`."""
