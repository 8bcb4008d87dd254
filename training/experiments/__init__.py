"""Experiments that re-make published results: plans, jobs, verdicts, figures, reports."""
