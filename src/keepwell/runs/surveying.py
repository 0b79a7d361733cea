"""Looks at a load's sources before anything is read: which files are new, changed, or wait for what has now come."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from keepwell.runs.staging import Staged
from keepwell.sources import files
from keepwell.sources.lookups import sources_of
from keepwell.sources.raw import Raw
from keepwell.sources.source import Files, Rates, Source
from keepwell.warehouse import loads
from keepwell.warehouse.loads import Known, Seen
from keepwell.warehouse.protocol import Warehouse

LIFTABLE = frozenset({"unknown_account", "unmatched", "in_future", "no_rate", "before_account", "before"})
"""Rules whose verdict other data, or time, may change: a file with such rows is read again when that has happened."""


class Inputs(Protocol):
    """What a load needs of a project."""

    @property
    def folder(self) -> Path: ...
    @property
    def sources(self) -> tuple[Source, ...]: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def currency(self) -> str: ...
    @property
    def rates(self) -> Rates: ...
    @property
    def databases(self) -> Mapping[str, str]: ...


@dataclass
class Work:
    """One source's part of a load.

    `paths` are its files, `changed` those to read, `prints` what they are now. `restates`: they are as they were, and only
    the definition has changed. What is read of them is filled in as the load goes on.
    """

    source: Source
    definition: str
    paths: list[Path]
    changed: list[Path]
    restates: bool
    prints: dict[Path, files.Fingerprint]
    known: Known | None
    raws: list[Raw] | None = None
    lookups: dict[str, str] | None = None
    staged: Staged | None = None

    @property
    def to_do(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.changed) or not isinstance(self.source.origin, Files)


def _rank(table: str) -> int:
    return {"accounts": 0, "contacts": 1}.get(table, 2)


def survey(inputs: Inputs, warehouse: Warehouse) -> list[Work]:
    """What each source has to do, accounts first, then contacts.

    Raises:
        SourceError: a source\'s files are not there.
    """
    seen, known = loads.files_seen(warehouse), loads.sources_known(warehouse)
    works: list[Work] = []
    for source in sorted(inputs.sources, key=lambda source: _rank(source.table)):
        works.append(_look(inputs, source, seen, known.get(source.name)))
    for work in works:
        for path in work.paths:
            if path in work.changed:
                continue
            before = seen[work.source.name, files.display(path, inputs.folder)]
            if before.waits_for & _lifted(work.source, before, works, seen):
                work.changed.append(path)
        work.changed.sort()
    return works


def _look(inputs: Inputs, source: Source, seen: Mapping[tuple[str, str], Seen], known: Known | None) -> Work:
    definition = _definition(inputs, source)
    work = Work(source, definition, [], [], False, {}, known)
    if not isinstance(source.origin, Files):
        return work
    work.paths = files.find(inputs.folder, source.origin.globs, f"sources.yml:{source.name}:files")
    same = True
    for path in work.paths:
        before = seen.get((source.name, files.display(path, inputs.folder)))
        size, modified = files.touched(path)
        if before is not None and (before.size, before.modified) == (size, modified):
            work.prints[path] = files.Fingerprint(size, modified, before.digest)
        else:
            work.prints[path] = files.fingerprint(path)
        as_it_was = before is not None and before.digest == work.prints[path].digest
        if before is None or not as_it_was or before.definition != definition:
            work.changed.append(path)
            same = same and as_it_was
    work.restates = bool(work.changed) and same and known is not None
    return work


def _lifted(
    source: Source, before: Seen, works: Sequence[Work], seen: Mapping[tuple[str, str], Seen]
) -> frozenset[str]:
    """The rules whose verdict on a file may have changed since it was loaded."""
    lifted = {"in_future", "no_rate"}
    later = {each.source for each in seen.values() if each.load > before.load}
    later |= {work.source.name for work in works if work.to_do}
    if any(work.source.table == "accounts" and work.source.name in later for work in works):
        lifted |= {"unknown_account", "before_account"}
    if sources_of(source) & later:
        lifted |= {"unmatched", "unknown_account"}
    if {each.of for each in source.before} & later:
        lifted.add("before")
    return frozenset(lifted)


def _definition(inputs: Inputs, source: Source) -> str:
    """A hash of what decides how a source's rows become facts."""
    deciding = replace(source, fresh_within=None, max_rejects=None)
    text = repr((deciding, inputs.zone.key, inputs.currency, sorted(inputs.rates.fixed.items())))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
