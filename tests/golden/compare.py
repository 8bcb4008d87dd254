"""How digests of now compare with those of version 0.1.0."""

from typing import Any

from . import names


def flat(digests: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Hashes, spaces and identity in one dict: "state.at", "spaces.action", "identity.config.map" ..."""
    others = {
        f"{part}.{name}": value for part in ("spaces", "identity") for name, value in digests[part].items()
    }
    return digests["arrays"] | others


def differences(case: str, then: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> list[str]:
    """What is not as it was, a line each; what names.py knows to have come, gone or changed is left out."""
    before, after = flat(then), flat(now)
    meant = [digest for one, digest in names.CHANGED if names.matches(case, [one])]
    lines = [
        f"{name} is missing"
        for name in before.keys() - after.keys()
        if not names.matches(name, names.DROPPED)
    ]
    lines += [
        f"{name} is new" for name in after.keys() - before.keys() if not names.matches(name, names.ADDED)
    ]
    for name in before.keys() & after.keys():
        if before[name] != after[name] and not names.matches(name, meant):
            lines.append(f"{name} differs: {before[name]} then, {after[name]} now")
    return sorted(lines)
