"""Training, logging and evaluation of populations, and experiments that reproduce results."""
