"""Policies, scripted and learned, with one interface."""

from .residents import load_residents

__all__ = ["load_residents"]
