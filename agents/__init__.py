"""Policies: scripted and learned, one interface."""
