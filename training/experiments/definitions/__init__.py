"""The experiments, one a file: conditions to train and measure, and claims to test."""
