"""What a map must have for the norms and the poison of a config."""

from typing import Any

from ..grid.maps import Map, MapError, require_altar, require_kinds

AT_LEAST_TWO = ("stock", "episode", "vote")  # institutions that choose among the kinds that grow


def check_map(config: Any, world: Map) -> None:
    """Refuse a map that lacks what the norms of a config speak of."""
    if config.display != "blank" or config.institution == "vote":
        require_altar(world)
    if config.institution == "fixed":
        require_kinds(world, config.prohibited)
    if config.institution == "schedule":
        require_kinds(world, "".join(config.schedule))
    if config.institution in AT_LEAST_TWO and len(set(world.kinds.tolist())) < 2:
        raise MapError(
            f"map {world.name!r}: institution={config.institution!r} chooses among kinds: "
            "sites of at least two of a, b and c are needed"
        )


def check_poison_map(config: Any, world: Map) -> None:
    """Refuse a map that lacks what the norms and the poison of a config speak of."""
    require_kinds(world, config.poisoning().kind)
    check_map(config, world)
