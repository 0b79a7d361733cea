"""The published JSON Schema of every kind of file, so that editors complete and check the YAML.

`python -m keepwell.project.schema` writes them to `schemas/`, whence they are published with the package. A file names its
schema in a comment that editors read: `# yaml-language-server: $schema=...`.
"""

import json
from pathlib import Path

from keepwell.project.declared.governance import GOVERNANCE
from keepwell.project.declared.journeys import JOURNEY
from keepwell.project.declared.models import MODEL
from keepwell.project.declared.outcomes import OUTCOMES
from keepwell.project.declared.outreach import OUTREACH
from keepwell.project.declared.scorecards import SCORECARD
from keepwell.project.declared.segments import SEGMENTS
from keepwell.project.declared.settings import SETTINGS
from keepwell.project.declared.signals import SIGNALS
from keepwell.project.declared.sources import SOURCES
from keepwell.project.shape.base import JsonSchema

SHAPES = {
    "keepwell": SETTINGS,
    "sources": SOURCES,
    "signals": SIGNALS,
    "segments": SEGMENTS,
    "scorecard": SCORECARD,
    "outcomes": OUTCOMES,
    "governance": GOVERNANCE,
    "outreach": OUTREACH,
    "model": MODEL,
    "journey": JOURNEY,
}
"""Every kind of file, by its schema's name."""

SCHEMAS = ".keepwell/schemas"
"""Where a project keeps the schemas that the first line of its files names for editors."""

PUBLISHED = Path(__file__).parent / "schemas"


def json_schema(kind: str) -> JsonSchema:
    """The JSON Schema (draft 7) of a kind of file: keepwell, sources, signals, segments, scorecard, outcomes, governance, outreach,
    model or journey.

    Raises:
        KeyError: there is no such kind.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Keepwell {kind}",
        **SHAPES[kind].schema(),
    }


def published(kind: str) -> str:
    """The text of a published schema."""
    return json.dumps(json_schema(kind), indent=1, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Writes every schema into a folder, as KIND.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in SHAPES:
        (folder / f"{kind}.json").write_text(published(kind), encoding="utf-8")


def comment(kind: str, folder: str) -> str:
    """The line that tells an editor a file's schema, which lies in that folder relative to the file."""
    return f"# yaml-language-server: $schema={folder}/{kind}.json"


if __name__ == "__main__":
    write(PUBLISHED)
