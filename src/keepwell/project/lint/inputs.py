"""Good practice for what goes into a score: nothing from the future, nothing that is the outcome itself."""

import re
from collections.abc import Iterator

from keepwell.project.lint.rule import Finding, Rule
from keepwell.project.lint.uses import account_attributes, columns_read, scored
from keepwell.project.project import Project
from keepwell.signals.definition import Aggregate

_OUTCOME = re.compile(r"churn|attrition|cancel|^ended_at$|^end_reason$|lifetime_value|^cltv$")
_TIMELESS = frozenset(
    ("industry", "country", "region", "sector", "zone", "currency", "began_at", "parent_id")
)


class AttributeWithoutHistory(Rule):
    """An attribute of which only today's value is known reads today's value into every past score: yesterday's segment
    is then decided by what was learnt since, and the evidence is too good to be true. What hardly changes, such as the
    country, is no harm."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Scores, segments and stages that read attributes of accounts whose source has no history."""
        for name, where in dict.fromkeys(account_attributes(project)):
            if without_history(project, name):
                yield self.found(
                    where,
                    f"account.{name} has no history, and a score depends on it",
                    "read it from a table with a past, such as {from: subscriptions, aggregate: last, column: "
                    f"{name}}}, or map `known_at:` in its source",
                )


def without_history(project: Project, attribute: str) -> bool:
    """Whether of an attribute of accounts only today's value is known, though it may change."""
    return attribute not in _TIMELESS and any(
        attribute in source.columns or attribute in source.attributes
        for source in project.sources
        if source.table == "accounts" and not source.history
    )


class OutcomeAsInput(Rule):
    """A score that reads the outcome, or what is only filled in once it has happened, predicts the past: it will look
    perfect in evidence and be useless in life."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Signals and conditions that read the table outcomes, or columns that speak of leaving."""
        for signal in scored(project):
            if isinstance(signal.meaning, Aggregate):
                used = columns_read(signal.meaning)
                told = sorted(
                    name for name in used if _OUTCOME.search(name) and signal.meaning.table == "accounts"
                )
                if signal.meaning.table == "outcomes" or told:
                    yield self._of(project.where[f"signal:{signal.name}"], signal.name, told)
        for name, where in dict.fromkeys(account_attributes(project)):
            if _OUTCOME.search(name):
                yield self._of(where, f"account.{name}", [])

    def _of(self, where: str, name: str, columns: list[str]) -> Finding:
        through = f" through {', '.join(columns)}" if columns else ""
        return self.found(
            where, f"{name} reads the outcome{through}, and a score depends on it", "take it out of the score"
        )


class NoFreshness(Rule):
    """`missing: zero` is true only while the feed is alive: without `fresh_within:` a broken export looks like
    customers who stopped using the product, and turns the whole base red at once."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Sources of signals with `missing: zero` that do not say how fresh they must be."""
        zero = {
            signal.meaning.table
            for signal in scored(project)
            if isinstance(signal.meaning, Aggregate) and signal.missing == 0 and signal.missing_said
        }
        fed = {feed.table for feed in project.feeds}
        for source in project.sources:
            regular = source.canonical.immutable
            if source.table in zero and source.table not in fed and regular:
                yield self.found(
                    project.where[f"source:{source.name}"],
                    f"signals take silence in {source.table} for zero, and {source.name} does not say when it is broken",
                    "add, for example, `fresh_within: 7 days`: the longest gap that its feed normally has",
                )


class NoValue(Rule):
    """Without `value:` every account at risk weighs the same, and the day goes into the loudest instead of the
    dearest."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Projects that do not say what an account is worth."""
        if project.value is None:
            yield self.found(
                project.where.get("project:project", "keepwell.yml:1"),
                "the project does not say what an account is worth",
                "add to keepwell.yml, for example, `value: mrr * 12`",
            )
