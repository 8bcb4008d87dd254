"""IPPO: PPO for all learners at once; a stopped run resumes as if it had never been stopped."""

from dataclasses import asdict

import numpy as np
import torch

from ....agents import checkpoint
from ....agents.interface import Interface
from ....agents.networks import Networks, architecture_for
from ....agents.policy_sampling import PolicySampler
from ....agents.tensors import Tensors, part_of
from ....agents.trained import architecture_from
from ....agents.transfer import architecture_in, require_movable, weights_in
from ...config import TrainingConfig
from ...curriculum import resident_schedule
from ...run_folder import RunFolder
from ...slots import slot_columns
from ..base import Row, Show, Trainer, fit, require_device
from .learner_groups import Learners
from .reward_scaling import RewardScaling
from .rollout import Batch, Collector, Rollout


class IPPO(Trainer):
    """The learners of one run: stacked networks, what improves them, one collector."""

    def __init__(self, config: TrainingConfig, batch: Batch) -> None:
        super().__init__(config, batch)
        ppo, schedule = config.ppo, config.schedule
        require_device(schedule.device, threads=1)  # of torch: the learners have separate threads
        streams = [int(s) for s in np.random.SeedSequence(schedule.seed).generate_state(3, np.uint32)]
        torch.manual_seed(streams[0])
        self.architecture = architecture_for(
            batch, ppo.share_parameters, ppo.hidden_size, ppo.network == "recurrent", ppo.population_size
        )
        self.networks = Networks(self.architecture).to(schedule.device)
        self.learners = Learners(self.networks, ppo, streams[2], schedule.threads)
        curriculum = config.curriculum
        self.residents = resident_schedule(curriculum.residents, curriculum.residents_share, batch)
        self.collector = Collector(
            batch, self.networks, ppo.rollout_steps, reward_scale=ppo.reward_scale,
            seed=schedule.seed, action_seed=streams[1],
            residents=self.residents, sampler=self._sampler(streams[1]),
        )  # fmt: skip
        self.scaling = self._scaling() if ppo.normalise_rewards else None
        if curriculum.cost_anneal:
            require_costs(batch, curriculum.cost_anneal)
        self.rollout: Rollout | None = None  # the newest

    def _sampler(self, seed: int) -> PolicySampler | None:
        policies, sizes = self.config.ppo.population_size, (self.batch.num_agents, self.batch.num_worlds)
        return PolicySampler(policies, *sizes, seed, self.config.schedule.device) if policies else None

    def _scaling(self) -> RewardScaling:
        a, ppo, device = self.architecture, self.config.ppo, self.collector.device
        return RewardScaling(a.learners, self.batch.num_worlds, a.agents, ppo.gamma, device)

    @property
    def progress(self) -> float:
        """How far the run is, 0 .. 1."""
        return self.done / self.updates

    def collect(self) -> None:
        curriculum = self.config.curriculum
        self.collector.cost_weight = curriculum.cost_weight(self.progress)
        if self.residents:
            self.residents.share = curriculum.share(self.progress)
        self.rollout = self._scaled(self.collector.collect())

    def _scaled(self, rollout: Rollout) -> Rollout:
        """With rewards in units of each learner's own deviation, if that was asked for."""
        if self.scaling is None:
            return rollout
        rewards = self.scaling(rollout.rewards, rollout.ended, rollout.mask)
        return rollout._replace(rewards=rewards * self.config.ppo.reward_scale)

    def improve(self) -> dict[str, float]:
        assert self.rollout is not None, "nothing was collected"
        return self.learners.improve(self.rollout, self.progress)

    def further_columns(self, episodes: list[dict[str, np.ndarray]]) -> Row:
        return {**self._eased(), **slot_columns(episodes, self.architecture.agents)}

    def _eased(self) -> Row:
        """Columns that say what was made easier, and in what unit rewards were, in the newest rollout."""
        row: Row = {}
        if self.config.curriculum.cost_anneal:
            row["cost_weight"] = self.collector.cost_weight
        if self.residents:
            row["residents_share"] = self.residents.share
        if self.scaling:
            row["reward_deviation"] = self.scaling.deviation().tolist()
        return row

    def take_episodes(self) -> list[dict[str, np.ndarray]]:
        return self.collector.episodes.take()

    def weights(self) -> Tensors:
        return self.networks.state_dict()

    def training_state(self) -> Tensors:
        training = {f"collector.{n}": t for n, t in self.collector.state().items()}
        if self.scaling:
            training |= {f"scaling.{n}": t for n, t in self.scaling.state().items()}
        return {**training, **self.learners.state()}

    def begin_with(self, run: str) -> None:
        """Take over the weights of another run's last checkpoint: of networks of the same size, in whatever
        game; planes and actions are matched by name, see agents/transfer.py.

        Raises ValueError naming what differs, FileNotFoundError where there is no checkpoint.
        """
        other = checkpoint.find(run)
        state = checkpoint.read_state(other)
        trained, game = Interface.from_dict(state["interface"]), self.batch.game
        require_movable(f"weights={run}", trained, game)
        theirs = architecture_from(state["architecture"])
        saved, mine = asdict(architecture_in(theirs, game)), asdict(self.architecture)
        for name, here in mine.items():
            if (there := saved[name]) != here:
                raise ValueError(f"weights={run}: {name} is {there!r} there; allowed here: {here!r}")
        weights = checkpoint.read_tensors(other, "weights")
        self.networks.load_state_dict(weights_in(weights, trained, theirs.tiles, game, training=True))

    def load_training(self, folder: RunFolder, weights: Tensors, training: Tensors) -> None:
        self.networks.load_state_dict(weights)
        self.collector.load_state(part_of(training, "collector."))
        self.learners.load_state(training)
        if self.scaling:
            self.scaling.load_state(part_of(training, "scaling."))


def train(config: TrainingConfig, batch: Batch, folder: RunFolder, resume: bool, show: Show) -> IPPO:
    """Train to the end of the schedule (see base.fit)."""
    trainer = IPPO(config, batch)
    if config.weights and not resume:
        trainer.begin_with(config.weights)
    return fit(trainer, folder, resume, show)


def require_costs(batch: Batch, cost_anneal: float) -> None:
    """Raise ValueError unless the game reports what sanctions cost the sender."""
    if "cost" not in getattr(batch.game, "agent_events", ()):
        raise ValueError(
            f"cost_anneal is {cost_anneal}; allowed: 0, since {batch.game.name} has no reward part 'cost'"
        )
