"""Predictions for other programs: as JSON, CSV and Parquet."""

import csv
import io
import json
from dataclasses import asdict
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.runs.predict import Predicted, Predictions

FORMATS = ("json", "csv", "parquet")

COLUMNS = {
    "account_id": pa.string(),
    "name": pa.string(),
    "owner": pa.string(),
    "as_of": pa.timestamp("us", tz="UTC"),
    "model": pa.string(),
    "outcome": pa.string(),
    "horizon": pa.string(),
    "probability": pa.float64(),
    "value": pa.float64(),
    "value_at_risk": pa.float64(),
    "median_days": pa.float64(),
    "alive": pa.float64(),
    "purchases": pa.float64(),
    "spend": pa.float64(),
    "why": pa.string(),
}
"""The columns of a file: `why` holds the reasons in words, the weightiest first."""

FEW = 5
"""So many reasons stand in a cell."""


def write(
    found: Predictions, form: str, stream: BinaryIO, *, limit: int | None = None, simulated: bool = False
) -> None:
    """Writes predictions, the likeliest first, at most `limit` of them. With `simulated` the file says so."""
    if form == "json":
        shown = json.dumps(
            of_predictions(found, limit, simulated=simulated), ensure_ascii=False, indent=2, default=str
        )
        stream.write(shown.encode() + b"\n")
        return
    names = (*COLUMNS, "simulated") if simulated else tuple(COLUMNS)
    rows = [{**_row(found, one), "simulated": True} for one in islice(found, limit)]
    if form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "as_of": row["as_of"].isoformat()} for row in rows)
        stream.write(text.getvalue().encode())
        return
    kinds = {**COLUMNS, "simulated": pa.bool_()}
    schema = pa.schema([(name, kinds[name]) for name in names])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), stream, compression="zstd")


def _row(found: Predictions, one: Predicted) -> dict[str, Any]:
    return {
        "account_id": one.account_id,
        "name": one.name,
        "owner": one.owner,
        "as_of": found.as_of,
        "model": found.model.name,
        "outcome": found.model.outcome,
        "horizon": found.model.horizon,
        "probability": one.probability,
        "value": one.value,
        "value_at_risk": one.value_at_risk,
        **asdict(one.outlook),
        "why": "; ".join(factor.text for factor in one.explanation.factors[:FEW]),
    }


def of_predictions(
    found: Predictions, limit: int | None = None, *, simulated: bool = False
) -> dict[str, Any]:
    """Predictions as an object for JSON, the likeliest first."""
    model = found.model
    return {
        "model": model.name,
        "kind": str(model.kind),
        "outcome": model.outcome,
        "horizon": model.horizon,
        "as_of": found.as_of,
        "simulated": simulated,
        "accounts": [of_predicted(one) for one in islice(found, limit)],
    }


def of_predicted(one: Predicted) -> dict[str, Any]:
    """One prediction as an object for JSON; `base` and the amounts of all factors add up to `total`."""
    why = one.explanation
    return {
        "account_id": one.account_id,
        "name": one.name,
        "owner": one.owner,
        "probability": one.probability,
        "value": one.value,
        "value_at_risk": one.value_at_risk,
        **asdict(one.outlook),
        "model": why.model,
        "scale": str(why.scale),
        "base": why.base,
        "total": why.total,
        "factors": [
            {"name": each.name, "amount": each.amount, "text": each.text, "value": each.value}
            for each in why.factors
        ],
    }
