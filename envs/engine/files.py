"""Reading and writing files: JSON, and archives of arrays; each replaced in one instant, nothing pickled."""

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np

from .formats import FORMATS, header_of, require_format, without_header

NO_ARCHIVE = (ValueError, TypeError, EOFError, BadZipFile, zlib.error)  # what NumPy says of other files


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, so that its name holds the old content or the new, never a part. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:  # a full disk does not say where
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file in one instant. Raises OSError and leaves the old one where that fails."""
    with replacing(path) as file:
        file.write(content)


def write_json(path: Path, content: Mapping[str, Any], kind: str | None = None, strict: bool = False) -> None:
    """Replace a JSON file, with the header of its kind first. `strict` refuses NaN and infinite numbers."""
    head = header_of(kind) if kind else {}
    text = json.dumps({**head, **content}, indent=1, allow_nan=not strict)
    write_atomically(path, (text + "\n").encode())


def read_json(path: Path, kind: str | None = None) -> dict[str, Any]:
    """A JSON object, without the header of its kind.

    Raises ValueError, naming the file, where it holds no JSON object, or one of another kind or version.
    """
    try:
        content = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is not readable: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds {type(content).__name__}; allowed: a JSON object")
    if kind is None:
        return content
    require_format(path, kind, content)
    return without_header(content)


def as_bytes(header: Mapping[str, Any]) -> np.ndarray:
    """A header as an array: JSON in UTF-8, uint8."""
    return np.frombuffer(json.dumps(header).encode(), np.uint8).copy()


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Replace a compressed `.npz`. Raises OSError and leaves the old one where that fails."""
    with replacing(path) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_arrays(path: str | Path, kind: str) -> dict[str, np.ndarray]:
    """All arrays of a `.npz`. Raises ValueError, naming the file, where it is no such archive."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except NO_ARCHIVE as error:
        name = FORMATS[kind].name
        raise ValueError(f"{path} is not an {name}: no archive that can be read") from error


def read_header(where: Any, kind: str, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The header among named arrays. Raises ValueError where there is none of that kind and version."""
    if "header" not in arrays:
        require_format(where, kind, {})
    try:
        header = json.loads(bytes(np.asarray(arrays["header"], np.uint8)))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{where} is not readable: its header is no JSON") from error
    require_format(where, kind, header if isinstance(header, dict) else {})
    return header
