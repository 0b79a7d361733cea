"""The certificate of a version: all the evidence there is for it or against it, and what it rests on."""

import math
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.baselines import Baseline
from keepwell.proof.baselines import baselines as compare
from keepwell.proof.calibration import Basis
from keepwell.proof.capture import chosen
from keepwell.proof.evidence import Evidence, Grounds, Slice, calibration_of, evidence
from keepwell.proof.judged import Judged, coded
from keepwell.proof.lesson import taught
from keepwell.proof.outcome import Kind, Outcome, Population
from keepwell.proof.panel import HAPPENED, Panel
from keepwell.proof.ranking import placements
from keepwell.proof.slices import ways
from keepwell.proof.split import Mapped, mapped, splits
from keepwell.proof.stays import FLAP_DAYS
from keepwell.proof.subject import Grid, Question, Subject
from keepwell.proof.tally import states_by
from keepwell.proof.timeline import timeline
from keepwell.proof.treated import Treated, treated
from keepwell.proof.verdict import Findings, Verdict, verdict
from keepwell.proof.warnings import DAYS_BEFORE, money_of
from keepwell.scoring.chances import Chances
from keepwell.scoring.observed import Bools, Floats, Ints

WORKERS = 4
"""Threads that work out figures: sorting and summing large arrays is done without Python's lock."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The evidence of a version. `capacity`: how many accounts the team can look after per as_of (`None`: not
    declared). `made_at`: when it was made. `slices`: in the order of what rows are split by, then by group.
    `baselines`: as they were handed in. `outreach` says in words what counts as such (empty: nothing does); `treated` are the rows
    that it reached and those that it did not, empty where nothing counts as outreach. `chances`: what chance of
    loss a score stands for (`None`: the evidence does not teach it).
    """

    subject: Subject
    question: Question
    grid: Grid
    capacity: int | None
    made_at: datetime
    verdict: Verdict
    whole: Evidence
    slices: tuple[Slice, ...]
    baselines: tuple[Baseline, ...]
    outreach: str = ""
    treated: tuple[Treated, ...] = ()
    chances: Chances | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """How a panel came to be, and how it is to be judged. `zone`: the project's, for quarters and horizons.
    `outcome_version`: of the outcome's definition. See `Grid` and `Certificate` for the rest.
    """

    made_at: datetime
    zone: ZoneInfo
    capacity: int | None = None
    data_through: datetime | None = None
    folded_daily: bool = False
    point_in_time: bool = True
    outreach: str = ""
    outcome_version: str = ""


def certify(
    panel: Panel,
    outcome: Outcome,
    subject: Subject,
    setting: Setting,
    *,
    baselines: Mapping[str, Floats] | None = None,
    probability: Floats | None = None,
) -> Certificate:
    """Judges the panel's scores and bands by what became of its accounts.

    `baselines` are dumb risks and `probability` (0–1) is what the version itself states: one value per row of the
    panel. A higher risk means that the outcome is likelier; NaN is unknown. Without a probability, calibration is that
    of a monotone map learned at earlier as_ofs.

    Raises:
        ValueError: the capacity is below 1, a probability is not between 0 and 1, or an array is not as long as the panel.
    """
    others = dict(baselines or {})
    for name, array in (*others.items(), *([] if probability is None else [("probability", probability)])):
        if len(array) != len(panel):
            raise ValueError(f"{name}: {len(array)} values for the panel's {len(panel)} rows")
    if setting.capacity is not None and setting.capacity < 1:
        raise ValueError(f"a capacity of {setting.capacity}: a team looks after one account at the least")
    everything = np.ones(len(panel), dtype=np.bool_)
    with ThreadPoolExecutor(WORKERS) as pool:
        grounds, origin = _grounds(pool, panel, outcome, setting, probability)
        states = states_by(panel.state, np.zeros(len(panel), dtype=np.int32), 1)[0]
        places = placements(grounds.rows)
        whole_coming = pool.submit(evidence, grounds, states, everything, places)
        against_coming = [  # before the slices: what takes long must not be begun last
            pool.submit(compare, grounds.rows, places, {name: other[origin]})
            for name, other in others.items()
        ]
        slices_coming = _slices(pool, panel, grounds, origin, setting.zone)
        whole = whole_coming.result()
        slices = tuple(coming.result() for coming in slices_coming)
        against = tuple(one for coming in against_coming for one in coming.result())
    question, grid = Question.of(outcome, setting.outcome_version), _grid(panel, outcome, subject, setting)
    found = Findings(question, grid, whole, slices, against)
    return Certificate(
        subject=subject,
        question=question,
        grid=grid,
        capacity=setting.capacity,
        made_at=setting.made_at,
        verdict=verdict(found),
        whole=whole,
        slices=slices,
        baselines=against,
        outreach=setting.outreach,
        treated=treated(grounds.rows, whole, slices) if setting.outreach else (),
        chances=_taught(panel, outcome, grid, (subject, setting), (grounds, whole)),
    )


