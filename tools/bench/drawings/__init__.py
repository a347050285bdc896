"""What the benchmark measures on: sequences of drawings, their fills and armatures, and drawings made as asked."""
