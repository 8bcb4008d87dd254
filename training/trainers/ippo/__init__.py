"""Independent PPO (IPPO), the default trainer: all learners at once."""
