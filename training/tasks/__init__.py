"""What is learnt: batches, losses and validation of each network."""
