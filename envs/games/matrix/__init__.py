"""Matrix games: agents act simultaneously, and a table gives the payoffs."""
