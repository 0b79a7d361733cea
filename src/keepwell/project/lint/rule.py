"""What a rule of good practice is, and what it finds."""

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from keepwell.project.edits import Edit
from keepwell.project.project import Project


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a project departs from good practice.

    `message` is the rule's docstring; `what` is the case at hand, `where` it stands (`file:line:key`), and what to `do`;
    `edits` mend it, where a machine can.
    """

    rule: str
    message: str
    where: str
    what: str
    do: str
    edits: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        return f"{self.where}: {self.what} [{self.rule}]\n    {self.message}\n    {self.do}"


class Rule(ABC):
    """A rule; its docstring is what people read."""

    @classmethod
    def name(cls) -> str:
        """The rule's name, by which `lint: {ignore: ...}` switches it off."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def message(cls) -> str:
        """What the rule says, in one paragraph."""
        return " ".join((inspect.getdoc(cls) or "").split())

    @abstractmethod
    def check(self, project: Project) -> Iterator[Finding]:
        """Every departure from the rule."""

    def found(self, where: str, what: str, do: str, *edits: Edit) -> Finding:
        """A finding of this rule."""
        return Finding(self.name(), self.message(), where, what, do, edits)
