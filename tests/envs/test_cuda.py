"""The CUDA driver in Numba's simulator, in plain Python: the same bytes as the compiled rules on CPU."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from altared.envs import make_batch
from altared.envs.engine.worlds_cuda import CudaWorlds
from altared.envs.recording import replay
from compare_devices import first_difference

SIMULATED = {**os.environ, "NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"}
BATTLE = "#######\n#P a P#\n# aaa #\n#QP PQ#\n#######"
ALTAR = BATTLE.replace("# aaa #", "#cb^bc#")
PLAIN = {"map": BATTLE, "num_agents": 4, "max_cycles": 20}
NORMS = {**PLAIN, "map": ALTAR, "cooldown": 0, "removal_steps": 3}
SHORT_SIGHT = {"view_forward": 3, "view_left": 1, "view_right": 1}  # painting is slow in the simulator
VOTE = {"condition": "announced", "institution": "vote", "vote_every": 2, "amnesty_on_change": False}
ALTARED = {"preset": "altared", "poison_delay": 1, "regrowth": (0.5, 0.2, 0.5), "sanction": "removal"}
CASES = {
    "harvest": ("commons_harvest", "tiles", PLAIN),
    "planes": ("commons_harvest", "planes", {**PLAIN, **SHORT_SIGHT}),
    "by stock": ("altared_harvest", "tiles", {**NORMS, "close": 0.9, "open": 1.0, "violation_window": 4}),
    "by vote": ("altared_harvest", "planes", {**NORMS, **SHORT_SIGHT, **VOTE}),
    "berries": ("poison_berries", "tiles", {**NORMS, **ALTARED}),
}
TESTS = Path(__file__).parents[1]
MAINTENANCE = str(TESTS.parent / "scripts" / "maintenance")
SIMULATE = """
import sys
sys.path[:0] = [{folder!r}, {maintenance!r}]
import numpy as np
from envs.test_cuda import CASES, film
np.savez({saved!r}, **film(*CASES[{case!r}], "cuda"))
"""


def film(game, kind, config, device) -> dict:
    """Every array of three worlds at every step of an episode and the start of the next, by step and name."""
    batch, rng = make_batch(game, 3, kind, device=device, **config), np.random.default_rng(1)
    arrays = {"start": np.asarray(batch.reset(seed=7)).copy()}
    for t in range(30):
        actions = rng.integers(0, 8, (3, 4))
        actions[rng.random((3, 4)) < 0.3] = 7
        step = batch.step(actions)
        parts = {"state": batch.state, "events": step.events, "tally": batch.worlds.tally}
        named = {f"{part}.{name}": a for part, group in parts.items() for name, a in group._asdict().items()}
        shown = ("observations", "rewards", "terminated", "truncated", *["final_observations"] * (t == 19))
        named |= {name: getattr(step, name) for name in shown}
        named |= {f"episodes.{name}": values for name, values in step.episodes.items()}
        arrays |= {f"{t} {name}": np.asarray(array).copy() for name, array in named.items()}
    return arrays


@pytest.mark.parametrize("case", CASES)
def test_the_simulator_agrees_with_the_compiled_rules(case, tmp_path):
    saved = str(tmp_path / "simulated.npz")
    script = SIMULATE.format(folder=str(TESTS), maintenance=MAINTENANCE, saved=saved, case=case)
    subprocess.run([sys.executable, "-c", script], env=SIMULATED, check=True)
    compiled, simulated = film(*CASES[case], "cpu"), np.load(saved)
    assert set(simulated.files) == set(compiled)
    for name, array in compiled.items():
        np.testing.assert_array_equal(simulated[name], array, err_msg=name)
    happened = {name.split()[-1] for name, array in compiled.items() if np.any(array)}
    assert {"events.ate", "events.hit", "events.removed", "final_observations"} <= happened
    if CASES[case][0] != "commons_harvest":
        assert {"events.sanctioned", "events.violated", "events.correct", "events.bonus"} <= happened


def test_the_simulator_refuses_forbidden_actions():
    script = f"""
import numpy as np
from altared.envs import make_batch
batch = make_batch("commons_harvest", 2, device="cuda", map={BATTLE!r}, num_agents=4)
batch.reset(seed=0)
before = batch.snapshot()
actions = np.zeros((2, 4), int); actions[1, 2] = 8
try:
    batch.step(actions)
except ValueError as error:
    assert "action 8 of agent_2 in world 1" in str(error), error
else:
    raise SystemExit("not refused")
assert all((before[name] == array).all() for name, array in batch.snapshot().items())
views = np.asarray(batch.restore(before)).copy()
assert (views[..., 1] > 0).any()
try:
    batch.step(np.zeros((2, 3), int))
except ValueError as error:
    assert "shape (2, 3)" in str(error), error
else:
    raise SystemExit("not refused")
try:
    make_batch("altared_harvest", device="cuda", hide_rule=True)
except ValueError as error:
    assert "hide_rule=True is not allowed: it must be False where device='cuda'" in str(error), error
else:
    raise SystemExit("not refused")
try:
    batch.step(actions)
except ValueError:
    pass
assert (np.asarray(batch.reset(seed=0)) == views).all()
assert batch.scene(1).step == 0
"""
    subprocess.run([sys.executable, "-c", script], env=SIMULATED, check=True)


ON_DEVICE = f"""
import numpy as np
from altared.envs import make_batch
from altared.envs.engine.driver_cuda import cuda

class OnDevice:  # as a tensor of torch; the simulator knows no CUDA array interface
    __cuda_array_interface__ = None

    def __init__(self, array):
        self.array = array

