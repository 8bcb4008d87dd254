"""How agents come to a contract: procedure, parameter, who proposes, who must agree."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ..engine.config import Config, ConfigError, checked, choice, is_number, require, within
from .catalogue import CONTRACTS
from .contract import Contract

ACCEPTANCE = ("unanimous", "majority")
PROCEDURES = ("negotiated", "random", "fixed")
ANYBODY = -1


def theta_or_none(field: str, value: Any) -> float | None:
    """`value` as some number or none; in which range is for the contract to say."""
    require(value is None or is_number(value), field, value, "a number, or None")
    return value


@dataclass(frozen=True)
class Terms(Config):
    """A contract and the procedure by which it comes into force at the start of every episode.

    negotiated: in a first step one agent proposes theta, in a second all others vote; the world stands still
    meanwhile, and play begins with the third. These two come on top of the game's own `max_cycles`, so that
    play lasts as long as without a contract. random: theta is drawn anew for each episode, uniformly, and is
    in force from its first step (to learn to play under any contract). fixed: `theta` is in force always.
    """

    contract: Contract
    procedure: str = choice("negotiated", *PROCEDURES)
    """negotiated, random or fixed."""
    theta: float | None = checked(None, theta_or_none)
    """Of a fixed contract; None: the null contract."""
    null_chance: float = within(0.1, 0.0, 1.0)
    """Of a random contract: chance that the null contract is drawn, so that play without one is learned."""
    acceptance: str = choice("unanimous", *ACCEPTANCE)
    """Who must agree: all who vote, or more than half of them."""
    proposer: int = within(0, ANYBODY, 253)
    """Index of the agent that proposes; -1: drawn for each episode."""
    polled: int = within(0, 0, 253)
    """How many of the others vote, drawn for each episode; 0: all of them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.theta is not None:
            require(self.procedure == "fixed", "theta", self.theta, "None unless procedure is 'fixed'")
            object.__setattr__(self, "theta", self.contract.require_theta(self.theta))

    @property
    def steps(self) -> int:
        """Steps of an episode before play begins."""
        return 2 if self.procedure == "negotiated" else 0

    def check_agents(self, agents: int) -> None:
        """Refuse a proposer or voters that a game with so many agents has not."""
        require(agents > 1, "num_agents", agents, "2 or more where there is a contract")
        require(self.proposer < agents, "proposer", self.proposer, f"an agent, -1 .. {agents - 1}")
        require(self.polled < agents, "polled", self.polled, f"at most the others, 0 .. {agents - 1}")

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for a file; `terms_of` reads it."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "contract"}
        return {"name": self.contract.name, "settings": self.contract.settings(), **plain}


def terms_of(given: Any) -> Terms:
    """Terms from a contract's name, a Contract, Terms, or a mapping.

    The mapping has `name`, and may have `settings` (of the contract) and fields of Terms.
    Raises ConfigError for unknown names and values.
    """
    if isinstance(given, Terms):
        return given
    if isinstance(given, Contract):
        return Terms(given)
    plain: Any = {"name": given} if isinstance(given, str) else given
    require(
        isinstance(plain, Mapping) and "name" in plain,
        "contract",
        given,
        f"a contract, its name, or a mapping with `name`; known: {', '.join(CONTRACTS)}",
    )
    options = {name: value for name, value in plain.items() if name not in ("name", "settings")}
    contract = _contract_named(plain["name"], plain.get("settings") or {})
    _require_known(options, [f.name for f in fields(Terms) if f.name != "contract"], "terms")
    return Terms(contract, **options)


def _contract_named(name: Any, settings: Mapping[str, Any]) -> Contract:
    require(name in CONTRACTS, "contract", name, f"one of {', '.join(CONTRACTS)}")
    _require_known(settings, [f.name for f in fields(CONTRACTS[name])], f"contract {name}")
    return CONTRACTS[name](**settings)


def _require_known(given: Mapping[str, Any], known: list[str], of: str) -> None:
    if unknown := sorted(given.keys() - set(known)):
        raise ConfigError(f"unknown field {', '.join(unknown)} of {of}; known: {', '.join(known)}")


@dataclass(frozen=True)
class ContractedConfig:
    """A game's config together with terms; fields of the game's config can be read from it."""

    base: Any
    terms: Terms = field()

    def __post_init__(self) -> None:
        self.terms.check_agents(self.base.num_agents)

    def __getattr__(self, name: str) -> Any:
        if name in ("base", "terms") or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.base, name)

    def to_dict(self) -> dict[str, Any]:
        """The game's fields and `contract`, as plain data."""
        return {**self.base.to_dict(), "contract": self.terms.to_dict()}
