"""The chance of loss that a version's kept evidence has taught for its scores."""

from typing import TYPE_CHECKING

from keepwell.project.project import Project
from keepwell.proof.outcome import Outcome
from keepwell.scoring.chances import Chances, read
from keepwell.scoring.definition import Definition
from keepwell.scoring.risk import RISK_PURPOSE
from keepwell.store.opening import reading

if TYPE_CHECKING:
    from keepwell.store.certificates import Kept


def chances(project: Project, definition: Definition) -> Chances | None:
    """What the definition's last certificate taught, by the outcome that judges health; `None`: value at risk goes by the band.

    The last one counts that had enough data to tell whether a chance comes true: where it says no, an earlier yes is not asked for. Evidence
    is that of one version of the scores and of the outcome, so another has none until it is backtested.

    Raises:
        StoreError: the store cannot be read.
    """
    outcome = project.judging(RISK_PURPOSE)
    if definition.purpose != RISK_PURPOSE or definition.risk or outcome is None:
        return None
    with reading(project.folder) as connection:
        if connection is None:
            return None
        from keepwell.store import certificates

        kept = certificates.of(connection, definition.version, outcome.name)
    able = [
        one
        for one in kept
        if same_outcome(one, project, outcome) and one.content["whole"]["calibration"] is not None
    ]
    said = able[-1].content.get("chances") if able else None
    return None if said is None else read(said)


def same_outcome(kept: "Kept", project: Project, outcome: Outcome) -> bool:
    """Whether the outcome is still what the certificate was judged by: a curve, or a rate, of another one says nothing of it."""
    return bool(kept.content["question"].get("version") == project.outcome_version(outcome))
