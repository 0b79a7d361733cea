"""A proposal as edits to the scorecard's file, each with its reason as a comment."""

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from pathlib import Path

from keepwell.errors import UserError
from keepwell.project.edits import AddKey, Edit, NewFile, SetValue, edited
from keepwell.runs.proposal import CardProposal, Weighed, ranged
from keepwell.scoring.scorecard import Fitted, Line, Scorecard

AS_PERCENT = ("percent", "share")
"""Units of signals whose values are fractions and are written as per cent."""


def edits(proposed: CardProposal, units: dict[str, str]) -> Iterator[Edit]:
    """The edits that make the file say what is proposed. `units` are those of signals, by name."""
    before, after, file = proposed.before, proposed.after, proposed.file
    measures = {one.signal: one for one in proposed.measures}
    for old, new in zip(before.dimensions, after.dimensions, strict=True):
        at = ("dimensions", old.name)
        if old.weight != new.weight:
            yield SetValue(file, (*at, "weight"), f"{new.weight:g}", f"fitted; was {old.weight:g}")
        for was, now in zip(old.measures, new.measures, strict=True):
            here = (*at, "measures", was.signal)
            told = measures.get(was.signal)
            if was.weight != now.weight:
                why = _why(told) if told is not None else "fitted"
                yield SetValue(file, (*here, "weight"), f"{now.weight:g}", f"{why}; was {was.weight:g}")
            if was.scale != now.scale and isinstance(now.scale, Line):
                written = knots(now.scale, percent=units.get(was.signal, "") in AS_PERCENT)
                yield SetValue(file, (*here, "scale"), written, "fitted to outcomes")
    if before.bands != after.bands:
        for key in ("green", "yellow", "hysteresis"):
            old_value, new_value = getattr(before.bands, key), getattr(after.bands, key)
            if old_value != new_value:
                yield SetValue(file, ("bands", key), f"{new_value:g}", f"fitted; was {old_value:g}")
    if after.fitted is not None:
        yield SetValue(file, ("fitted",), origin(after.fitted))


def _why(told: Weighed) -> str:
    if told.bearing.contradicts:
        return f"fitted: goes AGAINST its direction, AUC {ranged(told.bearing.auc)}"
    return f"fitted: {told.after:.0f} of 100 ({told.low:.0f}–{told.high:.0f} by the data alone)"


def knots(line: Line, *, percent: bool) -> str:
    """A scale as it is written: `{0: 0, 20: 100}`."""
    return "{" + ", ".join(f"{_value(value, percent)}: {points:g}" for value, points in line.knots) + "}"


def _value(value: float, percent: bool) -> str:
    return f"{100 * value:.6g}%" if percent else f"{value:.10g}"


def origin(fitted: Fitted) -> str:
    """Where a fit came from, as it is written."""
    return f"{{outcome: {fitted.outcome}, from: {fitted.first}, to: {fitted.last}, on: {fitted.on}}}"


def rewritten(folder: Path, wanted: Iterable[Edit]) -> dict[str, tuple[str, str]]:
    """The files that edits change, before and after.

    A value that is not there yet is added. Everything but the values, comments among it, stays as it is.

    Raises:
        UserError: a value is written in a way that cannot be changed by itself.
    """
    files: dict[str, tuple[str, str]] = {}
    for edit in wanted:
        assert not isinstance(edit, NewFile)
        name = edit.file
        before = files[name][0] if name in files else (folder / name).read_bytes().decode("utf-8")
        text = files[name][1] if name in files else before
        after = edited(text, edit) or _added(text, edit)
        if after is None:
            raise UserError(
                f"{'.'.join(edit.path)} cannot be changed by itself: other places take it over by an anchor",
                where=name,
                do="write the value out in its place, without & and *",
            )
        files[name] = (before, after)
    return files


def _added(text: str, edit: AddKey | SetValue) -> str | None:
    """The text with a key that was left to its default, and the mapping around it if need be."""
    if isinstance(edit, AddKey):
        return None
    comment = f"  # {edit.because}" if edit.because else ""
    value = edit.value
    for depth in range(len(edit.path) - 1, -1, -1):
        path, key = edit.path[:depth], edit.path[depth]
        # within braces a comment would swallow what follows
        for tried in dict.fromkeys((value + comment, value)):
            after = edited(text, AddKey(edit.file, path, key, tried))
            if after is not None and edited(after, SetValue(edit.file, (*path, key), value)) is not None:
                return after
        value = f"{{{key}: {value}}}"
    return None


def diff(files: dict[str, tuple[str, str]]) -> str:
    """The changes as text, as `diff -u` shows them."""
    parts = [
        unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name, n=1)
        for name, (before, after) in files.items()
    ]
    return "".join(line if line.endswith("\n") else line + "\n" for part in parts for line in part)


def file_of(where: str) -> str:
    """The file of a place `file:line:key`."""
    return where.rsplit(":", 2)[0]


def unchanged(before: Scorecard, after: Scorecard) -> bool:
    """Whether a scorecard means the same."""
    return (before.dimensions, before.bands) == (after.dimensions, after.bands)
