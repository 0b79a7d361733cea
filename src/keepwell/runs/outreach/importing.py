"""Consents and suppressions that a firm has already, from a CSV file: each row checked for itself, good ones kept, bad ones told."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from keepwell import clock
from keepwell.errors import UserError
from keepwell.outreach.consent import Basis, Cause, Consent, Suppression
from keepwell.outreach.recipient import erased, normalised
from keepwell.outreach.step import Channel
from keepwell.runs.outreach.record_columns import COLUMNS, NAMES
from keepwell.signals.window import midnight
from keepwell.store import audit, consents
from keepwell.store.audit import Event
from keepwell.store.engine import Connection, Store
from keepwell.store.on_record import numbered

BATCH = 500
"""So many rows are kept in one transaction."""

LONGEST = 300

FORGOTTEN = "has been forgotten at their wish; they can only say yes anew themselves"

_CHANNELS = tuple(map(str, Channel))
_BETWEEN = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not kept: its line in the file, the column where something is wrong (`""`: the row as a whole), and what."""

    line: int
    column: str
    what: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: how many rows there were, how many consents and suppressions are new, and the rows that were refused."""

    rows: int
    consents: int
    suppressions: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Wrong(Exception):
    column: str
    what: str


Record = tuple[str, str, Consent | Suppression]
"""A channel, a recipient there in its one form, and what is on record of it."""


def imported(store: Store, file: Path, *, zone: ZoneInfo, source: str, actor: str, secret: bytes) -> Imported:
    """Keeps the consents and suppressions of a CSV file. A row with a `cause` is a suppression, any other a consent.

    What is kept already is not kept twice, so that the same file can be imported again. Days are those of `zone`. A consent whose row
    names no source gets `source`, or else the file's name. `secret` tells who was forgotten: their consents are refused.

    Raises:
        UserError: the file cannot be read, or has no columns such as are needed.
    """
    refused: list[Refused] = []
    new = {Consent: 0, Suppression: 0}
    rows = 0
    for batch in _batches(_rows(file)):
        rows += len(batch)
        read = list(_read(batch, zone, source or file.name, refused))
        with store.writing() as connection:
            wanted = list(_wanted(connection, read, secret, refused))
            kept = consents.keep(connection, wanted)
        new = {Consent: new[Consent] + kept[0], Suppression: new[Suppression] + kept[1]}
    if any(new.values()):
        with store.writing() as connection:
            said = {"consents": new[Consent], "suppressions": new[Suppression], "refused": len(refused)}
            audit.note(connection, Event.CONSENTS_IMPORTED, file.name[:200], actor, clock.now(), **said)
    told = tuple(sorted(refused, key=lambda each: each.line))
    return Imported(rows, new[Consent], new[Suppression], told)


def _read(
    batch: Iterable[tuple[int, Mapping[str, str]]], zone: ZoneInfo, usual: str, refused: list[Refused]
) -> Iterator[tuple[int, Record]]:
    """The records of rows that can be used, each with its line."""
    for line, row in batch:
        try:
            yield line, _record(row, zone, usual)
        except _Wrong as wrong:
            refused.append(Refused(line, wrong.column, wrong.what))


def _wanted(
    connection: Connection, read: list[tuple[int, Record]], secret: bytes, refused: list[Refused]
) -> Iterator[Record]:
    """The records but for consents of those who were forgotten: nobody is written to again by an old list."""
    whom = {(channel, form): (channel, erased(secret, channel, form)) for _, (channel, form, _) in read}
    forgotten = numbered(connection, list(whom.values()))
    for line, record in read:
        if isinstance(record[2], Consent) and whom[record[:2]] in forgotten:
            refused.append(Refused(line, "recipient", FORGOTTEN))
        else:
            yield record


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a file by column, each with the line that it begins in."""
    try:
        text = file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}", do="check its name") from error
    with text:
        try:
            head = text.readline()
            delimiter = max(",;\t", key=head.count)
            names = [_named(each) for each in next(csv.reader([head], delimiter=delimiter), [])]
            _complete(names, file)
            lines = csv.reader(text, delimiter=delimiter)
            line = 2
            for cells in lines:
                if any(each.strip() for each in cells):
                    yield line, dict(zip(names, (each.strip() for each in cells), strict=False))
                line = lines.line_num + 2
        except (UnicodeDecodeError, csv.Error) as error:
            raise UserError(f"{file} is no CSV file in UTF-8: {error}", do="save it as CSV UTF-8") from error


