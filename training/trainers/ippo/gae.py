"""Generalised advantage estimation (Schulman et al. 2016, arXiv 1506.02438) with two kinds of ending."""

import torch


def following_values(values, last_values, terminated, truncated, final_values):
    """V(s[t+1]), the value of what came after each step, [T, W, N].

    A termination is worth nothing afterwards. A truncation cuts an episode that would go on: it is worth what
    the critic says of the final observation, `final_values` [T, W, N] (read only where truncated). Everywhere
    else it is the value of the next view; `last_values` [W, N] are those after the last step.
    """
    following = torch.cat([values[1:], last_values.unsqueeze(0)])
    # A time limit says nothing about the state, so the return beyond it is estimated, not taken for 0
    # (Pardo et al. 2018, "Time limits in reinforcement learning").
    following = torch.where(truncated.unsqueeze(-1), final_values, following)
    return following.masked_fill(terminated.unsqueeze(-1), 0.0)


def advantages(rewards, values, following, ended, gamma: float, gae_lambda: float):
    """Advantage of each action, [T, W, N]: discounted sum of TD errors until the episode ends.

    rewards, values, following float (T, W, N), ended bool (T, W): terminated or truncated at that step.
    """
    # TD error (equation 12 of Schulman et al. 2017): delta[t] = r[t] + gamma V(s[t+1]) - V(s[t])
    delta = rewards + gamma * following - values
    # The sum over l of (gamma lambda)^l delta[t+l] (equation 16 of Schulman et al. 2016), computed backwards:
    # A[t] = delta[t] + gamma lambda A[t+1], where A[t+1] counts only if step t did not end the episode.
    carry = gamma * gae_lambda * (~ended).to(rewards.dtype).unsqueeze(-1)
    result = torch.empty_like(rewards)
    running = torch.zeros_like(rewards[0])
    for t in reversed(range(len(rewards))):
        running = delta[t] + carry[t] * running
        result[t] = running
    return result
