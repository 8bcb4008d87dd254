"""Training, logging and evaluation of populations."""
