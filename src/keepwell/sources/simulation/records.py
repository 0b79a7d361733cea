"""On which bases the demo firm's people may be written to, and who may not, as a file that `keepwell consents import` reads."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

FILE = "data/on_record.csv"
COLUMNS = ("recipient", "basis", "granted_at", "withdrawn_at", "category", "cause", "since", "source")
_ROLES = ("admin", "champion", "sponsor")
_CATEGORIES = {"product_education": "product_education", "newsletter": "offers"}


def write(folder: Path) -> Path:
    """Writes the file from the firm's exports, of the admins, champions and sponsors who are there still.

    Of every twelfth of them nothing is on record, and every fortieth has unsubscribed.
    """
    people = {
        row["Person"]: row
        for row in _rows(folder / "data/crm/people.csv.gz")
        if row["Role"] in _ROLES and not row["Left On"] and "@" in row["E-Mail"] and row["First Seen"]
    }
    file = folder / FILE
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        for row in _records(folder, people):
            writer.writerow(row)
    return file


def _records(folder: Path, people: dict[str, dict[str, str]]) -> Iterator[dict[str, str]]:
    known = {person: row for place, (person, row) in enumerate(people.items()) if place % 12}
    for place, row in enumerate(known.values()):
        said = {"recipient": row["E-Mail"], "source": "contract"}
        yield said | {"basis": "contract", "granted_at": row["First Seen"]}
        if place % 40 == 7:
            yield said | {"cause": "opt_out", "since": row["First Seen"]}
    for row in _rows(folder / "data/marketing/consents.csv.gz"):
        if row["person"] in known and row["category"] in _CATEGORIES and row["basis"] == "consent":
            yield {
                "recipient": known[row["person"]]["E-Mail"],
                "basis": "consent",
                "granted_at": row["granted"],
                "withdrawn_at": row["withdrawn"],
                "category": _CATEGORIES[row["category"]],
                "source": "marketing tool",
            }
    for row in _rows(folder / "data/marketing/suppressions.csv"):
        if row["person"] in known:
            email = known[row["person"]]["E-Mail"]
            yield {"recipient": email, "cause": row["why"], "since": row["since"]}


def _rows(file: Path) -> Iterator[dict[str, str]]:
    opening = gzip.open if file.suffix == ".gz" else open
    with opening(file, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
