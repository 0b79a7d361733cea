"""What a wave of live runs knew of all accounts: what journeys' conditions read, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from sqlglot import exp

from keepwell.outreach.asking import STANDING
from keepwell.project.project import Project
from keepwell.runs import purposes
from keepwell.runs.board.sheet import sheet
from keepwell.runs.observing import Observer
from keepwell.runs.outreach.waves import Wave
from keepwell.runs.sight import OWNER, Sight
from keepwell.scoring.bands import BY_CODE, NO_BAND, band_of
from keepwell.scoring.definition import Definition, used
from keepwell.scoring.observed import ACTIVE, Floats, Ints, Trits
from keepwell.scoring.score import Band
from keepwell.signals.definition import ACCOUNT
from keepwell.signals.expression import Name
from keepwell.signals.meaning import Value
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.selection import column, equals

ZONE = "zone"

Fields = Mapping[str, Mapping[str, str | float | bool]]
"""What journeys have set: fields of accounts by their names, by account id."""


@dataclass(frozen=True)
class Sighting:
    """Every account as of a wave, by position, ascending by surrogate; `places` are the positions by account id.

    `columns` hold what conditions read, by name: signals, attributes as `account.NAME`, and the standing by the scores of the project's first purpose.
    `bands` are those of each purpose that was scored. What is not known is `None`; an owner or time zone that is not, empty.
    """

    wave: Wave
    accounts: Ints
    ids: Sequence[str]
    places: Mapping[str, int]
    active: Sequence[bool]
    segments: Sequence[str]
    stages: Sequence[str]
    owners: Sequence[str]
    zones: Sequence[str]
    columns: Mapping[str, Sequence[Value]]
    bands: Mapping[str, Sequence[Band | None]]

    def values(self, place: int, names: Sequence[str]) -> dict[str, Value]:
        """What is known of one account, of some names."""
        columns = self.columns
        return {name: columns[name][place] for name in names if name in columns}

    def of(self, accounts: Ints) -> list[str]:
        """The ids of accounts by their surrogates, of those that are here."""
        if not len(self.accounts):
            return []
        found = np.minimum(np.searchsorted(self.accounts, accounts), len(self.accounts) - 1)
        here = self.accounts[found] == accounts
        return [self.ids[place] for place in found[here].tolist()]


@dataclass(frozen=True, slots=True)
class Standing:
    """How accounts stand by the scores of one purpose, by position: scores and whole days in the band (NaN: none), and the codes of bands."""

    scores: Floats
    bands: Trits
    days_in_band: Floats


def sighting(
    project: Project, warehouse: Warehouse, wave: Wave, names: frozenset[str], fields: Fields
) -> Sighting:
    """What was known as of a wave, of the given names. `fields`, which journeys have set, stand before the firm's own data.

    Raises:
        UserError: no accounts have been loaded.
    """
    sight = observer(project, warehouse, names).sight(Point.at(wave.as_of))
    accounts = sight.observed.accounts
    bands = {purpose: _bands(warehouse, run.number, accounts) for purpose, run in wave.shown.items()}
    ids = account_ids(warehouse, accounts)
    standing = _standing_at(project, warehouse, wave, accounts)
    return sighted(wave, sight, ids, names, fields=fields, standing=standing, bands=bands)


def sighted(
    wave: Wave,
    sight: Sight,
    ids: Sequence[str],
    names: frozenset[str],
    *,
    fields: Fields,
    standing: Standing | None,
    bands: Mapping[str, Sequence[Band | None]],
) -> Sighting:
    """What was known as of a wave, from what was measured then, and how accounts stood (`None`: they were not scored)."""
    observed = sight.observed
    places = {id: place for place, id in enumerate(ids)}
    columns = {name: _column(sight, standing, name) for name in sorted(names)}
    _overlay(columns, names, fields, places)
    return Sighting(
        wave=wave,
        accounts=observed.accounts,
        ids=ids,
        places=places,
        active=observed.population.among(frozenset({ACTIVE})).tolist(),
        segments=[observed.segments[place] for place in range(len(observed))],
        stages=[observed.stages[place] for place in range(len(observed))],
        owners=sight.owners,
        zones=_texts(sight, ZONE),
        columns=columns,
        bands=bands,
    )


def observer(
    project: Project, warehouse: Warehouse, names: frozenset[str], definitions: Sequence[Definition] = ()
) -> Observer:
    """What measures the signals and attributes among the names, what segments, stages and the worth need, and what definitions do."""
    own = [name for name in names if not name.startswith(ACCOUNT) and name not in STANDING]
    cases = [condition for _, condition in (*project.segments, *project.stages)]
    signals = used((), project.signals, (*cases, project.value, *map(Name, own)))
    attributes = sorted(
        {OWNER, ZONE} | {name.removeprefix(ACCOUNT) for name in names if name.startswith(ACCOUNT)}
    )
    definition = replace(purposes.unscored(project), signals=signals)
    return Observer(warehouse, (*definitions, definition), attributes=tuple(attributes))


def _texts(sight: Sight, attribute: str) -> list[str]:
    if ACCOUNT + attribute not in sight.rows.column_names:
        return [""] * len(sight.observed)
    return [each or "" for each in sight.rows[ACCOUNT + attribute].cast(pa.string()).to_pylist()]


def _standing_at(project: Project, warehouse: Warehouse, wave: Wave, accounts: Ints) -> Standing | None:
    """How accounts stand by the scores of the first purpose; `None` where it was not scored."""
    run = next((wave.shown[each] for each in project.purposes()[:1] if each in wave.shown), None)
    if run is None:
        return None
    found = sheet(project, warehouse, run.version, run.number, run.as_of)
    at = found.positions(accounts)
    bands = np.full(len(at), NO_BAND) if not len(found) else found.bands[np.maximum(at, 0)]
    return Standing(
        _taken(found.scores, at),
        np.where(at < 0, NO_BAND, bands).astype(np.int8),
        _taken(found.days_in_band, at),
    )


def account_ids(warehouse: Warehouse, accounts: Ints) -> list[str]:
    """What the firm calls accounts, by position."""
    query = exp.select(column("account"), column("account_id")).from_(table_named("directory.accounts"))
    rows = warehouse.query(query).sort_by("account")
    at = np.searchsorted(rows["account"].to_numpy().astype(np.int64), accounts)
    ids: list[str] = rows["account_id"].take(pa.array(at)).to_pylist()
    return ids


def _column(sight: Sight, standing: Standing | None, name: str) -> list[Value]:
    """One name of all accounts; of what nobody measures nothing is known."""
    observed = sight.observed
    match name:
        case "segment":
            return [observed.segments[place] for place in range(len(observed))]
        case "stage":
            return [observed.stages[place] for place in range(len(observed))]
        case "value":
            return _numbers(observed.worth)
        case "score" | "band" | "days_in_band":
            return _standing(standing, len(observed), name)
    if name not in sight.rows.column_names:
        return [None] * len(observed)
    values: list[Value] = sight.rows[name].to_pylist()
    return [each.replace(tzinfo=UTC) if isinstance(each, datetime) else each for each in values]


def _standing(standing: Standing | None, count: int, name: str) -> list[Value]:
    if standing is None:
        return [None] * count
    if name == "score":
        return _numbers(standing.scores)
    if name == "days_in_band":
        return [None if each is None else int(each) for each in _known(standing.days_in_band)]
    found = (band_of(code) for code in standing.bands.tolist())
    return [None if each is None else str(each) for each in found]


def _taken(values: Floats, at: Ints) -> Floats:
    if not len(values):
        return np.full(len(at), np.nan)
    return np.where(at < 0, np.nan, values[np.maximum(at, 0)])


def _numbers(values: Floats) -> list[Value]:
    return list(_known(values))


def _known(values: Floats) -> list[float | None]:
    return [None if gone else each for each, gone in zip(values.tolist(), np.isnan(values), strict=True)]


def _overlay(
    columns: dict[str, list[Value]], names: frozenset[str], fields: Fields, places: Mapping[str, int]
) -> None:
    for account, its in fields.items():
        place = places.get(account)
        for field, value in its.items() if place is not None else ():
            if ACCOUNT + field in names and place is not None:
                columns[ACCOUNT + field][place] = value


def _bands(warehouse: Warehouse, run: int, accounts: Ints) -> list[Band | None]:
    """The bands of a run, by position."""
    query = exp.select(column("account"), column("band")).from_(table_named("scores.scores"))
    rows = warehouse.query(query.where(equals("run", run)))
    codes = dict(zip(rows["account"].to_pylist(), rows["band"].to_pylist(), strict=True))
    found = [codes.get(account) for account in accounts.tolist()]
    return [None if code is None else BY_CODE[code] for code in found]
