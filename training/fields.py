"""Fields of settings: whole numbers as people write them, ranges, and refusals that name what is allowed."""

from dataclasses import field, fields
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

import tyro


def read_whole(text: str) -> int:
    """A whole number as people write it: 2000000 or 2e6."""
    try:
        return int(text)
    except ValueError:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not number.is_integer():
            raise ValueError(f"{text!r} is not a whole number") from None
        return int(number)


Whole = Annotated[
    int,
    tyro.constructors.PrimitiveConstructorSpec(
        nargs=1,
        metavar="INT",
        instance_from_str=lambda args: read_whole(args[0]),
        is_instance=lambda value: isinstance(value, int),
        str_from_instance=lambda value: [str(value)],
    ),
]


def within(default, low, high):
    """A number with a default that must lie in [low, high]."""
    return field(default=default, metadata={"low": low, "high": high})


def check_fields(config) -> None:
    """Raise ValueError naming the first field of a dataclass that is outside its range or choices."""
    for name, kind in get_type_hints(type(config)).items():
        value = getattr(config, name)
        if kind is bool and not isinstance(value, bool):
            raise ValueError(f"{name} is {value!r}; allowed: True or False")
        if kind in (int, float):
            _check_number(name, value, kind, next(f.metadata for f in fields(config) if f.name == name))
        elif get_origin(kind) is Literal and value not in get_args(kind):
            raise ValueError(f"{name} is {value!r}; allowed: {', '.join(map(repr, get_args(kind)))}")


def _check_number(name: str, value, kind: type, metadata) -> None:
    low, high = metadata["low"], metadata["high"]
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (whole or (kind is float and isinstance(value, float))):
        raise ValueError(f"{name} is {value!r}; allowed: {'a whole number' if kind is int else 'a number'}")
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; allowed: from {low} to {high}")
