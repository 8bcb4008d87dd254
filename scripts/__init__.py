"""Command lines: one module for each subcommand of `altared`."""
