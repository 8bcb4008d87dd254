"""The games, a folder each: configuration, rules, metrics, scene."""
