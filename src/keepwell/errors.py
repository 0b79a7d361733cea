"""What can go wrong, told to the person who can mend it.

    KeepwellError
    └── UserError            one message: what, where, what to type next
        ├── DefinitionError  every problem of a project's definitions at once
        ├── SourceError      a file or database that cannot be read as declared
        ├── LoadError        a load that was refused; the warehouse is as it was
        ├── WarehouseError   a warehouse that is absent, busy or from another version
        ├── StoreError       a store that is absent, busy or from another version
        ├── AbsentError      something that is not there, or not for whoever asks
        ├── ForbiddenError   something that whoever asks may not do
        └── ConflictError    something that does not go with the state things are in

Anything that is not a `KeepwellError` is a bug and shows its traceback.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition.

    `where` is `file:line:key`, as far as known; `what` says what is wrong; `do` says what to type.
    """

    where: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"\n    {self.do}" if self.do else "")


class KeepwellError(Exception):
    """Any failure that Keepwell foresees."""


class UserError(KeepwellError):
    """A mistake that the user can mend.

    `what` went wrong, `where` (`file:line:key`, row, field), and what to `do` next.
    """

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        self.what = what
        self.where = where
        self.do = do
        super().__init__(what)

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.do:
            lines.append(f"    {self.do}")
        return "\n".join(lines)


class DefinitionError(UserError):
    """Every problem found in a project's definitions, in the order of files and lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} in the definitions")

    def __str__(self) -> str:
        return "\n".join([*map(str, self.problems), "", self.what])


class SourceError(UserError):
    """A file or database that cannot be read as its source declares."""


class LoadError(UserError):
    """A load that was refused as a whole; the warehouse is as it was before."""


class WarehouseError(UserError):
    """A warehouse that is absent, held by another process, or written by another version."""


class StoreError(UserError):
    """A store that cannot be reached, is held by another process, or was written by another version."""


class AbsentError(UserError):
    """Something asked for that is not there; or that is, but not for whoever asks, who is not told of the difference.

    `by_api` is what a program does next, where that is something else than what people do.
    """

    def __init__(self, what: str, *, where: str = "", do: str = "", by_api: str = "") -> None:
        self.by_api = by_api
        super().__init__(what, where=where, do=do)


class ForbiddenError(UserError):
    """Something that whoever asks may not do."""


class ConflictError(UserError):
    """Something that does not go with the state things are in: done already, changed by another, under way."""


def installing(extra: str) -> str:
    """What to type to install what an extra of Keepwell brings."""
    return f"pip install 'keepwell[{extra}]', or in a clone pip install '.[{extra}]'"