cuda.as_cuda_array = lambda given: given.array
options = dict(map={BATTLE!r}, num_agents=4)
"""


def test_the_simulator_takes_actions_of_any_layout_from_the_host_and_plain_ones_from_the_gpu():
    script = f"""{ON_DEVICE}
plain = np.random.default_rng(0).integers(0, 8, (2, 4))
wide = np.repeat(plain, 2, axis=1)
plays = [plain, wide[:, ::2], np.asfortranarray(plain), plain.astype(np.uint8), plain.tolist()]
shown = []
for actions in [*plays, OnDevice(cuda.to_device(plain))]:
    batch = make_batch("commons_harvest", 2, device="cuda", **options)
    batch.reset(seed=0)
    shown.append(np.asarray(batch.step(actions).observations).copy())
assert all((views == shown[0]).all() for views in shown)
for refused in (cuda.to_device(wide)[:, ::2], cuda.to_device(plain.astype(np.int32))):
    try:
        batch.step(OnDevice(refused))
    except ValueError as error:
        assert f"dtype {{refused.dtype}} and strides {{refused.strides}}; allowed: int64" in str(error), error
    else:
        raise SystemExit("not refused")
"""
    subprocess.run([sys.executable, "-c", script], env=SIMULATED, check=True)


def test_the_simulator_records_actions_given_on_the_gpu(tmp_path):
    path = str(tmp_path / "play.npz")
    script = f"""{ON_DEVICE}
batch = make_batch("commons_harvest", 2, device="cuda", **options)
batch.reset(seed=0)
with batch.record({path!r}):
    for actions in np.random.default_rng(0).integers(0, 8, (9, 2, 4)):
        batch.step(OnDevice(cuda.to_device(actions)))
"""
    subprocess.run([sys.executable, "-c", script], env=SIMULATED, check=True)
    with np.load(path) as file:
        recorded = file["0/steps/actions"]
    np.testing.assert_array_equal(recorded, np.random.default_rng(0).integers(0, 8, (9, 2, 4)))
    assert sum(1 for _ in replay(path)) == 9


def test_a_difference_would_be_named():
    one = make_batch("commons_harvest", 2, map=BATTLE, num_agents=4)
    other = make_batch("commons_harvest", 2, map=BATTLE, num_agents=4, cooldown=7)
    actions = np.full((20, 2, 4), 7)
    assert "state.cooling differs after step 1" in str(first_difference(one, other, actions, 0))
    assert first_difference(one, one.__reduce__()[0](*one.__reduce__()[1]), actions, 0) is None


@pytest.mark.parametrize(("reward", "exact"), [("own", True), ("shared", True), ("inequity_aversion", False)])
def test_only_rewards_that_a_gpu_rounds_otherwise_may_differ_in_the_last_digit(reward, exact, monkeypatch):
    one, other = (make_batch("commons_harvest", 2, reward=reward, map=BATTLE, num_agents=4) for _ in range(2))
    actions = np.random.default_rng(0).integers(0, 8, (40, 2, 4))
    digit = 1 + np.finfo(np.float32).eps

    def step(actions, auto_reset, real=other.worlds.step):
        done = real(actions, auto_reset)
        other.worlds.rewards[...] *= digit
        return done

    monkeypatch.setattr(other.worlds, "step", step)
    difference = first_difference(one, other, actions, 0)
    assert difference is None if not exact else "rewards differs" in str(difference)
    digit = 1.001
    assert "rewards differs" in str(first_difference(one, other, actions, 0))


class Fetched:
    """An array on a GPU that reports what of it was read on the host."""

    def __init__(self, array):
        self.array, self.rows = array, []

    def __getitem__(self, rows):
        self.rows.append(rows)
        return self.array[rows]

    def __array__(self, *_, **__):
        self.rows.append(slice(None))
        return self.array


@pytest.mark.parametrize("worlds", [[], [0], [5], [2, 3], [1, 4]])
def test_of_ended_worlds_only_the_rows_between_them_are_fetched(worlds):
    array, worlds = np.arange(12).reshape(6, 2), np.array(worlds, np.int64)
    fetched = Fetched(array)
    np.testing.assert_array_equal(CudaWorlds._rows(fetched, worlds), array[worlds])
    assert not worlds.size or fetched.rows == [slice(worlds[0], worlds[-1] + 1)]


def test_kernels_are_kept_by_the_hash_of_the_rules(tmp_path):
    script = """
from altared.envs.engine.driver_cuda import check_actions, kernel_of
from altared.envs.games.altared_harvest.rules import RULEBOOK as altared
from altared.envs.games.commons_harvest.rules import RULEBOOK as harvest
from altared.envs.grid.worlds_cuda import paint_on_gpu
kernels = (check_actions, paint_on_gpu, kernel_of(altared), kernel_of(harvest))
print(*(kernel.stats.cache_path for kernel in kernels), sep="\\n")
"""
    compiled = {**SIMULATED, "NUMBA_ENABLE_CUDASIM": "0", "NUMBA_DISABLE_JIT": "0"}
    env = {**compiled, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    (rules,) = tmp_path.iterdir()
    assert rules.name.startswith("rules-")
    assert [Path(line).parent for line in done.stdout.splitlines()] == [rules] * 4


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setattr("numba.cuda.implementation", "Built-in")
    monkeypatch.setattr("numba.config.ENABLE_CUDASIM", 0)
    with pytest.raises(ModuleNotFoundError, match=r"needs numba-cuda: pip install 'altared\[gpu\]'"):
        make_batch("commons_harvest", device="cuda")
