"""Batches, PettingZoo, Gymnasium and stable-baselines3 environments, recordings, registration."""
