"""Maps, sprites and the palette, read as package data."""
