"""The statistics of proof again, slow and obvious: by definition, pair by pair, account by account."""

from collections.abc import Callable

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Ints


def auc(happened: Bools, risk: Floats) -> float:
    """Every pair of a row that it happened to and another."""
    pairs = [(high > low) + (high == low) / 2 for high in risk[happened] for low in risk[~happened]]
    return float(np.mean(pairs))


def delong(happened: Bools, *risks: Floats) -> Floats:
    """The covariance of AUCs by DeLong's components, each row independent of the others."""
    above = [
        [np.mean((one > low) + (one == low) / 2) for one in risk[happened]]
        for risk, low in _lows(happened, risks)
    ]
    below = [
        [np.mean((high > one) + (high == one) / 2) for one in risk[~happened]]
        for risk, high in _highs(happened, risks)
    ]
    of_above, of_below = np.atleast_2d(np.cov(above)), np.atleast_2d(np.cov(below))
    return np.asarray(of_above / happened.sum() + of_below / (~happened).sum())


def _lows(happened: Bools, risks: tuple[Floats, ...]) -> list[tuple[Floats, Floats]]:
    return [(risk, risk[~happened]) for risk in risks]


def _highs(happened: Bools, risks: tuple[Floats, ...]) -> list[tuple[Floats, Floats]]:
    return [(risk, risk[happened]) for risk in risks]


def obuchowski(happened: Bools, risk: Floats, account: Ints) -> float:
    """The variance of a clustered AUC, formula by formula (Biometrics 1997, equations 5 to 9)."""
    theta = auc(happened, risk)
    total, others = int(happened.sum()), int((~happened).sum())
    above = np.array([np.mean((x > risk[~happened]) + (x == risk[~happened]) / 2) for x in risk])
    below = np.array([np.mean((risk[happened] > x) + (risk[happened] == x) / 2) for x in risk])
    s10 = s01 = s11 = 0.0
    with_happened, with_others, clusters = 0, 0, np.unique(account)
    for one in clusters:
        mine, not_mine = (account == one) & happened, (account == one) & ~happened
        x = above[mine].sum() - mine.sum() * theta
        y = below[not_mine].sum() - not_mine.sum() * theta
        with_happened, with_others = with_happened + mine.any(), with_others + not_mine.any()
        s10, s01, s11 = s10 + x**2, s01 + y**2, s11 + x * y
    s10 *= with_happened / ((with_happened - 1) * total)
    s01 *= with_others / ((with_others - 1) * others)
    s11 *= len(clusters) / (len(clusters) - 1)
    return float(s10 / total + s01 / others + 2 * s11 / (total * others))


def average_precision(happened: Bools, risk: Floats, weight: Floats | None = None) -> float:
    """Threshold by threshold, rows weighted."""
    weights = np.ones(len(risk)) if weight is None else weight
    total, value, before = float(weights[happened].sum()), 0.0, 0.0
    for threshold in sorted(set(risk), reverse=True):
        at_least = risk >= threshold
        hit = float(weights[at_least & happened].sum())
        value += (hit - before) / total * hit / float(weights[at_least].sum())
        before = hit
    return value


def moves(figure: Callable[[Floats], float], account: Ints, step: float = 1e-5) -> Floats:
    """By how much a figure of weighted rows moves, per weight, as each account in turn weighs a little more."""
    return np.array(
        [
            (figure(1 + step * (account == one)) - figure(1 - step * (account == one))) / (2 * step)
            for one in np.unique(account)
        ]
    )


def bootstrapped(
    figure: Callable[[Ints], float], account: Ints, random: np.random.Generator, times: int = 1_000
) -> Floats:
    """The figure over as many accounts drawn with replacement, with all their rows, `times` times."""
    rows = [np.flatnonzero(account == one) for one in np.unique(account)]
    return np.array(
        [
            figure(np.concatenate([rows[place] for place in random.integers(0, len(rows), len(rows))]))
            for _ in range(times)
        ]
    )
