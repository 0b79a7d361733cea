"""Leaks that somebody lets pass, with the reason; and the refusal to learn from those that nobody has."""

from collections.abc import Collection, Iterator
from pathlib import Path

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.project.report import hint
from keepwell.proof.leaks import Sign
from keepwell.proof.outcome import Outcome
from keepwell.runs.evidence import LeakLine
from keepwell.runs.leaks import found_leaks, unwaived
from keepwell.runs.score import Progress, silent
from keepwell.signals.definition import ACCOUNT, Aggregate, Formula, attributes, needs
from keepwell.store.address import address
from keepwell.store.waivers import Waiver
from keepwell.warehouse.protocol import Warehouse

ANY = "any"
"""Stands for every sign of a leak."""


def waived(folder: Path) -> frozenset[tuple[str, str]]:
    """What somebody lets pass in a project: the signal, attribute or column, and the sign."""
    return frozenset(
        (each.subject, sign)
        for each in waivers(folder)
        for sign in (map(str, Sign) if each.rule == ANY else [each.rule])
    )


def waivers(folder: Path) -> tuple[Waiver, ...]:
    """The waivers in force, the oldest first; none where there is no store."""
    at = address(folder)
    if not at.there:
        return ()
    from keepwell.store import engine
    from keepwell.store.waivers import in_force

    store = engine.existing(at)
    if store is None:
        return ()
    with store.reading() as connection:
        return in_force(connection)


def waive(folder: Path, subject: str, sign: str | None, *, why: str, actor: str) -> Waiver:
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


def guarded(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    reads: Collection[str],
    progress: Progress = silent,
) -> None:
    """Refuses to learn from what knows the outcome: `reads` are signals and `account.` attributes.

    Raises:
        UserError: something that is read, directly or through other signals, leaks, and nobody has waived it.
    """
    found = unwaived(found_leaks(project, warehouse, outcome, progress=progress), waived(project.folder))
    below = set(_below(project, reads))
    blocking = [leak for leak in found if leak.blocks and leak.what in below]
    if blocking:
        told = "\n".join(f"    {leak.what} ({leak.sign}): {leak.evidence}" for leak in blocking)
        names = list(dict.fromkeys(leak.what for leak in blocking))
        raise UserError(
            f"{len(names)} of what is read seem to know the outcome {outcome.name} beforehand:\n{told}",
            where=blocking[0].where,
            do="leave them out, or say why they are none: "
            + "; ".join(f"keepwell waive {name} --why REASON" for name in names),
        )


def leak_lines(
    project: Project, warehouse: Warehouse, outcome: Outcome, progress: Progress = silent
) -> tuple[LeakLine, ...]:
    """What seems to know the outcome, for a certificate: the gravest first, waived ones with their reason."""
    why = {(each.subject, each.rule): each.why for each in waivers(project.folder)}
    return tuple(
        LeakLine(
            leak.what,
            str(leak.sign),
            leak.evidence,
            why.get((leak.what, str(leak.sign)), why.get((leak.what, ANY))),
        )
        for leak in found_leaks(project, warehouse, outcome, progress=progress)
        if leak.blocks
    )


def _below(project: Project, reads: Collection[str]) -> Iterator[str]:
    """What is read, with the signals, attributes and tables' columns below it."""
    known = {signal.name: signal for signal in project.signals}
    waiting, seen = list(reads), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        signal = known.get(name)
        if signal is None:
            continue
        waiting += needs(signal)
        if isinstance(signal.meaning, Formula):
            waiting += [ACCOUNT + one for one in attributes(signal.meaning.expression)]
        if isinstance(signal.meaning, Aggregate):
            columns = project.catalog.columns.get(signal.meaning.table, {})
            yield from (f"{signal.meaning.table}.{column}" for column in columns)
            yield signal.meaning.table
