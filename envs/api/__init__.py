"""What users hold: batches, PettingZoo, Gymnasium and stable-baselines3 environments, recordings, registration."""
