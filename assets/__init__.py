"""Maps, sprites and the palette, read as package data.

Maps: `open`, `closed`, `partnership` for Commons Harvest. `altared` for Altared Harvest, with zones a (red)
above, b (blue) next to and c (green) below the altar, two patches of 13 sites each: the altar is in sight
from no patch and no spawn cell, yet a few steps from all, and who changes zones passes where it can be seen.
`altared_wide`: the same with patches of 37. `altared_small`: for 4 agents and quick experiments; there the
altar can be seen from every spawn cell and most sites. `berries` for poison berries: an orchard of 590
berries of kind c, with 40 each of kinds a and b spread evenly through it.
"""
