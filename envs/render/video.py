"""Films of frames: .mp4 and .gif. A film appears under its name only when it is complete."""

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from .palette import palette

SUFFIXES = (".mp4", ".gif")
_GIF_COLOURS = 255  # the last index stays free for "as in the frame before"


def check_path(path: str | Path) -> Path:
    """The path of a film, or ValueError where its suffix says no known format, or it is a folder."""
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(
            f"video {str(path)!r}: the suffix is {path.suffix!r}; allowed: {', '.join(SUFFIXES)}"
        )
    if path.is_dir():
        raise ValueError(f"video {str(path)!r} is a folder; allowed: a file")
    return path


def write_video(path: str | Path, frames: Iterable[np.ndarray], fps: float = 10) -> int:
    """Write frames, uint8 (H, W, 3) all of one size, as they come; returns how many.

    The suffix says the format: .mp4 (h264, yuv420p; an odd side is extended by a pixel) or .gif. An
    existing file is replaced, and only by a whole film: after an error or a Ctrl-C it is as it was.
    Raises ValueError (suffix, rate, no frames, sizes differ), OSError, and ModuleNotFoundError where
    the extra `train` is not installed.
    """
    path = check_path(path)
    if not fps > 0:
        raise ValueError(f"fps {fps}: must be above 0")
    _require_imageio()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix.lower()}")
    write = _write_gif if path.suffix.lower() == ".gif" else _write_mp4
    try:
        count = write(part, _checked(frames), fps)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _require_imageio() -> None:
    try:
        import imageio_ffmpeg  # noqa: F401
        import PIL  # noqa: F401  # comes with imageio
    except ImportError as error:
        message = f'videos need imageio: pip install "altared[train]" ({error})'
        raise ModuleNotFoundError(message, name="imageio") from error


def _checked(frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The frames, with sides made even; refuses none at all and a change of size."""
    shape = None
    for frame in frames:
        if shape is not None and frame.shape != shape:
            raise ValueError(
                f"all frames of a video must be of one size: {shape} is followed by {frame.shape}"
            )
        shape = frame.shape
        yield np.ascontiguousarray(np.pad(frame, ((0, shape[0] % 2), (0, shape[1] % 2), (0, 0)), "edge"))
    if shape is None:
        raise ValueError("a video needs at least one frame")


def _write_mp4(part: Path, frames: Iterator[np.ndarray], fps: float) -> int:
    import imageio_ffmpeg

    first = next(frames)
    quality = ["-crf", "18", "-movflags", "+faststart"]  # nearly lossless; plays while it loads
    options: dict[str, Any] = {
        "fps": fps,
        "codec": "libx264",
        "pix_fmt_out": "yuv420p",
        "macro_block_size": 2,
    }
    options |= {"quality": None, "output_params": quality, "ffmpeg_log_level": "error"}
    film = imageio_ffmpeg.write_frames(part, first.shape[1::-1], **options)
    count = 0
    try:
        film.send(None)
        for frame in chain([first], frames):
            film.send(frame)
            count += 1
    finally:
        film.close()
    return count


def _write_gif(part: Path, frames: Iterator[np.ndarray], fps: float) -> int:
    from PIL import Image

    first = next(frames)
    colours, nearest = _gif_palette(first)
    count = 1

    def image(frame: np.ndarray) -> Image.Image:
        picture = Image.fromarray(nearest[_bins(frame)])
        picture.putpalette(colours.tobytes())
        return picture

    def rest() -> Iterator[Image.Image]:
        nonlocal count
        for frame in frames:
            count += 1
            yield image(frame)

    # a frame lasts whole hundredths of a second, and viewers slow down below two
    last = max(round(100 / fps), 2) * 10
    image(first).save(part, save_all=True, append_images=rest(), duration=last, loop=0, optimize=True)
    return count


def _bins(pixels: np.ndarray) -> np.ndarray:
    """Five bits of each channel as one number."""
    r, g, b = np.moveaxis(pixels.astype(np.uint16) >> 3, -1, 0)
    return r << 10 | g << 5 | b


def _gif_palette(frame: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Colours for a whole film, uint8 (255, 3), and the nearest of them for each bin, uint8 (32768,).

    One palette for all frames keeps still parts still, so that only what changes is stored. It holds the
    colours of assets/palette.json, which later frames may bring, and the most frequent of the first frame.
    """
    pixels = np.unique(frame.reshape(-1, 3), axis=0, return_counts=True)
    frequent = pixels[0][np.argsort(-pixels[1], kind="stable")]
    named = np.array([colour[:3] for colour in palette().values()], np.uint8)
    colours = np.concatenate([named, frequent])[:_GIF_COLOURS]
    colours = np.pad(colours, ((0, _GIF_COLOURS - len(colours)), (0, 0)))
    codes = np.arange(2**15)
    centres = np.stack([codes >> 10, codes >> 5 & 31, codes & 31], -1).astype(np.int32) * 8 + 4
    off = ((centres[:, None] - colours[None].astype(np.int32)) ** 2).sum(-1)
    return colours, off.argmin(1).astype(np.uint8)
