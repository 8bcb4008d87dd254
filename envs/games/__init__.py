"""The games, one folder each, with configuration, rules, metrics and scene."""
