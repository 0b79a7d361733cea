"""What a run found of accounts: its signals and conditions, read as arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from keepwell.runs.board.sheet import Sheet
from keepwell.scoring.definition import Definition
from keepwell.scoring.observed import Ints, Observed, Trits, condition_of, conditional
from keepwell.scoring.scorecard import Scorecard
from keepwell.sql.board.values import found_statement
from keepwell.warehouse.protocol import Warehouse

NEAR = 1e-6
"""Two scores this close are the same: kept ones are rounded to so many decimals."""

FEW = 1000
"""Up to so many accounts are asked for by number; of more, all that the run found is read."""


def observed(warehouse: Warehouse, sheet: Sheet, definition: Definition, places: Ints) -> Observed:
    """What the run found of the accounts at some positions, ascending.

    One without a row there is told as what it was: not begun, ended, or without a scorecard.
    """
    accounts = sheet.accounts[places]
    names = [signal.name for signal in definition.signals]
    values = np.full((len(places), len(names)), np.nan)
    conditions = {name: np.full(len(places), -1, dtype=np.int8) for name in definition.conditions}
    rows, spots = _rows(warehouse, sheet.run, accounts)
    if len(spots) and names:
        values[spots] = _flat(rows["signals"]).reshape(-1, len(names))
    for card in definition.cards:
        mine = np.flatnonzero(rows["scorecard"].to_numpy(zero_copy_only=False) == card.name)
        for name, codes in _conditions(card, rows if len(mine) == len(spots) else rows.take(mine)).items():
            conditions[name][spots[mine]] = codes
    return Observed(
        as_of=sheet.as_of,
        accounts=accounts,
        population=sheet.population.take(places),
        parents=sheet.parents[places],
        segments=sheet.segments.take(places),
        stages=sheet.stages.take(places),
        values={name: values[:, column] for column, name in enumerate(names)},
        conditions=conditions,
        worth=sheet.value[places],
    )


def _rows(warehouse: Warehouse, run: int, accounts: Ints) -> tuple[pa.Table, Ints]:
    """The run's rows of some accounts, and where in these each one stands."""
    asked = accounts.tolist() if len(accounts) <= FEW else None
    rows = warehouse.query(found_statement(run, asked)).combine_chunks()
    found = rows["account"].to_numpy().astype(np.int64)
    spots = np.searchsorted(accounts, found)
    there = np.isin(found, accounts, assume_unique=True)
    return (rows, spots) if there.all() else (rows.filter(pa.array(there)), spots[there])


def _flat(lists: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[Any]]:
    """The items of lists of one length, one after the other; a missing one is NaN, or -1 of whole numbers."""
    items = lists.combine_chunks().flatten()
    if pa.types.is_integer(items.type):
        items = items.fill_null(-1)
    return np.asarray(items.to_numpy(zero_copy_only=False))


def _conditions(card: Scorecard, rows: pa.Table) -> dict[str, Trits]:
    """Which of a scorecard's conditions held, row by row; of rows that do not say so, as their points have it."""
    parts = [condition_of(card, part) for part in conditional(card)]
    if not parts or not rows.num_rows:
        return {}
    lacks = "conditions" not in rows.column_names
    unsaid = np.full(rows.num_rows, lacks) if lacks else np.asarray(rows["conditions"].is_null().to_numpy())
    held = np.full((rows.num_rows, len(parts)), -1, dtype=np.int8)
    said = rows.filter(pa.array(~unsaid))
    if said.num_rows:
        held[~unsaid] = _flat(said["conditions"]).reshape(-1, len(parts))
    for spot, row in zip(np.flatnonzero(unsaid), rows.filter(pa.array(unsaid)).to_pylist(), strict=True):
        known = _by_points(card, row["baseline"], row["contributions"])
        held[spot] = [known.get(name, -1) for name in parts]
    return {name: held[:, column] for column, name in enumerate(parts)}


def _by_points(card: Scorecard, baseline: float, contributions: Sequence[float]) -> dict[str, int]:
    """A rule that holds gives points; a cap that takes points brought the score to its limit. Of other caps nobody knows."""
    count = len(card.rules)
    rules = contributions[-4 - count : -4] if count else ()
    held = {
        condition_of(card, rule): int(points != 0) for rule, points in zip(card.rules, rules, strict=True)
    }
    capped = contributions[-2]
    reached = baseline + sum(contributions[:-1])
    binding = next((cap for cap in card.caps if capped and abs(cap.at_most - reached) < NEAR), None)
    return held | {condition_of(card, cap): int(cap is binding) for cap in card.caps}
