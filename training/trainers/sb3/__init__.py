"""Independent PPO by stable-baselines3: one of its models for each agent."""
