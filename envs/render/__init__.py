"""Pictures of a world; the only rooms that import pygame."""
