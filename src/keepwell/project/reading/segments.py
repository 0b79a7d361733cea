"""segments.yml: segments and stages, each a condition, in the order in which they are tried."""

from collections.abc import Mapping
from typing import TypeAlias

from keepwell.project.declared.segments import OTHERWISE
from keepwell.project.reading.expressions import OverSignals
from keepwell.project.report import Report, hint
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields
from keepwell.project.shape.formula import Written
from keepwell.signals.expression import Expression

Choices: TypeAlias = tuple[tuple[str, Expression | None], ...]
ANY = "any"
_MEANT = ("other", "others", "else", "default", "rest", "any", "all", "true", "everyone")


def read(fields: Fields, over: OverSignals) -> tuple[Choices, Choices]:
    """The segments and the stages; `None` in place of a condition means otherwise."""
    return _choices(fields.get("segments", ()), "segment", over), _choices(
        fields.get("stages", ()), "stage", over
    )


def _choices(entries: tuple[Entry, ...], noun: str, over: OverSignals) -> Choices:
    found: list[tuple[str, Expression | None]] = []
    for index, entry in enumerate(entries):
        if entry.name in (ANY, OTHERWISE):
            over.report.add(
                entry.place,
                f"a {noun} cannot be called {entry.name!r}, which means something else",
                "choose another name",
            )
        if entry.value is BROKEN:
            found.append((entry.name, None))
            continue
        written: Written = entry.value
        if written.text != OTHERWISE and written.text.lower() in _MEANT:
            over.report.add(entry.place, f"{written.text!r} is no condition", f"did you mean {OTHERWISE!r}?")
        elif written.text != OTHERWISE:
            over.condition(written.expression, entry.place)
        if written.text != OTHERWISE:
            found.append((entry.name, written.expression))
            continue
        if index < len(entries) - 1:
            after = ", ".join(one.name for one in entries[index + 1 :])
            over.report.add(
                entry.place, f"`otherwise` takes every account that is left, so that {after} below it can never match",
                f"move {entry.name} to the end",
            )  # fmt: skip
        found.append((entry.name, None))
    return tuple(found)


def matched(
    fields: Fields | Mapping[str, tuple[str, ...]], key: str, known: tuple[str, ...] | None, report: Report
) -> frozenset[str] | None:
    """The segments, or stages, that a key asks for; `None` for any. `known` are the declared ones, `None` if they could not be read."""
    said = fields.get(key, (ANY,))
    if not isinstance(fields, Fields) or said == (ANY,):
        return None
    for name in said:
        if name == ANY:
            report.add(fields.at(key), "`any` stands beside names", "type any alone, or only the names")
        elif known is not None and name not in known:
            report.add(
                fields.at(key),
                f"there is no {key} {name!r}",
                hint(name, known) or f"define it in segments.yml under `{key}s: {{{name}: ...}}`",
            )
    return frozenset(said)
