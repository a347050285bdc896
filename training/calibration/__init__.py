"""Is the engine as sure as it is right? Fitting confidence, and measuring the whole engine."""
