"""Ray RLlib's PPO as a trainer: one module for each agent."""
