"""Who sits where: P policies for N slots, drawn anew for every episode of every world; nobody sits twice."""

import numpy as np
import torch


class Seating:
    """The policies in the slots of W worlds, from a stream of its own.

    `seat` (W, N) int64 is the policy in each slot; in an episode the P - N others sit out.
    """

    def __init__(
        self, policies: int, slots: int, worlds: int, seed: int, device: torch.device | str = "cpu"
    ) -> None:
        """Draws the first seats. Raises ValueError if there are fewer policies than slots."""
        if policies < slots:
            raise ValueError(
                f"population_size is {policies}; allowed: {slots} (agents of the game) or more, or 0"
            )
        self.policies = policies
        words = np.random.SeedSequence([seed, 2]).generate_state(1, np.uint64)
        self.generator = torch.Generator(device).manual_seed(int(words[0] >> np.uint64(1)))
        self.seat = torch.zeros(worlds, slots, dtype=torch.int64, device=device)
        self._rows = torch.arange(worlds, device=device).unsqueeze(1)
        self.draw(torch.ones(worlds, dtype=torch.bool, device=device))

    def draw(self, worlds: torch.Tensor) -> None:
        """New seats where `worlds` (W,) bool; each order of each N policies is as likely as any other."""
        lots = torch.rand(
            len(self.seat), self.policies, generator=self.generator, device=self.seat.device
        ).argsort(1)
        self.seat = torch.where(worlds.unsqueeze(1), lots[:, : self.seat.shape[1]], self.seat)

    def gather(self, slots: torch.Tensor) -> torch.Tensor:
        """What slots have, (W, N, ...), to the policies that sit there, (W, P, ...); zeros to the others."""
        policies = slots.new_zeros(len(slots), self.policies, *slots.shape[2:])
        policies[self._rows, self.seat] = slots
        return policies

    def spread(self, policies: torch.Tensor) -> torch.Tensor:
        """What policies have, (W, P), to the slots in which they sit, (W, N)."""
        return policies.gather(1, self.seat)

    def state(self) -> dict[str, torch.Tensor]:
        """The seats, and what the next ones depend on."""
        return {"seat": self.seat, "generator": self.generator.get_state()}

    def load_state(self, state: dict[str, torch.Tensor]) -> None:
        """The inverse of `state`."""
        self.seat = state["seat"].to(self.seat.device).clone()
        self.generator.set_state(state["generator"])
