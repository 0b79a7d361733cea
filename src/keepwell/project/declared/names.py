"""How things of a project may be named."""

import keyword
from dataclasses import dataclass

from keepwell.project.document import Node, Scalar
from keepwell.project.report import Report
from keepwell.project.shape.base import BROKEN, Broken
from keepwell.project.shape.scalar import Text
from keepwell.signals.expression import FUNCTIONS

_RESULTS = (
    "account",
    "point",
    "population",
    "parent",
    "segment",
    "stage",
    "score",
    "band",
    "days_in_band",
    "value",
    "coverage",
)
RESERVED = frozenset((*_RESULTS, "as_of", "true", "false", "null", *keyword.kwlist, *FUNCTIONS))
"""Words that expressions and results already use."""

LABEL = Text("a short name of letters, digits, _ and -", r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", "enterprise")
PLAIN = Text("a text")
ZONE = Text("an IANA time zone", r"^[A-Za-z][A-Za-z0-9_+/-]*$", "Europe/Berlin")
COLUMN = Text("a column's name: small letters, digits and _", r"^[a-z][a-z0-9_]*$", "opened_at")


@dataclass(frozen=True)
class Identifier(Text):
    """A name that expressions can use: small letters, digits and `_`, and no word that already means something."""

    about: str = "a name of small letters, digits and _, beginning with a letter"
    pattern: str | None = r"^[a-z][a-z0-9_]*$"
    example: str = "active_days"

    def read(self, node: Node, report: Report) -> str | Broken:
        """The name."""
        name = super().read(node, report)
        if isinstance(name, str) and name in RESERVED:
            assert isinstance(node, Scalar)
            report.add(
                node.place,
                f"{name!r} already means something in expressions",
                f"type, for example, {name}_now",
            )
            return BROKEN
        return name


IDENTIFIER = Identifier()
