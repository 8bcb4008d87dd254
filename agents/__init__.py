"""Policies: scripted and learned, one interface."""

from .residents import load_residents

__all__ = ["load_residents"]
