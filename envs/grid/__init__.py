"""The grid: one map, bodies that move on it, beams, growth, and what agents see."""
