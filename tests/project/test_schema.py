"""The published JSON Schemas are current, and judge files as the reading does."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from keepwell.project.document import parse
from keepwell.project.report import Report
from keepwell.project.schema import PUBLISHED, SHAPES, comment, json_schema, published, write
from tests.project import rescues
from tests.project.samples import FILES

KINDS = {
    "keepwell.yml": "keepwell",
    "sources.yml": "sources",
    "signals.yml": "signals",
    "segments.yml": "segments",
    "outcomes.yml": "outcomes",
}


def fits(value: Any, whole: Any, part: Any = None) -> bool:
    """Whether a value fits a schema, or a part of it: the part of draft 7 that the published schemas use."""
    return judge(value, whole if part is None else part, lambda value, part: fits(value, whole, part), whole)


def judge(value: Any, schema: Any, fits: Callable[[Any, Any], bool], whole: Any) -> bool:
    """Whether a value fits one part of the `whole` schema; `fits` judges the parts of that part."""
    checks: dict[str, Callable[[Any], bool]] = {
        "type": lambda said: any(is_a(value, one) for one in (said if isinstance(said, list) else [said])),
        "enum": lambda said: value in said,
        "const": lambda said: value == said,
        "pattern": lambda said: not isinstance(value, str) or re.search(said, value) is not None,
        "minimum": lambda said: not is_a(value, "number") or value >= said,
        "maximum": lambda said: not is_a(value, "number") or value <= said,
        "exclusiveMinimum": lambda said: not is_a(value, "number") or value > said,
        "anyOf": lambda said: any(fits(value, one) for one in said),
        "oneOf": lambda said: sum(fits(value, one) for one in said) == 1,
        "allOf": lambda said: all(fits(value, one) for one in said),
        "items": lambda said: not isinstance(value, list) or all(fits(one, said) for one in value),
        "minItems": lambda said: not isinstance(value, list) or len(value) >= said,
        "required": lambda said: not isinstance(value, dict) or all(key in value for key in said),
        "minProperties": lambda said: not isinstance(value, dict) or len(value) >= said,
        "propertyNames": lambda said: not isinstance(value, dict) or all(fits(key, said) for key in value),
        "properties": lambda said: (
            not isinstance(value, dict)
            or all(fits(one, said[key]) for key, one in value.items() if key in said)
        ),
        "additionalProperties": lambda said: (
            not isinstance(value, dict)
            or all(
                said is not False and fits(one, said)
                for key, one in value.items()
                if key not in schema.get("properties", {})
            )
        ),
        "if": lambda said: not fits(value, said) or fits(value, schema["then"]),
        "$ref": lambda said: fits(value, whole["definitions"][said.removeprefix("#/definitions/")]),
    }
    words = {"$schema", "definitions", "title", "description", "examples", "then"}
    assert set(schema) <= {*checks, *words}
    return all(checks[key](said) for key, said in schema.items() if key in checks)


def is_a(value: Any, kind: str) -> bool:
    if kind in ("number", "integer"):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (kind == "number" or value == int(value))
    names: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "boolean": bool,
        "object": dict,
        "array": list,
    }
    return value is None if kind == "null" else isinstance(value, names[kind])


def both(kind: str, text: str) -> tuple[bool, bool]:
    """What the reading and the schema say of a text."""
    report = Report()
    node = parse(text, f"{kind}.yml", report)
    assert node is not None
    SHAPES[kind].read(node, report)
    return not report.problems, fits(plain(YAML(typ="safe", pure=True).load(text)), json_schema(kind))


def plain(value: Any) -> Any:
    """YAML as JSON has it: keys are texts, days too."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


@pytest.mark.parametrize("kind", SHAPES)
def test_the_published_schema_is_current(kind: str) -> None:
    text = (PUBLISHED / f"{kind}.json").read_text(encoding="utf-8")
    assert text == published(kind), "run `python -m keepwell.project.schema`"


@pytest.mark.parametrize("file", FILES)
def test_both_accept_the_sample(file: str) -> None:
    assert both(KINDS.get(file, "scorecard"), FILES[file]) == (True, True)


def test_both_accept_the_designs_journey() -> None:
    assert both("journey", rescues.JOURNEY) == (True, True)


