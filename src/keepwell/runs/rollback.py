"""Applying an earlier version again."""

from collections.abc import Sequence
from pathlib import Path

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.report import listed
from keepwell.project.snapshot import Snapshot
from keepwell.runs.applied import of_copy
from keepwell.runs.apply import Done, allowed
from keepwell.runs.approve import opened
from keepwell.runs.plan import base_of, changed, governing
from keepwell.store import applied, audit, plans, snapshots, versions
from keepwell.store.applied import Applied, Kind
from keepwell.store.audit import Event


def rollback(folder: Path, version: str | None = None, *, why: str, actor: str) -> Done:
    """Applies an earlier version again (by its beginning; without one the version before the present one).

    It was approved when it was first applied, so it needs no approval now; but it must not undo the rules themselves. The
    working files stay as they are.

    Raises:
        UserError: there is no such version; it has other rules than those in force; or `actor` may not change a scorecard.
    """
    store = opened(folder)
    base = base_of(store, folder)
    with store.writing() as connection:
        past = applied.history(connection)
        if base.applied is None or base.project is None or past[-1].number != base.number:
            raise UserError(
                "nothing has been applied yet, or something else just was", do="keepwell versions"
            )
        target = _target(past, version)
        copy = Snapshot(folder, snapshots.texts(connection, target.snapshot))
        project = of_copy(copy, target.version)
        rules = governing(base, base.project)
        if project.governance != rules and rules.approvals:
            raise UserError(
                f"the version {target.version} has other rules in governance.yml, and changing them needs approval",
                do="change the working files back, and plan: keepwell plan",
            )
        now, then = versions.get(connection, base.applied.version), versions.get(connection, target.version)
        allowed(rules, changed(now.scorecards if now else None, then.scorecards if then else {}), actor)
        at = clock.now()
        done = applied.add(
            connection,
            version=target.version,
            snapshot=target.snapshot,
            at=at,
            actor=actor,
            why=why,
            kind=Kind.ROLLBACK,
        )
        plans.overtake(connection, done.number)
        audit.note(connection, Event.VERSION_ROLLED_BACK, done.version, actor, at, why=why)
        return Done(done, base.applied)


def _target(past: Sequence[Applied], asked: str | None) -> Applied:
    """The time that is gone back to, whose files are applied again."""
    now = past[-1]
    if asked is None:
        before = _before(past)
        if before is None:
            raise UserError(
                "there is no version before the one that is applied", do="see them: keepwell versions"
            )
        return before
    found = [each for each in past if each.version.startswith(asked)]
    if not found:
        known = dict.fromkeys(each.version for each in past)
        raise UserError(f"no version {asked!r} was ever applied", do=f"choose one of {listed(known)}")
    if len({each.version for each in found}) > 1:
        raise UserError(
            f"{asked!r} begins several versions", do=f"choose one of {listed(e.version for e in found)}"
        )
    if found[-1].snapshot == now.snapshot:
        raise UserError(f"the version {now.version} is applied already", do="see them: keepwell versions")
    return found[-1]


def _before(past: Sequence[Applied]) -> Applied | None:
    """What stood before the present one: a way back leads on from where it led to, not to what was left."""
    trail: list[Applied] = []
    for each in past:
        if each.kind is Kind.ROLLBACK:
            places = [place for place, one in enumerate(trail) if one.snapshot == each.snapshot]
            del trail[places[-1] if places else len(trail) :]
        trail.append(each)
    return trail[-2] if len(trail) > 1 else None
