"""Thin, typed command lines: one module for each subcommand of `altared`."""
