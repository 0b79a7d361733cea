"""Surveys: one question with a score for an answer, asked of a sample, and not too often."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from keepwell.outreach.lot import Drum
from keepwell.signals.window import Span, Unit


class Kind(StrEnum):
    """What is asked, and on which scale: how likely a recommendation, how satisfied, how easy it was."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"

    @property
    def scale(self) -> range:
        """The answers: 0 to 10, 1 to 5, 1 to 7."""
        return _SCALES[self]


USUAL = Span(90, Unit.DAYS)
"""How long nobody is asked again, where nothing is said."""

_DRUM = Drum(b"keepwell surveys")

_SCALES = {Kind.NPS: range(11), Kind.CSAT: range(1, 6), Kind.CES: range(1, 8)}


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey. `question` is what is asked (`""`: the usual of its kind), `sample` (0-1) the share of contacts that are ever asked, `every` how
    long nobody is asked again.
    """

    name: str
    kind: Kind
    question: str = ""
    sample: float = 1.0
    every: Span = USUAL

    def takes(self, score: int | None) -> bool:
        """Whether a score is one of its answers."""
        return score in self.kind.scale

    def asks(self, contact: str) -> bool:
        """Whether a contact is in the sample: always the same ones, and, when the sample grows, those and more. It is no secret who is."""
        return _DRUM.lot(f"survey {self.name}", contact) < self.sample

    def spaced(self, last_asked: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
        """Whether it is long enough ago that somebody was asked, by this or another survey (`None`: never)."""
        return last_asked is None or self.every.after(last_asked, zone) <= now


def offered(surveys: Mapping[str, Survey], url: Callable[[str, int | None], str]) -> dict[str, Any]:
    """What a text can name: `surveys.NAME.url`, its `question`, and `answers`, each with its `score` and `url`."""
    return {
        name: {
            "url": url(name, None),
            "question": survey.question or None,
            "answers": [{"score": score, "url": url(name, score)} for score in survey.kind.scale],
        }
        for name, survey in surveys.items()
    }
