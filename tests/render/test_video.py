"""Films: what is written can be read back, and a failed film leaves nothing behind."""

import sys

import imageio.v3 as iio
import numpy as np
import pytest
from altared.envs.render.canvas import draw
from altared.envs.render.video import write_video

from .scenes import make_scene


def moving_square(count: int, height: int = 48, width: int = 64):
    for i in range(count):
        frame = np.full((height, width, 3), (226, 206, 164), np.uint8)
        frame[10:26, 2 * i : 2 * i + 16] = (216, 48, 44)
        yield frame


@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_round_trip(tmp_path, suffix):
    path = tmp_path / "new folder" / f"film{suffix}"
    assert write_video(path, moving_square(12), fps=10) == 12
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    back = list(iio.imiter(path, plugin="FFMPEG" if suffix == ".mp4" else "pillow"))
    assert len(back) == 12
    for frame, seen in zip(moving_square(12), back, strict=True):
        assert seen.shape == frame.shape
        assert np.abs(seen[..., :3].astype(int) - frame).mean() < 6


def test_mp4_is_what_browsers_play(tmp_path):
    write_video(tmp_path / "film.mp4", moving_square(5), fps=7)
    meta = iio.immeta(tmp_path / "film.mp4", plugin="FFMPEG")
    assert meta["codec"] == "h264"
    assert meta["pix_fmt"].startswith("yuv420p")
    assert meta["fps"] == 7


def test_odd_sides_are_made_even(tmp_path):
    write_video(tmp_path / "film.mp4", moving_square(3, 47, 63))
    assert iio.imread(tmp_path / "film.mp4", plugin="FFMPEG").shape == (3, 48, 64, 3)


def test_gif_keeps_the_flat_colours_of_a_world(tmp_path):
    frame = draw(make_scene(7), 16)
    write_video(tmp_path / "film.gif", [frame, frame[:, ::-1]])
    back = iio.imread(tmp_path / "film.gif", index=0)[..., :3]
    assert np.abs(back.astype(int) - frame).mean() < 3


@pytest.mark.parametrize(
    ("name", "allowed"), [("film.avi", r"\.mp4, \.gif"), ("film", r"\.mp4, \.gif"), ("folder.gif", "a file")]
)
def test_a_wrong_path_is_refused_before_any_frame_is_made(tmp_path, name, allowed):
    (tmp_path / "folder.gif").mkdir()

    def never():
        raise AssertionError("asked for a frame")
        yield

    with pytest.raises(ValueError, match=f"allowed: {allowed}"):
        write_video(tmp_path / name, never())


@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_film_leaves_the_old_one(tmp_path, suffix, failure):
    path = tmp_path / f"film{suffix}"
    path.write_bytes(b"the old one")

    def broken():
        yield from moving_square(4)
        raise failure

    with pytest.raises(failure):
        write_video(path, broken())
    assert path.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([], "at least one frame"),
        ([np.zeros((8, 8, 3), np.uint8), np.zeros((8, 10, 3), np.uint8)], "of one size"),
    ],
)
@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_bad_frames_are_refused(tmp_path, frames, message, suffix):
    with pytest.raises(ValueError, match=message):
        write_video(tmp_path / f"film{suffix}", frames)
    assert list(tmp_path.iterdir()) == []


def test_a_rate_of_nothing_is_refused(tmp_path):
    with pytest.raises(ValueError, match="fps 0: must be above 0"):
        write_video(tmp_path / "film.gif", moving_square(2), fps=0)


def test_without_imageio_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ModuleNotFoundError, match=r"altared\[train\]"):
        write_video(tmp_path / "film.mp4", moving_square(2))
