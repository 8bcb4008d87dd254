"""`tyro.cli`, with help whose paragraphs are wrapped to the terminal and not where the source is.

tyro 1.0.17 keeps the line breaks of a field's docstring: it joins lines before it dedents them.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import tyro
from tyro.constructors import ConstructorRegistry, StructConstructorSpec, StructFieldSpec, StructTypeInfo

Args = TypeVar("Args")
Help = str | Callable[[], str | None] | None
LIST_ITEM = r"\n(?=\s*- )"  # begins a new line


def cli(kind: type[Args], **options: Any) -> Args:
    """As `tyro.cli`."""
    return tyro.cli(kind, registry=_flowing_registry(), **options)


def flowing(text: str) -> str:
    """The text without the line breaks inside its paragraphs and list items."""
    paragraphs = re.split(r"\n(?:\s*\n)+", text.strip())
    return "\n\n".join("\n".join(map(_joined, re.split(LIST_ITEM, one))) for one in paragraphs)


def _joined(lines: str) -> str:
    return " ".join(lines.split())


def _flowing_registry() -> ConstructorRegistry:
    registry = ConstructorRegistry()
    asked: list[StructTypeInfo] = []  # whose fields tyro's own rules are naming

    @registry.struct_rule
    def rule(info: StructTypeInfo) -> StructConstructorSpec | None:
        if any(info is one for one in asked):
            return None
        asked.append(info)
        try:
            usual = ConstructorRegistry.get_struct_spec(info)
        finally:
            asked.pop()
        if not isinstance(usual, StructConstructorSpec):
            return None
        return replace(usual, fields=tuple(map(_flowing_field, usual.fields)))

    return registry


def _flowing_field(field: StructFieldSpec) -> StructFieldSpec:
    return replace(field, helptext=_flowing_help(field.helptext))


def _flowing_help(text: Help) -> Help:
    if text is None:
        return None

    def flow() -> str | None:
        said = text() if callable(text) else text
        return None if said is None else flowing(said)

    return flow
