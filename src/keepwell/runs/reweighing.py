"""Other weights become a change of the project's files: drawn up, approved and applied like every other one."""

from collections.abc import Iterator

from keepwell.errors import AbsentError, UserError
from keepwell.people import Person
from keepwell.project.edits import Edit, SetValue
from keepwell.project.project import Project
from keepwell.runs.board.preview import Weights
from keepwell.runs.rewriting import file_of, rewritten
from keepwell.scoring.scorecard import Scorecard


def reweigh(working: Project, weights: Weights, *, by: Person) -> tuple[str, ...]:
    """Writes weights into the working files of a project, with who wrote them as a comment; gives the names of the files. Nothing is applied.

    Raises:
        AbsentError: the working files hold no such scorecard.
        UserError: the weights cannot be, are those that are there, or a value is written in a way that cannot be changed by itself.
    """
    card = next((card for card in working.scorecards if card.name == weights.scorecard), None)
    if card is None:
        raise AbsentError(
            f"the working files hold no scorecard {weights.scorecard!r}",
            do="look at what differs: keepwell plan",
        )
    file = file_of(working.where[f"scorecard:{card.name}"])
    wanted = tuple(_edits(file, card, weights.on(card), f"by {by.email}"))
    if not wanted:
        raise UserError("these are the weights that the files have", do="change one of them")
    files = rewritten(working.folder, wanted)
    for name, (_, after) in files.items():
        (working.folder / name).write_bytes(after.encode("utf-8"))
    return tuple(files)


def _edits(file: str, before: Scorecard, after: Scorecard, why: str) -> Iterator[Edit]:
    for old, new in zip(before.dimensions, after.dimensions, strict=True):
        at = ("dimensions", old.name)
        if old.weight != new.weight:
            yield SetValue(file, (*at, "weight"), f"{new.weight:g}", f"{why}; was {old.weight:g}")
        for was, now in zip(old.measures, new.measures, strict=True):
            if was.weight != now.weight:
                here = (*at, "measures", was.signal, "weight")
                yield SetValue(file, here, f"{now.weight:g}", f"{why}; was {was.weight:g}")
