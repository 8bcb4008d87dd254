"""Independent PPO: our own trainer, all learners at once."""