WRONG = [
    ("keepwell", "zone: UTC"),
    ("keepwell", "project: acme\nzones: UTC"),
    ("keepwell", "project: acme\ncurrency: euro"),
    ("keepwell", "project: acme\nhistory: -1"),
    ("keepwell", "project: acme\nhistory: 1.5"),
    ("keepwell", "project: acme\nsimulated: 'yes'"),
    ("keepwell", "project: acme\nas_of: yesterday"),
    ("keepwell", "project: acme\nrates: {USD: 0}"),
    ("keepwell", "project: acme\ndatabases: {crm: 'postgres://me:secret@host/db'}"),
    ("sources", "sources: {a: {files: x.csv, table: customers, columns: {account_id: id}}}"),
    ("sources", "sources: {a: {files: [], table: accounts, columns: {account_id: id}}}"),
    ("sources", "sources: {a: {table: accounts}}"),
    (
        "sources",
        "sources: {a: {files: x.csv, table: accounts, columns: {account_id: {column: a, constant: b}}}}",
    ),
    ("sources", "sources: {a: {files: x.csv, table: accounts, columns: {account_id: {lookup: b}}}}"),
    (
        "sources",
        "sources: {a: {files: x.csv, table: accounts, columns: {account_id: id}, checks: {negative: no}}}",
    ),
    ("signals", "signals: {Active: {from: events, aggregate: count}}"),
    ("signals", "signals: {a: {from: events}}"),
    ("signals", "signals: {a: {aggregate: count}}"),
    ("signals", "signals: {a: {from: events, aggregate: count, window: 28}}"),
    ("signals", "signals: {a: {from: events, aggregate: count, ratio: {of: b, to: c}}}"),
    ("signals", "signals: {a: {ratio: {of: b}}}"),
    ("signals", "signals: {a: {from: events, aggregate: count, missing: often}}"),
    ("segments", "segments: [a, b]"),
    ("outcomes", "by: region"),
    ("outcomes", "outcomes: {churn: {kind: churned, horizon: 90 days}}"),
    ("outcomes", "outcomes: {churn: {kind: left, snapshot: account.gone}}"),
    ("outcomes", "outcomes: {churn: {kind: churned, horizon: 90, lapse: {from: subscriptions}}}"),
    ("outcomes", "outcomes: {churn: {kind: churned, snapshot: account.gone, lapse: {from: subscriptions}}}"),
    ("outcomes", "outcomes: {churn: {kind: churned, inactive: {from: events}}}"),
    ("outcomes", "capacity: 0\noutcomes: {churn: {kind: churned, snapshot: account.gone}}"),
    ("journey", "journey: a\nsteps: [{wait: 3 days}]"),
    ("journey", "journey: a\ntrigger: {band_enters: blue}\nsteps: [{wait: 3 days}]"),
    ("journey", "journey: a\ntrigger: {by_hand: true}\nsteps: []"),
    ("journey", "journey: a\ntrigger: {by_hand: true}\nsteps: [{wait: 3 dayz}]"),
    ("journey", "journey: a\ntrigger: {by_hand: true}\nsteps: [{note: x, wait: 3 days}]"),
    ("journey", "journey: a\ntrigger: {by_hand: true}\nsteps: [{branch: {if: x > 1, then: [{nota: x}]}}]"),
    ("scorecard", "purpose: health"),
    ("scorecard", "scorecard: a\nbands: {green: 101}"),
    ("scorecard", "scorecard: a\nmin_coverage: 130%x"),
    (
        "scorecard",
        "scorecard: a\ndimensions: {d: {weight: 0, measures: {m: {weight: 1, scale: {0: 0, 1: 100}}}}}",
    ),
    ("scorecard", "scorecard: a\ndimensions: {d: {weight: 1, measures: {m: {weight: 1, scale: {low: 0}}}}}"),
    ("scorecard", "scorecard: a\ncaps: {c: {when: x > 1}}"),
]


@pytest.mark.parametrize(("kind", "text"), WRONG)
def test_both_refuse_what_is_wrong(kind: str, text: str) -> None:
    assert both(kind, text) == (False, False)


def test_a_source_may_only_map_columns_of_its_table() -> None:
    text = (
        "sources: {a: {files: x.csv, table: events, columns: {account_id: a, occurred_at: t, renews_at: r}}}"
    )
    assert not fits(YAML(typ="safe", pure=True).load(text), json_schema("sources"))


def test_every_key_is_described() -> None:
    def described(schema: Any) -> bool:
        if isinstance(schema, list):
            return all(map(described, schema))
        if not isinstance(schema, dict):
            return True
        inner = schema.get("properties", {})
        if "if" in schema:
            return True
        return all("description" in one for one in inner.values()) and all(map(described, schema.values()))

    assert all(described(json_schema(kind)) for kind in SHAPES)


def test_schemas_are_written_beside_a_project(tmp_path: Path) -> None:
    write(tmp_path / "schemas")
    assert (
        json.loads((tmp_path / "schemas/signals.json").read_text(encoding="utf-8"))["title"]
        == "Keepwell signals"
    )
    assert comment("signals", "schemas") == "# yaml-language-server: $schema=schemas/signals.json"
