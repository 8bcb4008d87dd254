"""Experiments that reproduce published results: plans, jobs, verdicts, figures, reports."""
