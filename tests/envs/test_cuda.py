"""The CUDA driver in Numba's simulator, in plain Python: the same bytes as the compiled rules on CPU."""

import os
import subprocess
import sys

import numpy as np
import pytest
from altared.envs import make_batch
from altared.scripts.compare_devices import first_difference

SIMULATED = {**os.environ, "NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"}
BATTLE = "#######\n#P a P#\n# aaa #\n#QP PQ#\n#######"


@pytest.mark.parametrize("kind", ["tiles", "planes"])
def test_the_simulator_agrees_with_the_compiled_rules(kind, tmp_path):
    """Three small worlds over an episode's end; the simulator's arrays are compared with compiled ones."""
    script = f"""
import numpy as np
from altared.envs import make_batch
batch = make_batch("commons_harvest", 3, {kind!r}, device="cuda", map={BATTLE!r}, num_agents=4, max_cycles=20)
out = [np.asarray(batch.reset(seed=7)).copy()]
rng = np.random.default_rng(1)
for _ in range(30):
    step = batch.step(rng.integers(0, 8, (3, 4)))
    out += [np.asarray(a).copy() for a in (step.observations, step.rewards, step.final_observations)]
    out += [np.asarray(a).copy() for a in (*batch.state, *step.events, *batch.worlds.tally)]
    out += [step.episodes["agent_return"].copy()]
np.savez({str(tmp_path / "simulated.npz")!r}, *out)
"""
    subprocess.run([sys.executable, "-c", script], env=SIMULATED, check=True)
    simulated = np.load(tmp_path / "simulated.npz")
    batch = make_batch("commons_harvest", 3, kind, map=BATTLE, num_agents=4, max_cycles=20)
    out = [batch.reset(seed=7).copy()]
    rng = np.random.default_rng(1)
    for t in range(30):
        step = batch.step(rng.integers(0, 8, (3, 4)))
        ended = (step.terminated | step.truncated).any()
        assert ended == (t == 19)
        final = step.final_observations
        out += [a.copy() for a in (step.observations, step.rewards)]
        out += [final.copy() if ended else None, *(a.copy() for a in (*batch.state, *step.events))]
        out += [a.copy() for a in batch.worlds.tally] + [step.episodes["agent_return"].copy()]
    assert len(simulated.files) == len(out)
    for number, array in enumerate(out):
        if array is not None:
            np.testing.assert_array_equal(simulated[f"arr_{number}"], array, err_msg=f"array {number}")
    assert batch.events.fired.any() or batch.state.away.any()


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
    batch.step(actions)
except ValueError:
    pass
assert (np.asarray(batch.reset(seed=0)) == views).all()
assert batch.scene(1).step == 0
"""
    subprocess.run([sys.executable, "-c", script], env=SIMULATED, check=True)


def test_a_difference_would_be_named():
    one = make_batch("commons_harvest", 2, map=BATTLE, num_agents=4)
    other = make_batch("commons_harvest", 2, map=BATTLE, num_agents=4, cooldown=7)
    actions = np.full((20, 2, 4), 7)
    assert "state.cooling differs after step 1" in str(first_difference(one, other, actions, 0))
    assert first_difference(one, one.__reduce__()[0](*one.__reduce__()[1]), actions, 0) is None
