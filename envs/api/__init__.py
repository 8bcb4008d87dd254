"""The APIs of the games: batches, PettingZoo, Gymnasium, stable-baselines3, recordings and registration."""
