"""Matrix games: all choose at once, and a table says what everybody gets."""
