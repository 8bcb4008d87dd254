"""One lake, many boats: a stock that regrows from what is left of it."""
