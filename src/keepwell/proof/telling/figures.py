"""Figures for people."""

from keepwell.proof.interval import Estimate
from keepwell.scoring.wording import PERCENT, number, quantity


def percent(share: float) -> str:
    """A share for people: `12%`, `1.2%`, `0.04%`."""
    return quantity(share, PERCENT) if share >= 0.001 or share == 0 else f"{number(100 * share)}%"


def between(figure: Estimate) -> str:
    """The interval of a share, for people: `95% interval 10%–14%`."""
    return f"95% interval {percent(figure.low)}–{percent(figure.high)}"


def auc(figure: Estimate) -> str:
    """An AUC with its interval, for people: `AUC 0.71, 95% interval 0.66–0.75`."""
    return f"AUC {figure.value:.3f}, 95% interval {figure.low:.3f}–{figure.high:.3f}"


def signed(figure: Estimate) -> str:
    """A difference with its interval, for people: `+0.050 (−0.010 to +0.110)`."""
    return f"{figure.value:+.3f} ({figure.low:+.3f} to {figure.high:+.3f})".replace("-", "−")


def accounts(count: int) -> str:
    """How many accounts, for people."""
    return f"{number(count)} {'account' if count == 1 else 'accounts'}"


def rows(count: int) -> str:
    """How many rows, for people."""
    return f"{number(count)} {'row' if count == 1 else 'rows'}"
