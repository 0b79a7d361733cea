"""What is unlike the usual since an instant: signals whose median took a step, and accounts that changed as others do not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from keepwell.runs.board.desk import Desk
from keepwell.runs.board.signal import UNUSUAL, deviations
from keepwell.runs.board.values import Kept, kept_runs
from keepwell.scoring.observed import Floats
from keepwell.scoring.wording import judged
from keepwell.signals.definition import Signal

LEAST_CHANGES = 20
"""Where fewer accounts than these changed at all, nobody can say what is usual."""


@dataclass(frozen=True, slots=True)
class Step:
    """A signal whose median, of the accounts in reach, took a step unlike those before; in words from what to what."""

    signal: str
    text: str
    deviations: float


@dataclass(frozen=True, slots=True)
class Anomaly:
    """An account in reach with the one measure that changed least as others changed; `deviations` are robust standard ones."""

    account_id: str
    name: str
    signal: str
    text: str
    deviations: float


def steps(desk: Desk, since: datetime) -> tuple[Step, ...]:
    """The measures whose median took an unusual step with the run that is shown, if that is later than an instant; the largest first."""
    sheet = desk.sheet
    if sheet is None or sheet.as_of <= since:
        return ()
    runs = kept_runs(desk.warehouse, desk.purpose, sheet.as_of)
    places = np.flatnonzero(sheet.kept & desk.reached)
    found = []
    for one in _measures(desk) if len(runs) > 1 and len(places) else ():
        medians = np.array([_median(desk.values(run).of(one.name)[places]) for run in runs])
        far = deviations(np.diff(medians))[-1]
        if np.abs(far) >= UNUSUAL:
            before, after = medians[-2:].tolist()
            text = f"{one.title}: median {judged(one, before)} → {judged(one, after)}"
            found.append(Step(one.name, text, float(far)))
    return tuple(sorted(found, key=lambda step: -abs(step.deviations)))


def anomalies(desk: Desk, before: Kept) -> tuple[Anomaly, ...]:
    """The accounts in reach whose value changed since a run unlike those of all others that changed; the largest first.

    Accounts that did not change say nothing of what a usual change is, and are left out.
    """
    sheet = desk.sheet
    if sheet is None or before.run == sheet.run:
        return ()
    worst: dict[int, Anomaly] = {}
    then, now = desk.values(before), desk.values(desk.kept)
    for one in _measures(desk):
        old, new = then.of(one.name), now.of(one.name)
        changed = np.flatnonzero(sheet.kept & (np.nan_to_num(new - old) != 0))
        if len(changed) < LEAST_CHANGES:
            continue
        far = deviations((new - old)[changed])
        odd = (np.abs(far) >= UNUSUAL) & desk.reached[changed]
        for place, size in zip(changed[odd].tolist(), far[odd].tolist(), strict=True):
            if place not in worst or abs(size) > abs(worst[place].deviations):
                text = f"{one.title} {judged(one, float(old[place]))} → {judged(one, float(new[place]))}"
                worst[place] = Anomaly(
                    sheet.ids[place].as_py(), sheet.names[place].as_py(), one.name, text, size
                )
    return tuple(sorted(worst.values(), key=lambda each: (-abs(each.deviations), each.account_id)))


def _measures(desk: Desk) -> Iterator[Signal]:
    """The signals that are measures, as they are called today."""
    cards = desk.basis.definition.cards
    used = {measure.signal for card in cards for measure in card.measures}
    for signal in desk.basis.definition.signals:
        if signal.name in used:
            yield desk.labels.get(signal.name, signal)


def _median(column: Floats) -> float:
    known = column[~np.isnan(column)]
    return float(np.median(known)) if len(known) else np.nan
