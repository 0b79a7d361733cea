"""All rules, and what they find in a project."""

from collections.abc import Iterator

from keepwell.project.edits import Edit
from keepwell.project.lint.inputs import (
    AttributeWithoutHistory,
    NoFreshness,
    NoValue,
    OutcomeAsInput,
)
from keepwell.project.lint.journeys import (
    AskedTooEarly,
    DeadEnd,
    NobodyEnters,
    NoCategory,
    NoExpiry,
    NoGoal,
    NoHoldout,
    NoTimeout,
    StartsItself,
    UnreachableStep,
)
from keepwell.project.lint.measures import (
    MissingLeftToChance,
    NoCustomerVoice,
    NoDirection,
    NoLabel,
    NoUnit,
    OneMeasureDominates,
    ScaleContradictsDirection,
    TooManyMeasures,
    Unbounded,
)
from keepwell.project.lint.rule import Finding, Rule
from keepwell.project.lint.scorecards import (
    LowCoverage,
    NeverReached,
    NoCap,
    NoCatchAll,
    NoRecency,
    NoScorecard,
)
from keepwell.project.lint.templates import NoWayOut
from keepwell.project.project import Project
from keepwell.project.report import hint


class UnknownRuleIgnored(Rule):
    """`lint: {ignore: ...}` names a rule that there is not, so that nothing is ignored."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Names under `lint: {ignore: ...}` that no rule has."""
        known = [rule.name() for rule in RULES]
        for name in sorted(project.ignored.difference(known)):
            yield self.found(project.where["project:lint"], f"there is no rule {name!r}", hint(name, known))


RULES: tuple[type[Rule], ...] = (
    NoScorecard,
    OutcomeAsInput,
    AttributeWithoutHistory,
    NeverReached,
    NoCatchAll,
    ScaleContradictsDirection,
    MissingLeftToChance,
    NoFreshness,
    OneMeasureDominates,
    TooManyMeasures,
    NoCustomerVoice,
    NoRecency,
    NoCap,
    Unbounded,
    NoDirection,
    LowCoverage,
    NoLabel,
    NoUnit,
    NoValue,
    StartsItself,
    NobodyEnters,
    UnreachableStep,
    DeadEnd,
    AskedTooEarly,
    NoTimeout,
    NoCategory,
    NoGoal,
    NoHoldout,
    NoExpiry,
    NoWayOut,
    UnknownRuleIgnored,
)
"""Every rule, the gravest first."""


def check(project: Project) -> tuple[Finding, ...]:
    """All that the rules find, but those that the project ignores; the gravest rules first."""
    return tuple(
        finding for rule in RULES if rule.name() not in project.ignored for finding in rule().check(project)
    )


def fix(project: Project) -> tuple[Edit, ...]:
    """The edits that mend what can be mended; `write` makes them."""
    return tuple(dict.fromkeys(edit for finding in check(project) for edit in finding.edits))
