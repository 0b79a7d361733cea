"""Leaks that somebody lets pass, with the reason."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.report import hint
from keepwell.proof.leaks import Sign
from keepwell.store.address import address
from keepwell.store.opening import reading

if TYPE_CHECKING:
    from keepwell.store.waivers import Waiver

ANY = "any"
"""Stands for every sign of a leak."""


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
        UserError: there is no such sign, or no reason.
    """
    from keepwell.store import engine
    from keepwell.store.waivers import give

    _known(sign)
    if not why.strip():
        raise UserError("without a reason nobody will know why", do="type --why and what makes it no leak")
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
