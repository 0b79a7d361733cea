"""Leaks that somebody lets pass, with the reason."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.lint.uses import account_attributes
from keepwell.project.project import Project
from keepwell.project.report import hint, listed
from keepwell.proof.leaks import Sign
from keepwell.runs.applied import in_force
from keepwell.runs.reads import Reads
from keepwell.signals.definition import ACCOUNT
from keepwell.store.address import address
from keepwell.store.opening import reading

if TYPE_CHECKING:
    from keepwell.store.waivers import Waiver

ANY = "any"
"""Stands for every sign of a leak."""

NEAR = 0.5
"""How alike (0–1) a name must be to be asked about: `tier` and `account.tier` are."""


def reasons(folder: Path) -> Mapping[tuple[str, str], str]:
    """Why somebody lets a sign pass, by what it is of (a signal, attribute or column) and the sign; the latest reason counts."""
    return {
        (each.subject, sign): each.why
        for each in waivers(folder)
        for sign in (map(str, Sign) if each.rule == ANY else [each.rule])
    }


def waivers(folder: Path) -> "tuple[Waiver, ...]":
    """The waivers in force, the oldest first; none where there is no store."""
    with reading(folder) as connection:
        if connection is None:
            return ()
        from keepwell.store.waivers import in_force

        return in_force(connection)


def waive(folder: Path, subject: str, sign: str | None, *, why: str, actor: str) -> "Waiver":
    """Lets what shows a leak pass: one sign of it or, if none is said, every one. The reason is kept.

    Raises:
        DefinitionError: the working files hold mistakes, and nothing was ever applied.
        UserError: there is no such sign, no reason, or nothing of that name is looked at.
    """
    from keepwell.store import engine
    from keepwell.store.waivers import give

    _known(sign)
    if not why.strip():
        raise UserError("without a reason nobody will know why", do="type --why and what makes it no leak")
    _looked_at(folder, subject)
    with engine.made(address(folder)).writing() as connection:
        return give(connection, subject, sign or ANY, why=why.strip(), actor=actor, at=clock.now())


def revoke(folder: Path, subject: str, sign: str | None, *, actor: str) -> int:
    """Ends the waivers of a subject, of one sign or of any; how many there were.

    Raises:
        UserError: there is no such sign, or no such waiver.
    """
    from keepwell.store import engine
    from keepwell.store import waivers as kept

    _known(sign)
    mine = {each.rule for each in waivers(folder) if each.subject == subject and sign in (None, each.rule)}
    if not mine:
        raise UserError(f"nothing of {subject!r} is waived", do="keepwell waive lists what is")
    with engine.made(address(folder)).writing() as connection:
        return sum(
            kept.revoke(connection, subject, rule, actor=actor, at=clock.now()) for rule in sorted(mine)
        )


def _known(sign: str | None) -> None:
    signs = [*map(str, Sign), ANY]
    if sign is not None and sign not in signs:
        raise UserError(
            f"there is no sign {sign!r}", do=hint(sign, signs) or f"choose one of {', '.join(signs)}"
        )


def _looked_at(folder: Path, subject: str) -> None:
    """Sees to it that leaks of that name are looked for: in the version that scores go by, or in the working files."""
    applied = in_force(folder)
    projects = [applied.project, *([in_force(folder, working=True).project] if applied.differing else [])]
    known = list(dict.fromkeys(name for project in projects for name in subjects(project)))
    if subject not in known:
        near = [f"{name!r}" for name in get_close_matches(subject, known, n=3, cutoff=NEAR)]
        raise UserError(
            f"nothing that is looked at for leaks is called {subject!r}",
            do=f"did you mean {listed(near)}?" if near else "keepwell waive lists what still blocks",
        )


def subjects(project: Project) -> tuple[str, ...]:
    """By which names leaks among what a project and its models read can be called."""
    reads = [Reads.by_project(project), *(Reads.by_model(project, model) for model in project.models)]
    scored = (ACCOUNT + name for name, _ in account_attributes(project))
    return tuple(dict.fromkeys((*(name for each in reads for name in each.subjects()), *scored)))