def _named(name: str) -> str:
    plain = _BETWEEN.sub("_", name.strip().lower())
    return NAMES.get(plain, plain)


def _complete(names: list[str], file: Path) -> None:
    missing = [each for each in ("recipient",) if each not in names]
    if not {"basis", "cause"} & set(names):
        missing.append("basis")
    twice = sorted({each for each in names if names.count(each) > 1 and each in COLUMNS})
    if missing or twice:
        what = f"no column {missing[0]}" if missing else f"the column {twice[0]} twice"
        raise UserError(f"there is {what}", where=f"{file}:1", do=f"name the columns {', '.join(COLUMNS)}")


def _batches(
    rows: Iterable[tuple[int, Mapping[str, str]]],
) -> Iterator[list[tuple[int, Mapping[str, str]]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _record(row: Mapping[str, str], zone: ZoneInfo, usual: str) -> Record:
    channel = _one_of(row, "channel", _CHANNELS) or str(Channel.EMAIL)
    try:
        form = normalised(channel, row.get("recipient", ""))
    except ValueError as error:
        raise _Wrong("recipient", str(error)) from error
    category = _text(row, "category") or None
    if row.get("cause"):
        return channel, form, _suppression(row, zone, channel, category)
    return channel, form, _consent(row, zone, category, usual)


def _consent(row: Mapping[str, str], zone: ZoneInfo, category: str | None, usual: str) -> Consent:
    basis = _one_of(row, "basis", tuple(map(str, Basis)))
    if not basis:
        raise _Wrong("basis", "is missing: on which basis may they be written to?")
    granted, withdrawn = _instant(row, "granted_at", zone), _instant(row, "withdrawn_at", zone)
    if granted is None:
        raise _Wrong("granted_at", "is missing: since when?")
    if granted > clock.now():
        raise _Wrong("granted_at", f"{row['granted_at']} is still to come")
    if withdrawn is not None and withdrawn < granted:
        raise _Wrong("withdrawn_at", f"{row['withdrawn_at']} is before it was granted")
    return Consent(Basis(basis), granted, withdrawn, None, category, _text(row, "source") or usual)


def _suppression(row: Mapping[str, str], zone: ZoneInfo, channel: str, category: str | None) -> Suppression:
    if row.get("basis"):
        raise _Wrong("cause", "a row is a consent or a suppression, not both")
    cause = Cause(_one_of(row, "cause", tuple(map(str, Cause))))
    since, until = _instant(row, "since", zone), _instant(row, "until", zone)
    if until is not None and since is not None and until < since:
        raise _Wrong("until", f"{row['until']} is before it began")
    if since is None:
        raise _Wrong("since", "is missing: since when?")
    bounced = cause in (Cause.HARD_BOUNCE, Cause.SOFT_BOUNCE)
    return Suppression(cause, since, until, channel if bounced else None, category)


def _text(row: Mapping[str, str], column: str) -> str:
    said = row.get(column, "")
    if len(said) > LONGEST or "\0" in said:
        raise _Wrong(column, f"is longer than {LONGEST} characters, or holds one that is none")
    return said


def _one_of(row: Mapping[str, str], column: str, known: tuple[str, ...]) -> str:
    said = _BETWEEN.sub("_", row.get(column, "").lower())
    if said and said not in known:
        raise _Wrong(column, f"{row[column]!r} is none of {', '.join(known)}")
    return said


def _instant(row: Mapping[str, str], column: str, zone: ZoneInfo) -> datetime | None:
    """An instant, or the begin of a day in the zone."""
    said = row.get(column, "")
    if not said:
        return None
    try:
        if len(said) == len("2026-01-31"):
            return midnight(date.fromisoformat(said), zone)
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise _Wrong(column, f"{said!r} is no day or time such as 2026-01-31") from error
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)
