"""Generalised advantage estimation (Schulman et al. 2016, arXiv 1506.02438) with two kinds of ending."""

import torch


def following_values(values, last_values, terminated, truncated, final_values):
    """The value of what came after each step, [T, W, N].

    A termination is worth nothing afterwards. A truncation cuts a life that goes on: it is worth what the
    critic says of the final observation, `final_values` [T, W, N] (read only where truncated). Everywhere
    else it is the value of the next view; `last_values` [W, N] are those after the last step.
    """
    following = torch.cat([values[1:], last_values.unsqueeze(0)])
    following = torch.where(truncated.unsqueeze(-1), final_values, following)
    return following.masked_fill(terminated.unsqueeze(-1), 0.0)


def advantages(rewards, values, following, ended, discount: float, trace: float):
    """Advantage of each action, [T, W, N]: discounted sum of one-step surprises until the episode ends.

    rewards, values, following float (T, W, N), ended bool (T, W): terminated or truncated at that step.
    """
    surprise = rewards + discount * following - values
    carry = discount * trace * (~ended).to(rewards.dtype).unsqueeze(-1)
    result = torch.empty_like(rewards)
    running = torch.zeros_like(rewards[0])
    for t in reversed(range(len(rewards))):
        running = surprise[t] + carry[t] * running
        result[t] = running
    return result
