"""The texts under templates/, checked against the signals."""

from collections.abc import Mapping

from keepwell.outreach.step import CALL
from keepwell.project.reading.expressions import OverSignals
from keepwell.project.report import Place
from keepwell.project.templates import SUFFIX, TEMPLATES

SIGNALS, SCORE = "signals", "score"
"""Names under which a text finds the signals, and the score with its reasons."""


def check(texts: Mapping[str, str], over: OverSignals) -> None:
    """Notes texts that name signals there are not, or that would show customers their score."""
    for name, text in texts.items():
        _check(f"{TEMPLATES}/{name}{SUFFIX}", text, over, ours=name.startswith(f"{CALL}/"))


def _check(file: str, text: str, over: OverSignals, *, ours: bool) -> None:
    from keepwell.messages.names import named  # Liquid is slow to import, and most projects have no texts
    from keepwell.messages.sandbox import mistake

    if mistake(text) is not None:
        return  # which is told where texts are read
    for one in named(text):
        place = Place(file, one.line, ".".join(one.parts))
        if one.parts[0] == SCORE and not ours:
            over.report.add(
                place,
                "customers must not read their score",
                f"use it in scripts of {TEMPLATES}/{CALL}/ only, or name a signal",
            )
        unknown = over.mistake(one.parts[1]) if one.parts[0] == SIGNALS and len(one.parts) > 1 else None
        if unknown is not None:
            over.report.add(place, unknown.what, unknown.do)
