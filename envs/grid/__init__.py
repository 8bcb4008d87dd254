"""The rules of all games on a map: movement, beams, growth and observations."""
