"""Draw the sprite sheets: `python scripts/maintenance/draw_sprites.py [FOLDER]` (default: assets/sprites).

Both sheets hold the same sprites, each drawn for its own size: the 8-pixel parts are set pixel by pixel
in assets/sprites/pixels_8.txt, the 32-pixel parts are shapes in sprite_shapes.py, and the sprites are
composed of the parts here. All colours come from assets/palette.json.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import sprite_shapes
from altared.envs.grid.codes import KIND_NAMES
from altared.envs.render.palette import palette
from altared.envs.render.scene import VERDICTS
from altared.envs.render.sheet import SHEET_COLUMNS, over, write_image
from rasteriser import Colours

SIZES = (8, 32)


def read_pixels() -> tuple[dict[str, str], dict[str, list[str]]]:
    """The letters of pixels_8.txt (letter -> colour name) and its parts (name -> eight rows)."""
    text = files("altared.assets").joinpath("sprites/pixels_8.txt").read_text("utf-8")
    legend, *blocks = text.split("\n= ")
    letters = dict(line.split() for line in legend.splitlines() if len(line.split()) == 2)
    parts = {name: rows for name, *rows in (block.split() for block in blocks)}
    return letters, parts


def draw_pixels(name: str, colours: Colours) -> np.ndarray:
    """One part of the 8-pixel sprites, uint8 (8, 8, 4)."""
    letters, parts = read_pixels()
    rows = parts[name]
    if len(rows) != 8 or any(len(row) != 8 for row in rows):
        raise ValueError(f"pixels_8.txt: part {name!r} must be 8 rows of 8 letters, got {rows}")
    return np.array([[(*colours[letters[c]], 255)[:4] for c in row] for row in rows], np.uint8)


def draw_part(size: int, name: str, **roles: str) -> np.ndarray:
    """One part at either size; `roles` says which palette colour fills a role such as `kind`."""
    base = palette()
    colours: Colours = {**base, "clear": (0, 0, 0, 0), "glint": (*base["white"], 90)}
    colours |= {role: base[colour] for role, colour in roles.items()}
    glow = 205 if "beam" in roles else 105
    colours |= {"beam_core": (*colours["beam"], 230), "beam_glow": (*colours["beam"], glow)}
    if "kind" in roles:
        colours["faint_kind"] = (*colours["kind"], 150)
    return (draw_pixels if size == 8 else sprite_shapes.draw_part)(name, colours)


def draw_site(size: int, kind: str) -> dict[str, np.ndarray]:
    """A site with fruit, eaten, and where nothing can grow back."""
    grass, earth = draw_part(size, "grass"), draw_part(size, "earth")
    return {
        f"site_{kind}_live": over(grass, draw_part(size, f"fruit_{kind}")),
        f"site_{kind}_empty": over(grass, draw_part(size, "bud", kind=kind)),
        f"site_{kind}_barren": over(earth, draw_part(size, "seed", kind=f"{kind}_dark")),
    }


def draw_altar(size: int, prohibited: int) -> np.ndarray:
    """The altar, burning in the colours of what is permitted; unlit where nothing is prohibited."""
    permitted = [kind for k, kind in enumerate(KIND_NAMES) if not prohibited >> k & 1]
    altar = over(draw_part(size, "floor"), draw_part(size, "pedestal"))
    if len(permitted) == len(KIND_NAMES):
        return over(altar, draw_part(size, "coals"))
    if not permitted:
        return over(altar, draw_part(size, "blaze"))
    flames = ("flame",) if len(permitted) == 1 else ("flame_left", "flame_right")
    for flame, kind in zip(flames, permitted, strict=True):
        roles = {"flame": kind, "flame_core": f"{kind}_light", "flame_edge": f"{kind}_dark"}
        altar = over(altar, draw_part(size, flame, **roles))
    return altar


def draw_sprites(size: int) -> dict[str, np.ndarray]:
    """Every sprite of a sheet by name, each uint8 (size, size, 4)."""
    sprites = {name: draw_part(size, name) for name in ("unseen", "outside", "wall", "floor")}
    for kind in KIND_NAMES:
        sprites |= draw_site(size, kind)
    sprites |= {f"altar_{subset}": draw_altar(size, subset) for subset in range(2 ** len(KIND_NAMES))}
    sprites["altar_blank"] = over(draw_part(size, "floor"), draw_part(size, "blank"))
    sprites |= {
        name: draw_part(size, name) for name in ("beam", "body", "face", "shine", "ready", "mark", "focus")
    }
    sprites |= {f"badge_{kind}": draw_part(size, "badge", kind=kind) for kind in KIND_NAMES}
    for verdict in VERDICTS:
        sprites[f"beam_{verdict}"] = draw_part(size, "beam", beam=verdict)
        sprites[f"spark_{verdict}"] = draw_part(size, "spark", spark=verdict)
    sprites |= {name: draw_part(size, name) for name in ("poisoned", "prohibited")}
    return sprites


def main(argv: list[str] | None = None) -> int:
    """Write sheet_8.png, sheet_32.png and index.json (the sprites' names in sheet order)."""
    argv = sys.argv[1:] if argv is None else argv
    folder = Path(argv[0]) if argv else Path(str(files("altared.assets"))) / "sprites"
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        sprites = draw_sprites(size)
        blank = np.zeros((size, size, 4), np.uint8)
        tiles = [*sprites.values(), *[blank] * (-len(sprites) % SHEET_COLUMNS)]
        rows = [tiles[i : i + SHEET_COLUMNS] for i in range(0, len(tiles), SHEET_COLUMNS)]
        write_image(folder / f"sheet_{size}.png", np.concatenate([np.concatenate(row, 1) for row in rows], 0))
        index = {"columns": SHEET_COLUMNS, "sizes": SIZES, "sprites": list(sprites)}
        (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n", "utf-8")
    print(f"wrote {len(index['sprites'])} sprites at {' and '.join(map(str, SIZES))} pixels to {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
