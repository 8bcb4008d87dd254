"""Which policies act in an episode: P policies for N slots, drawn anew for every episode of every world."""

import numpy as np
import torch


class PolicySampler:
    """The policies in the slots of W worlds, drawn from a separate random stream.

    `assignment` (W, N) int64 is the policy in each slot. No policy has two slots of a world; in each episode
    P - N of them have none.
    """

    def __init__(
        self, policies: int, slots: int, worlds: int, seed: int, device: torch.device | str = "cpu"
    ) -> None:
        """Draws the first assignment. Raises ValueError if there are fewer policies than slots."""
        if policies < slots:
            raise ValueError(
                f"population_size is {policies}; allowed: {slots} (agents of the game) or more, or 0"
            )
        self.policies = policies
        words = np.random.SeedSequence([seed, 2]).generate_state(1, np.uint64)
        self.generator = torch.Generator(device).manual_seed(int(words[0] >> np.uint64(1)))
        self.assignment = torch.zeros(worlds, slots, dtype=torch.int64, device=device)
        self._rows = torch.arange(worlds, device=device).unsqueeze(1)
        self.draw(torch.ones(worlds, dtype=torch.bool, device=device))

    def draw(self, worlds: torch.Tensor) -> None:
        """Draw anew where `worlds` (W,) bool; each order of each N policies is as likely as any other."""
        shape, device = (len(self.assignment), self.policies), self.assignment.device
        lots = torch.rand(shape, generator=self.generator, device=device).argsort(1)
        drawn = lots[:, : self.assignment.shape[1]]
        self.assignment = torch.where(worlds.unsqueeze(1), drawn, self.assignment)

    def gather(self, slots: torch.Tensor) -> torch.Tensor:
        """What slots have, (W, N, ...), to the policies in them, (W, P, ...); zeros to the others."""
        policies = slots.new_zeros(len(slots), self.policies, *slots.shape[2:])
        policies[self._rows, self.assignment] = slots
        return policies

    def scatter(self, policies: torch.Tensor) -> torch.Tensor:
        """What policies have, (W, P), to their slots, (W, N)."""
        return policies.gather(1, self.assignment)

    def state(self) -> dict[str, torch.Tensor]:
        """The assignment, and what the next ones depend on."""
        return {"assignment": self.assignment, "generator": self.generator.get_state()}

    def load_state(self, state: dict[str, torch.Tensor]) -> None:
        """The inverse of `state`."""
        self.assignment = state["assignment"].to(self.assignment.device).clone()
        self.generator.set_state(state["generator"])
