"""What keys mean: movements on a map; in other games, a choice among the game's actions."""

from typing import Any, Protocol

from altared.envs.grid import codes, movement
from altared.envs.render.scene import GridScene, Scene
from gymnasium import spaces

MOVE_KEYS = {
    "w": "forward",
    "s": "backward",
    "a": "step left",
    "d": "step right",
    "q": "turn left",
    "e": "turn right",
}
FURTHER_KEYS = ("space", *"123456789")  # for what a game offers besides moves, in its order
SCREEN_KEYS = ("up", "right", "down", "left")  # in the order of the headings
AHEAD_RIGHT_BACK_LEFT = ("forward", "step right", "backward", "step left")
STEPS = {"up": 1, "right": 1, "down": -1, "left": -1}  # from one choice to the next
LEVELS = 20  # from the lowest to the highest choice where any number can be chosen


class Controls(Protocol):
    """Turns keys into the actions of one agent."""

    fps: float  # steps a second that a person can follow

    def notes(self) -> tuple[str, ...]:
        """Lines for the foot of the panel, as many at every step."""
        ...

    def action(self, keys: list[str], scene: Scene, agent: int) -> float:
        """What the agent does now, by the keys pressed since the last step; the latest is last."""
        ...


def controls_for(game: Any) -> Controls:
    """How a game is played by a person: by the names of its actions."""
    if set(movement.ACTIONS) <= set(game.actions):
        return GridControls(game.actions)
    if isinstance(game.action_space, spaces.Discrete):
        return DiscreteControls(game.actions)
    return ContinuousControls(game.action_space)


class GridControls:
    """Movement on a map, and what else the game offers; no action while no key is pressed."""

    fps = 6.0

    def __init__(self, actions: tuple[str, ...]):
        further = [name for name in actions if name not in movement.ACTIONS]
        self._actions = actions
        self._further = dict(zip(FURTHER_KEYS, further, strict=False))
        self._by_key = MOVE_KEYS | self._further

    def notes(self) -> tuple[str, ...]:
        further = "    ".join(f"{key}: {name}" for key, name in self._further.items())
        return (
            "arrows: walk that way on screen",
            "W A S D: walk    Q E: turn    esc: leave",
            further,
        )

    def action(self, keys: list[str], scene: Scene, agent: int) -> int:
        assert isinstance(scene, GridScene)
        return self._actions.index(self.name_of(keys, heading_of(scene, agent)))

    def name_of(self, keys: list[str], heading: int) -> str:
        """The name of the action of the latest key that means one; noop without any."""
        for key in reversed(keys):
            if key in self._by_key:
                return self._by_key[key]
            if key in SCREEN_KEYS:
                return AHEAD_RIGHT_BACK_LEFT[(SCREEN_KEYS.index(key) - heading) % 4]
        return "noop"


def heading_of(scene: GridScene, agent: int) -> int:
    """Where an agent faces, 0..3 = N, E, S, W; north while it is removed."""
    occupant = scene.tiles[..., 1][scene.agents == agent]
    return (codes.occupant_parts(int(occupant[0])).facing or 0) if occupant.size else 0


class DiscreteControls:
    """One of a game's named actions; the choice stands until another is made."""

    fps = 1.0

    def __init__(self, actions: tuple[str, ...]):
        self._actions, self._chosen = actions, 0

    def notes(self) -> tuple[str, ...]:
        keys = f"1 to {min(len(self._actions), 9)}, or arrows: choose"
        return (f"your choice: {self._chosen + 1} {self._actions[self._chosen]}", keys, "esc: leave")

    def action(self, keys: list[str], scene: Scene, agent: int) -> int:
        last = len(self._actions) - 1
        for key in keys:
            if key.isdigit() and 1 <= int(key) <= last + 1:
                self._chosen = int(key) - 1
            self._chosen = min(max(self._chosen + STEPS.get(key, 0), 0), last)
        return self._chosen


class ContinuousControls:
    """A number, raised and lowered; it stands until it is changed."""

    fps = 1.0

    def __init__(self, space: spaces.Box):
        self._low, self._high = float(space.low.min()), float(space.high.max())
        self._level = 0

    def notes(self) -> tuple[str, ...]:
        return (f"your choice: {self._value():g}", "up, down: more, less", "esc: leave")

    def action(self, keys: list[str], scene: Scene, agent: int) -> float:
        for key in keys:
            self._level = min(max(self._level + STEPS.get(key, 0), 0), LEVELS)
        return self._value()

    def _value(self) -> float:
        return self._low + (self._high - self._low) * self._level / LEVELS
