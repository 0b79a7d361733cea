"""Lots: who is left alone on purpose, and which way of an experiment an account takes.

A lot is a number that a keyed hash (HMAC-SHA256) draws for an account: whoever has the key can draw it again at any time, nobody
else can tell it or steer it. What it is drawn for goes into the hash, so that the lots of two journeys, or of a journey and one of its
experiments, have nothing to do with each other. A share only moves the boundary: when it grows, accounts come in and none goes out.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.outreach.step import Arm, Experiment

LEAST_KEY = 16
"""So many bytes a key has at least."""

_BITS = 53
"""As many as a float holds exactly."""


@dataclass(frozen=True, slots=True, repr=False)
class Drum:
    """What lots are drawn from: a secret key, which stays as long as accounts are to keep their lots.

    Raises:
        ValueError: the key has fewer than `LEAST_KEY` bytes.
    """

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) < LEAST_KEY:
            raise ValueError(f"a key has at least {LEAST_KEY} bytes")

    def lot(self, purpose: str, account: str) -> float:
        """The account's lot for a purpose: 0 or more, less than 1, each as likely as any other."""
        written = b"".join(_measured(part) for part in (purpose, account))
        drawn = hmac.digest(self.key, written, "sha256")
        return (int.from_bytes(drawn[:8], "big") >> (64 - _BITS)) / 2.0**_BITS

    def held_out(self, account: str, share: float) -> bool:
        """Whether the account is left alone by every journey; `share` (0–1) of all accounts are."""
        return self.lot("holdout", account) < share

    def held_out_of(self, journey: str, account: str, share: float) -> bool:
        """Whether the account is left alone by the journey; `share` (0–1) of all accounts are."""
        return self.lot(f"holdout of {journey}", account) < share

    def arm(self, journey: str, experiment: Experiment, account: str) -> Arm:
        """The way that the account takes; each takes its share of the sum of all shares.

        Arms lie side by side in the order in which they are written, so that one that is added at the end takes from those before
        it, and nothing else moves than what the boundaries pass over.
        """
        return _where(experiment.arms, self.lot(f"arms of {journey}: {experiment.id}", account))


def _where(arms: Sequence[Arm], lot: float) -> Arm:
    whole = sum(arm.share for arm in arms)
    end = 0.0
    for arm in arms:
        end += arm.share
        if lot * whole < end:
            return arm
    return arms[-1]  # the sum of shares, rounded, can be a hair below the whole


def _measured(part: str) -> bytes:
    """A text with its length before it, so that no two pairs of texts are written alike."""
    written = part.encode()
    return len(written).to_bytes(4, "big") + written
