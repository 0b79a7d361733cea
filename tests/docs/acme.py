"""A project with everything in it, into which the docs' snippets are put to see whether they hold."""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from keepwell.project.scaffold import example
from keepwell.signals.tables import CANONICAL

SCORECARD = "scorecard"
MODEL = "models/churn_soon.yml"
JOURNEY = "journeys/adoption_rescue.yml"
PIECES = (
    "keepwell.yml",
    "sources.yml",
    "signals.yml",
    "segments.yml",
    "outcomes.yml",
    "governance.yml",
    "outreach.yml",
    MODEL,
    JOURNEY,
)

_SEGMENTS = {
    "segments": {"enterprise": "seats >= 200", "smb": "otherwise"},
    "stages": {"onboarding": "tenure_days < 90", "mature": "otherwise"},
}


def parsed(text: str) -> Any:
    """What a YAML text holds."""
    return YAML(typ="safe", pure=True).load(text)


def everything() -> dict[str, Any]:
    """A source per canonical table that maps every column of it."""
    return {
        "sources": {
            f"all_{table.name}": {
                "files": f"data/{table.name}.csv",
                "table": table.name,
                "columns": {
                    name: name
                    for name in ("account_id", table.key, *(column.name for column in table.columns))
                    if (table.name, name) != ("context", "account_id")
                },
            }
            for table in CANONICAL
        }
    }


def write(folder: Path, kind: str, text: str) -> None:
    """Writes the project with a snippet in its place: its sources and signals come on top of the others."""
    pieces: dict[str, Any] = {
        "keepwell.yml": {
            "project": "acme",
            "currency": "EUR",
            "rates": {"USD": 0.92},
            "databases": {"crm": "CRM_URL"},
        },
        "sources.yml": everything(),
        "signals.yml": parsed(example("saas")["signals.yml"]),
        "segments.yml": _SEGMENTS,
    }
    if kind == "governance.yml":
        pieces["scorecards/default.yml"] = parsed(example("saas")["scorecards/default.yml"])
    if kind == MODEL:
        churn = {"kind": "churned", "event": {"from": "accounts", "at": "ended_at"}, "horizon": "90 days"}
        pieces["outcomes.yml"] = {"outcomes": {"churn": churn}}
        pieces["scorecards/default.yml"] = parsed(example("saas")["scorecards/default.yml"])
    if kind == JOURNEY:
        pieces["scorecards/default.yml"] = parsed(example("saas")["scorecards/default.yml"])
        for name in ("in_app/micro_guide", "email/check_in", "call/call_script"):
            (folder / "templates" / name).parent.mkdir(parents=True)
            (folder / f"templates/{name}.liquid").write_text("subject: A text\n\nHello\n", encoding="utf-8")
    said = parsed(text)
    if kind in ("sources.yml", "signals.yml"):
        (top,) = said
        pieces[kind] = {top: {**pieces[kind][top], **said[top]}}
    elif kind in PIECES:
        pieces[kind] = said
    for name, piece in pieces.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(piece, default=str, indent=1), encoding="utf-8")  # JSON is YAML
    if kind == SCORECARD:
        (folder / "scorecards").mkdir()
        (folder / "scorecards" / "snippet.yml").write_text(text, encoding="utf-8")
