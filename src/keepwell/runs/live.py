"""How good live scores have been, as far as their outcomes are known by now, beside what the certificate promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from keepwell.project.project import Project
from keepwell.proof.interval import Estimate, mean
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import Panel
from keepwell.proof.ranking import ranked
from keepwell.proof.tally import enough
from keepwell.runs import grid, purposes
from keepwell.runs.as_ofs import WEEK, Rhythm, as_ofs, latest
from keepwell.runs.labelling import through
from keepwell.runs.panels import panel
from keepwell.runs.score import Progress, silent
from keepwell.runs.trial import Wanted
from keepwell.scoring.bands import BY_CODE, code_of
from keepwell.scoring.observed import Bools, Floats
from keepwell.scoring.score import Band
from keepwell.warehouse.protocol import Warehouse

if TYPE_CHECKING:
    from keepwell.store.certificates import Kept


@dataclass(frozen=True, slots=True)
class Live:
    """One outcome since a version was applied, over weekly as_ofs whose horizons are over.

    `auc` is that of the scores (`None`: too little has happened yet, `why_not` says so), `certified` what the version's certificate said (`None`: there is none).
    `rate` is how often the outcome happened; `apart` by how much more often (−1 to 1) than the certificate's rates of the bands have it (both
    `None`: not known). `breach`: the AUC is lower than certified by more than governance.yml allows, and surely lower.
    """

    outcome: str
    auc: Estimate | None
    certified: float | None
    breach: bool
    why_not: str = ""
    rate: float | None = None
    apart: Estimate | None = None


def live(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    *,
    since: datetime,
    now: datetime,
    certificate: "Kept | None",
    progress: Progress = silent,
) -> Live:
    """How the scores since an instant have done against an outcome with dates, as far as horizons are over now.

    Raises:
        UserError: nothing in the warehouse could tell the outcome.
    """
    certified = None if certificate is None else _auc(certificate.content)
    found = _panel(project, warehouse, outcome, (since, now), progress)
    if found is None:
        return Live(outcome.name, None, certified, False, f"No horizon of {outcome.horizon} is over yet.")
    rows = found.rows(found.judged)
    happened, account = rows.happened, rows.account
    outcomes, others = len(np.unique(account[happened])), len(np.unique(account[~happened]))
    ranking = None
    if enough(outcomes, others):
        ranking = ranked(happened, -rows.score if outcome.kind.adverse else rows.score, account)
    if ranking is None:
        why_not = f"Too little data: it happened to {outcomes:,} accounts and not to {others:,}."
        return Live(outcome.name, None, certified, False, why_not)
    auc, limit = ranking.auc, project.governance.monitor.auc_drop
    lower = certified is not None and auc.value < certified - limit and auc.high < certified
    apart = _apart(rows, {} if certificate is None else _rates(certificate.content))
    return Live(outcome.name, auc, certified, lower, rate=ranking.rate, apart=apart)


def _panel(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    between: tuple[datetime, datetime],
    progress: Progress,
) -> Panel | None:
    """The weekly instants between two, as far as their horizons are over by the second; `None` if none is."""
    zone, (since, now) = project.zone, between
    day = grid.day_of(since, zone)
    first = day if day == since else grid.day_of(day + timedelta(hours=36), zone)
    last = latest(outcome, min(through(project, warehouse, outcome), now), zone)
    if last < first:
        return None
    definition = purposes.definition(project, outcome.purpose)
    instants = as_ofs(project, warehouse, outcome, definition, Rhythm(WEEK, first, last))
    return panel(
        project,
        warehouse,
        outcome,
        instants,
        definition=definition,
        wanted=Wanted(daily=False),
        progress=progress,
    )


def _auc(content: Mapping[str, Any]) -> float | None:
    ranking = content["whole"]["ranking"]
    return None if ranking is None else float(ranking["auc"]["value"])


def _rates(content: Mapping[str, Any]) -> dict[int, float]:
    """The outcome's rate by band, as the certificate gives it, by the band's code."""
    found = {each["band"]: each["rate"] for each in content["whole"]["standings"]}
    return {
        code_of(Band(band)): rate["value"]
        for band, rate in found.items()
        if band is not None and rate is not None
    }


def _apart(rows: Panel, rates: Mapping[int, float]) -> Estimate | None:
    """What happened less what the bands' rates would have it, over the rows of bands that have one."""
    expected = np.array([rates.get(code, np.nan) for code in range(len(BY_CODE))])
    banded: Bools = rows.band >= 0
    stated: Floats = np.where(banded, expected[rows.band], np.nan)
    known = ~np.isnan(stated)
    if not known.any():
        return None
    return mean(rows.happened[known] - stated[known], rows.account[known])
