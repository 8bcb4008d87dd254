"""A game's codebook: which codes and planes it has, what is refused, and what its codes look like."""

from types import SimpleNamespace

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.grid import codes
from altared.envs.grid.codebook import Code, codebook_of
from altared.envs.grid.maps import HARVEST_LEGEND, MapError
from altared.envs.render import own_sprites
from altared.envs.render.sprites import rgb_table


def mechanic(**declared):
    return SimpleNamespace(__name__="mine", **declared)


def book(*mechanics):
    return codebook_of(mechanics, HARVEST_LEGEND)


@pytest.mark.parametrize(
    ("game", "planes", "highest"),
    [
        ("commons_harvest", 16, (codes.SITE + codes.BARREN, codes.SELF + 1)),
        ("altared_harvest", 27, (codes.GROUND_CODES - 1, codes.OCCUPANT_CODES - 1)),
        ("poison_berries", 27, (codes.GROUND_CODES - 1, codes.OCCUPANT_CODES - 1)),
        ("orchard", 18, (codes.GROUND_CODES + 1, codes.SELF + 1)),
    ],
)
def test_each_game_shows_its_own_planes_and_codes(game, planes, highest):
    batch = make_batch(game)
    assert len(batch.game.planes) == planes
    assert batch.game.codebook.highest == highest
    assert tuple(batch.observation_space.high[0, 0]) == highest
    assert make_batch(game, observation="planes").observation_space.shape[-1] == planes


def test_own_codes_come_after_those_of_all_games_and_set_their_planes():
    mine = book(
        mechanic(GROUND={"mud": Code(("floor", "mud"))}, OCCUPANTS={"smoke": Code(("beam", "smoke"))})
    )
    assert (mine["mud"], mine["smoke"]) == (codes.GROUND_CODES, codes.OCCUPANT_CODES)
    assert mine.planes[-2:] == ("mud", "smoke")
    ground = dict(zip(mine.planes, mine.ground_planes[mine["mud"]], strict=True))
    assert {name for name, value in ground.items() if value} == {"floor", "mud"}
    occupant = dict(zip(mine.planes, mine.occupant_planes[mine["smoke"]], strict=True))
    assert {name for name, value in occupant.items() if value} == {"beam", "smoke"}
    assert "| ground | 22 | mud: floor, mud |" in mine.legend()
    assert codes.occupant_parts(mine["smoke"]).name == "own", "it is no body"


def test_solid_ground_stops_bodies():
    mine = book(mechanic(GROUND={"hedge": Code(("hedge",), solid=True), "mud": Code(("mud",))}))
    assert mine["hedge"] in mine.solid
    assert mine["mud"] not in mine.solid


@pytest.mark.parametrize(
    ("mechanics", "said"),
    [
        ([mechanic(GROUND={"mud": Code(())}), mechanic(GROUND={"mud": Code(())})], "mud"),
        ([mechanic(GROUND={"mud": Code(())}, OCCUPANTS={"mud": Code(())})], "mud"),
        ([mechanic(GROUND={"mud": Code((), char="~"), "sand": Code((), char="~")})], "'~'"),
        ([mechanic(GROUND={"mud": Code((), char="mud")})], "'mud'"),
        ([mechanic(OCCUPANTS={"smoke": Code((), char="~")})], "smoke"),
        ([mechanic(GROUND={f"mud {k}": Code(()) for k in range(256)})], "256"),
    ],
)
def test_codes_that_cannot_be_told_apart_are_refused(mechanics, said):
    with pytest.raises(TypeError, match=said):
        book(*mechanics)


def test_a_map_with_a_character_of_another_game_is_refused():
    with pytest.raises(MapError, match="unknown '~'"):
        make_batch("commons_harvest", map="#####\n#Pa~#\n#####", num_agents=1)


def test_a_code_without_a_sprite_is_a_checkerboard_and_says_so_once():
    mine = book(mechanic(GROUND={"bog": Code(("bog",)), "marsh": Code(("marsh",), sprite="no/such.png")}))
    with pytest.warns(UserWarning, match="code 'bog' has no sprite") as caught:
        table = rgb_table(32, mine)
    assert ["'bog'" in str(one.message) for one in caught].count(True) == 1
    assert any(
        "code 'marsh' has sprite='no/such.png', which is neither" in str(one.message) for one in caught
    )
    for name in ("bog", "marsh"):
        assert (table[mine[name], codes.NOBODY] == own_sprites.warning_pattern(32)[..., :3]).all()
    assert (table[: codes.GROUND_CODES, : codes.OCCUPANT_CODES] == rgb_table(32)).all(), "others as ever"


def test_the_altar_alone_is_hidden_with_the_rule():
    shown = make_batch("orchard", 2, observation="tiles")
    hidden = make_batch("orchard", 2, observation="tiles", hide_rule=True)
    assert np.array_equal(shown.reset(seed=0), hidden.reset(seed=0))
