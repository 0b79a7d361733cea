"""What the simulator knows and no source may see: hidden states, hazards, causes of each churn, dirt, the ceiling."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from keepwell.sources.simulation.causes import CAUSES, Effects, area_under_curve, chance
from keepwell.sources.simulation.dirt import Dirt
from keepwell.sources.simulation.formats import write_parquet
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.world import SEGMENTS

HORIZON = 90
"""Days within which the ceiling looks for churn."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How well the true hazard, as of a day, tells who leaves within `HORIZON` days: nobody can do better for long.

    `auc` is the area under the ROC curve, 0–1 (`None` where nobody left).
    """

    day: date
    accounts: int
    churned: int
    auc: float | None


@dataclass(frozen=True, slots=True)
class Truth:
    """The summary of a simulation: rows written, events, accounts, churn per account-year, dirt by source, ceiling."""

    seed: int
    accounts: int
    events: int
    churned: int
    churn_per_year: float
    causes: dict[str, int]
    dirt: dict[str, Any]
    ceiling: tuple[Ceiling, ...] = field(default=())


def ceiling(scene: Scene) -> tuple[Ceiling, ...]:
    """The ceiling for the first whole week of each month that leaves `HORIZON` days to watch."""
    points = []
    for week in range(0, max((scene.calendar.days - HORIZON) // 7, 0), 4):
        day = scene.calendar.day(week)
        here = scene.life.active[week] & ~(scene.life.ended <= day)
        gone = scene.life.ended < day + HORIZON
        auc = area_under_curve(chance(scene.life, scene.calendar, week, HORIZON)[here], gone[here])
        points.append(
            Ceiling(
                day.astype("datetime64[D]").item(),
                int(here.sum()),
                int(gone[here].sum()),
                None if np.isnan(auc) else round(auc, 4),
            )
        )
    return tuple(points)


def summarise(scene: Scene, dirt: Dirt) -> Truth:
    """Sums a simulation up."""
    years = float(scene.life.active.sum()) * 7 / 365.25
    return Truth(
        seed=scene.seed,
        accounts=len(scene.world),
        events=dirt.rows["events"],
        churned=int(scene.life.left.sum()),
        churn_per_year=round(float(scene.life.left.sum()) / years, 4) if years else 0.0,
        causes={
            name: int((scene.life.cause[scene.life.left] == number).sum())
            for number, name in enumerate(CAUSES)
        },
        dirt=dirt.as_dict(),
        ceiling=ceiling(scene),
    )


def write(folder: Path, truth: Truth, scene: Scene) -> None:
    """Writes `truth.json`, `accounts.parquet` (traits, ends, causes) and `weeks.parquet` (states and hazards)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text(_README, encoding="utf-8")
    effects = {"effects": asdict(Effects())}
    content = json.dumps({**asdict(truth), **effects}, indent=1, default=str, ensure_ascii=False)
    (folder / "truth.json").write_text(content + "\n", encoding="utf-8")
    cause = np.array([*CAUSES, None], dtype=object)[scene.life.cause]
    write_parquet(
        folder / "accounts.parquet",
        pa.table(
            {
                "account_id": scene.world.ids.tolist(),
                "segment": np.array(SEGMENTS)[scene.world.segment].tolist(),
                "began": pa.array(scene.world.began),
                "ended": pa.array(scene.life.ended),
                "cause": pa.array(cause.tolist(), pa.string()),
                "onboarding": scene.world.onboarding,
                "frailty": scene.world.frailty,
                "taste": scene.world.taste,
                "adoption": scene.world.adoption,
            }
        ),
    )
    week, account = np.nonzero(scene.life.active)
    states = {name: scene.life.states[week, number, account] for number, name in enumerate(CAUSES[:-1])}
    columns = {
        "account_id": pa.array(scene.world.ids.tolist()).take(pa.array(account)),
        "week": pa.array(scene.calendar.day(week)),
        "engagement": scene.life.engagement[week, account],
        "satisfaction": scene.life.satisfaction[week, account],
        **states,
        "users": scene.life.users[week, account],
        "hazard": scene.life.hazard[week, account],
    }
    write_parquet(folder / "weeks.parquet", pa.table(columns))


_README = """SIMULATED: this is the truth behind the simulated data, for judging scores only.

No source may map it. truth.json holds the counts of dirty rows, the causes of churn and the ceiling that any
prediction can reach; accounts.parquet the hidden traits, weeks.parquet the hidden states and hazards.
"""