def _grounds(
    pool: ThreadPoolExecutor, panel: Panel, outcome: Outcome, setting: Setting, probability: Floats | None
) -> tuple[Grounds, Ints]:
    """What evidence is drawn from, and where each of its judged rows stands in the panel."""
    line_coming = pool.submit(timeline, panel, DAYS_BEFORE, FLAP_DAYS) if outcome.dated else None
    judged = np.flatnonzero(panel.judged)
    score = panel.score[judged]
    account, accounts = coded(panel.account[judged])
    happened = panel.state[judged] == HAPPENED
    rows, order = Judged.sorted(happened, -score if outcome.kind.adverse else score, account, accounts)
    origin = judged[order]
    rows = rows.with_columns(
        point=panel.point[origin].astype(np.int32),
        band=panel.band[origin],
        worth=_counted(panel.worth[origin]),
        contacted=panel.contacted[origin],
    )
    team_coming = pool.submit(chosen, rows, setting.capacity) if setting.capacity is not None else None
    if probability is not None:
        known: Mapped | None = Mapped(Basis.GIVEN, probability[origin], 0)
    else:
        possible = splits(panel.as_ofs, outcome, setting.zone) if outcome.dated else ()
        known = mapped(rows, possible)
    if known is not None:
        rows = rows.with_columns(probability=known.probability)
    line = line_coming.result() if line_coming is not None else None
    return Grounds(
        rows=rows,
        team=team_coming.result() if team_coming is not None else None,
        mapped=known,
        line=line,
        money_is=money_of(line.happenings) if line is not None else None,
        adverse=outcome.kind.adverse,
    ), origin


def _taught(
    panel: Panel,
    outcome: Outcome,
    grid: Grid,
    by: tuple[Subject, Setting],
    found: tuple[Grounds, Evidence],
) -> Chances | None:
    """What chance a score stands for: of losing the whole account, from dates, and for everybody; else nothing.

    A version that was fitted teaches by the as_ofs after those it was fitted on.
    """
    (subject, setting), (grounds, whole) = by, found
    everybody = outcome.population == Population()
    if outcome.kind is not Kind.CHURNED or not grid.point_in_time or not everybody:
        return None
    if not grid.in_sample or subject.fitted_through is None:
        return taught(grounds.rows, whole.calibration)
    later = np.array([as_of > subject.fitted_through for as_of in panel.as_ofs])
    rows = grounds.rows.rows(later[grounds.rows.columns["point"]])
    known = mapped(rows, splits(panel.as_ofs, outcome, setting.zone))
    if known is None:
        return None
    rows = rows.with_columns(probability=known.probability)
    return taught(rows, calibration_of(rows, known))


def _counted(worth: Floats) -> Floats:
    """Values as weights: one below 0 (an account in credit) weighs nothing."""
    return np.where(np.isfinite(worth), np.maximum(worth, 0.0), np.nan)


def _slices(
    pool: ThreadPoolExecutor, panel: Panel, grounds: Grounds, origin: Ints, zone: ZoneInfo
) -> list[Future[Slice]]:
    """The evidence of every slice, in their order."""

    def sliced(by: str, name: str, states: Ints, judged: Bools, rows: Bools) -> Slice:
        return Slice(by, name, evidence(grounds.among(judged), states, rows))

    coming = []
    for way in ways(panel, zone):
        codes = way.groups.codes.astype(np.int32)
        states, judged = states_by(panel.state, codes, len(way.groups.names)), codes[origin]
        coming += [
            pool.submit(sliced, way.by, name, states[code], judged == code, codes == code)
            for code, name in enumerate(way.groups.names)
        ]
    return coming


def _grid(panel: Panel, outcome: Outcome, subject: Subject, setting: Setting) -> Grid:
    points = np.flatnonzero(np.bincount(panel.point[panel.judged], minlength=len(panel.as_ofs)))
    seen = [panel.as_ofs[int(point)] for point in points]
    steps = np.diff([as_of.timestamp() for as_of in panel.as_ofs]) / 86_400
    fitted = subject.fitted_through
    return Grid(
        as_ofs=len(seen),
        first=seen[0] if seen else None,
        last=seen[-1] if seen else None,
        every_days=float(np.median(steps)) if len(steps) else None,
        folded_daily=setting.folded_daily,
        in_sample=0 if fitted is None else sum(1 for as_of in seen if as_of <= fitted),
        data_through=setting.data_through,
        point_in_time=setting.point_in_time and outcome.dated,
    )


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    """The certificate as plain data: the fields' names as keys, texts, finite numbers, lists. Instants are ISO 8601."""
    return {field.name: _plain(getattr(certificate, field.name)) for field in fields(certificate)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
