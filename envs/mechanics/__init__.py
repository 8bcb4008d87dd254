"""Mechanics that games on a map share: institution, altar, records, sanctions, poison."""
