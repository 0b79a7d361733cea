"""Every version that was applied: when, by whom and why, who approved it, and what evidence it has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keepwell.project import Project
from keepwell.runs.chances import same_outcome
from keepwell.store import applied, approvals, certificates, engine, versions
from keepwell.store.address import address
from keepwell.store.applied import Applied
from keepwell.store.approvals import Approval
from keepwell.store.certificates import Kept
from keepwell.store.opening import reading

if TYPE_CHECKING:
    from keepwell.proof.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Past:
    """One time that a version was applied.

    `definitions` are the versions of its scores by purpose, as kept scores name them; `certificates` the last one of those scores
    for each outcome.
    """

    applied: Applied
    approvals: tuple[Approval, ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    certificates: tuple[Kept, ...] = ()


def versions_of(folder: Path) -> tuple[Past, ...]:
    """Everything that was ever applied in a project, the oldest first; nothing where nothing was.

    Raises:
        StoreError: the store cannot be read.
    """
    with reading(folder) as connection:
        if connection is None:
            return ()
        found = []
        for each in applied.history(connection):
            seen = versions.get(connection, each.version)
            definitions = {} if seen is None else seen.definitions
            kept = [
                one for version in definitions.values() for one in certificates.latest(connection, version)
            ]
            said = () if each.plan is None else approvals.of(connection, each.plan)
            found.append(Past(each, said, definitions, tuple(kept)))
        return tuple(found)


def of_past(past: Past, project: Project) -> dict[str, Any]:
    """One time that a version was applied, as an object for JSON; `project` is the one in force."""
    each = past.applied
    return {
        "number": each.number,
        "version": each.version,
        "at": each.at,
        "actor": each.actor,
        "why": each.why,
        "kind": str(each.kind),
        "plan": each.plan,
        "definitions": dict(past.definitions),
        "approvals": [
            {"actor": one.actor, "at": one.at, "verdict": str(one.verdict), "note": one.note}
            for one in past.approvals
        ],
        "certificates": [
            {
                "outcome": one.outcome,
                "version": one.version,
                "made_at": one.made_at,
                "grade": one.content["verdict"]["grade"],
                "headline": one.content["verdict"]["headline"],
                "by_earlier_outcome": by_earlier(one, project),
            }
            for one in past.certificates
        ],
    }


def by_earlier(kept: Kept, project: Project) -> bool:
    """Whether a certificate was made under an earlier definition of its outcome than the project's: it does not speak of the present one."""
    outcome = next((each for each in project.outcomes if each.name == kept.outcome), None)
    return outcome is None or not same_outcome(kept, project, outcome)


def certified(folder: Path, version: str, certificate: "Certificate") -> bool:
    """Keeps the certificate of a version of scores, so that `keepwell versions` can show it; whether there is a store to keep it in.

    Raises:
        StoreError: the store cannot be written.
    """
    from keepwell.proof.certificate import certificate_json

    store = engine.existing(address(folder))
    if store is None:
        return False
    with store.writing() as connection:
        content, outcome = certificate_json(certificate), certificate.question.name
        certificates.keep(connection, version, outcome, content, certificate.made_at)
    return True
