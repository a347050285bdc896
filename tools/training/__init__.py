"""What training is made from and how the network is trained. None of it ships in the extension."""
