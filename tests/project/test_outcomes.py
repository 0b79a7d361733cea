"""outcomes.yml becomes outcomes, or every one of its mistakes is told."""

from pathlib import Path

import pytest

from keepwell.errors import DefinitionError
from keepwell.project import Project, load
from keepwell.project.catalog import Catalog, Filling
from keepwell.project.declared.outcomes import OUTREACH as SHAPE
from keepwell.project.document import parse as parse_yaml
from keepwell.project.reading.outreach import outreach
from keepwell.project.report import Report
from keepwell.project.shape.compound import Fields
from keepwell.proof.outcome import (
    Cause,
    Counts,
    Dated,
    Gap,
    Inactive,
    Kind,
    Moved,
    Outcome,
    Population,
    Renewal,
    Snapshot,
)
from keepwell.proof.outreach import Outreach, Reach
from keepwell.signals.expression import parse
from keepwell.signals.window import NO_TIME, Span
from tests.project.samples import FILES, spoilt, write


@pytest.fixture
def original(tmp_path: Path) -> Project:
    return load(write(tmp_path / "original"))


def span(text: str) -> Span:
    return Span.parse(text)


def test_outcomes_are_read(original: Project) -> None:
    subscriptions = "subscriptions"
    assert original.outcomes == (
        Outcome(
            "churn",
            Kind.CHURNED,
            Gap(subscriptions, span("30 days"), parse("plan != 'free'")),
            span("90 days"),
            span("7 days"),
            Population(where=parse("mrr > 0"), segments=frozenset(("smb", "enterprise"))),
            label="Churn",
        ),
        Outcome(
            "churn_at_renewal",
            Kind.CHURNED,
            Dated(
                subscriptions,
                "ended_at",
                amount=parse("amount * 12"),
                voluntary=parse("plan != 'card'"),
            ),
            span("30 days"),
            population=Population(renewal_within=span("30 days"), stages=frozenset(("mature",))),
            counts=Counts.REVENUE,
            cause=Cause.VOLUNTARY,
            until="2025-05-31",
        ),
        Outcome("silent", Kind.CHURNED, Inactive("events", span("8 weeks")), span("8 weeks")),
        Outcome("renewal", Kind.RENEWED, Renewal(subscriptions, span("7 days")), span("90 days")),
        Outcome(
            "growth",
            Kind.EXPANDED,
            Moved(subscriptions, "amount", up=True, by=0.1, grace=span("3 days")),
            span("6 months"),
        ),
        Outcome("undated", Kind.CHURNED, Snapshot(parse("account.referral == 'gone'")), NO_TIME),
    )
    assert original.judged_by == ("plan", "trial")
    assert original.capacity == 40
    assert original.outcome("silent").title == "Silent"
    assert [outcome.dated for outcome in original.outcomes] == [True] * 5 + [False]


def test_each_outcome_has_a_place(original: Project) -> None:
    assert original.where["outcome:silent"] == "outcomes.yml:19:outcomes.silent"


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "outcomes.yml").unlink()
    project = load(folder)
    assert (project.outcomes, project.judged_by, project.capacity) == ((), (), None)


def test_an_expansion_judges_the_scores_of_expansion_where_there_are_such(tmp_path: Path) -> None:
    folder = write(tmp_path)
    text = FILES["scorecards/default.yml"].replace(
        "scorecard: default", "scorecard: more\npurpose: expansion"
    )
    (folder / "scorecards/more.yml").write_text(text)
    project = load(folder)
    assert project.outcome("growth").purpose == "expansion"
    assert project.outcome("churn").purpose == "health"


def test_outcomes_belong_to_the_project_but_to_no_score(tmp_path: Path, original: Project) -> None:
    for right, other in (
        ("horizon: 90 days", "horizon: 60 days"),
        ("by: [plan, trial]", "by: [plan]"),
        ("capacity: 40", "capacity: 50"),
    ):
        changed = load(spoilt(tmp_path / right[:2], "outcomes", right, other))
        assert changed.version() != original.version()
        assert changed.version(changed.scorecards[0]) == original.version(original.scorecards[0])
    renamed = load(spoilt(tmp_path / "label", "outcomes", "label: Churn", "label: Loss"))
    assert renamed.version() == original.version()


# what stands there, what is typed instead, where it is told, what is said, what to do
MISTAKES = [
    ("horizon: 8 weeks}", "}", ":19:outcomes.silent", "has no `horizon`", "horizon: 90 days"),
    ("horizon: 6 months", "horizon: 0 days", ":21:outcomes.growth.horizon", "has no length", "28 days"),
    ("horizon: 6 months", "horizon: 180", ":21:outcomes.growth.horizon", "is '180', not a span", "180 days"),
    ("gap: 7 days", "gap: {from: subscriptions}", ":9:", "the time that acting on a score takes", "`lapse:`"),
    ("kind: churned\n    lapse", "kind: churn\n    lapse", ":6:", "is 'churn', not", "'churned'"),
    ("lapse: {from: subscriptions", "lapse: {from: invoices", ":7:", "no source feeds the table invoices", "add a"),
    ("lapse: {from: subscriptions", "lapse: {from: events", ":7:", "a row of events has no end", "subscriptions"),
    ("{plan: {not: free}}", "{tier: x}", ":7:", "the table subscriptions has no column 'tier'", "plan, renews_at"),
    ("{plan: {not: free}}", "started_at < as_of", ":7:", "as_of means nothing here", "at_risk:"),
    ("grace: 30 days", "grace_days: 3", ":7:", "no key 'grace_days'", "'grace'"),
    ("mrr > 0", "mmr > 0", ":10:", "there is no signal 'mmr'", "'mrr'"),
    ("mrr > 0", "mrr", ":10:", "this is no condition", "x >= 1"),
    ("[smb, enterprise]", "[smb, large]", ":10:", "there is no segment 'large'", "smb"),
    ("at: ended_at", "at: ends", ":13:", "the table subscriptions has no column 'ends'", "ended_at"),
    ("at: ended_at", "at: plan", ":13:", "subscriptions.plan is text, not an instant", "ended_at, renews_at"),
    ("at: ended_at, ", "", ":13:", "is when it began", "add `at: ended_at`"),
    ("amount * 12", "plan", ":13:", "`amount` is a number, and plan is text", "a column"),
    (', voluntary: "plan != \'card\'"', "", ":15:", "nothing tells an end that the customer decided", "`voluntary:`"),
    ("plan != 'card'", "amount", ":13:", "this is no condition", "compare it"),
    ("cause: voluntary", "cause: payment", ":15:", "is 'payment', not", "'payment_failure'"),
    ("2025-05-31", "2025-06-31", ":17:", "no day of the calendar", "2025-06-30"),
    ("2025-05-31", "May", ":17:", "is 'May', not a day", "2025-06-30"),
    ("stage: mature}", "stage: old}", ":18:", "there is no stage 'old'", "mature"),
    ("kind: churned, inactive", "kind: renewed, inactive", ":19:", "`inactive` means that accounts have churned", "kind: churned"),
    ("for: 8 weeks", "during: 8 weeks", ":19:", "no key 'during'", "for"),
    ("kind: renewed, ", "kind: churned, ", ":20:", "`renewal` means that accounts have renewed", "kind: renewed"),
    ("renewal: {from: subscriptions", "renewal: {from: tickets", ":20:", "falls due at no date", "subscriptions"),
    ("up: 10%", "down: 10%", ":21:", "a move down means that accounts have contracted", "kind: contracted"),
    ("up: 10%, ", "", ":21:", "neither up nor down", "up: 10%"),
    ("up: 10%", "up: 10%, down: 5%", ":21:", "both up and down", "keep one"),
    ("column: amount", "column: plan", ":21:", "subscriptions.plan is text, not a number", "amount"),
    ("up: 10%", "up: 1000", ":21:", "more than the whole", "60%"),
    ("account.referral == 'gone'", "mrr == 0", ":22:", "a snapshot reads only what is known of accounts", "account.mrr"),
    ("account.referral ==", "account.referal ==", ":22:", "no column 'referal'", "'referral'"),
    ("snapshot: account", "horizon: 90 days, snapshot: account", ":22:", "a snapshot has no dates", "remove it"),
    ("snapshot: account", "at_risk: {renewal_within: 9 days}, snapshot: account", ":22:", "nothing falls due", "remove"),
    ("kind: churned, snapshot", "kind: churned, purpose: halth, snapshot", ":22:", "no scorecard has the purpose", "'health'"),
    ("inactive: {from: events, for: 8 weeks}, ", "", ":19:", "has none of event", "`lapse:`"),
    ("inactive: {", "snapshot: account.trial, inactive: {", ":19:", "takes one of event", "keep"),
    ("inactive: {from: events", "inactive: {from: context", ":19:", "no source feeds the table context", "add a source"),
    ("for: 8 weeks}", "for: 8 weeks}, cause: voluntary", ":19:", "only an `event:` knows its cause", "remove"),
    ("[plan, trial]", "[plan, region]", ":1:by", "no source fills accounts.region", "map it"),
    ("[plan, trial]", "[plan, began_at]", ":1:by", "puts accounts into no groups", "region"),
    ("capacity: 40", "capacity: 0", ":2:capacity", "is 0, not", "1 or more"),
    ("outcomes:\n", "outcome:\n", "outcomes.yml:3", "no key 'outcome'", "'outcomes'"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "where", "what", "do"), MISTAKES)
def test_a_mistake_is_told_where_it_stands(
    tmp_path: Path, right: str, wrong: str, *, where: str, what: str, do: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(spoilt(tmp_path, "outcomes", right, wrong))
    found = [problem for problem in caught.value.problems if what in problem.what]
    assert found, str(caught.value)
    assert where in found[0].where
    assert do in found[0].do


def test_money_needs_a_worth(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "keepwell", "value: {expression: mrr * 12, currency: EUR}\n", "")
    text = FILES["outcomes.yml"].replace("kind: renewed, ", "kind: renewed, counts: revenue, ")
    (folder / "outcomes.yml").write_text(text)
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    assert [problem.where for problem in caught.value.problems] == ["outcomes.yml:20:outcomes.renewal.counts"]
    assert "nothing says what an account is worth" in caught.value.problems[0].what


def test_every_mistake_of_the_file_is_told_at_once(tmp_path: Path) -> None:
    text = FILES["outcomes.yml"].replace("mrr > 0", "mmr > 0").replace("up: 10%", "down: 10%")
    with pytest.raises(DefinitionError) as caught:
        load(write(tmp_path, outcomes=text.replace("capacity: 40", "capacity: none")))
    assert [problem.where.split(":")[1] for problem in caught.value.problems] == ["2", "10", "21"]


OUTREACH = "outreach: {within: 2 weeks, facts: [{from: events, where: {name: call}}, {from: tickets}]}\n"


def with_outreach(folder: Path, text: str) -> Path:
    return write(folder, outcomes=FILES["outcomes.yml"] + text)


def test_outreach_is_read(tmp_path: Path, original: Project) -> None:
    project = load(with_outreach(tmp_path, OUTREACH))
    facts = (Reach("events", parse("name == 'call'")), Reach("tickets"))
    assert project.reached_by == Outreach(facts, span("2 weeks"))
    assert project.version() != original.version()
    assert project.version(project.scorecards[0]) == original.version(original.scorecards[0])
    assert original.reached_by is None
    one = load(with_outreach(tmp_path / "one", "outreach: {facts: {from: tickets}}\n"))
    assert one.reached_by == Outreach((Reach("tickets"),), span("28 days"))


# what stands there, what is typed instead, where it is told, what is said, what to do
OUTREACH_MISTAKES = [
    ("within: 2 weeks, ", "within: 14, ", ":23:outreach.within", "is '14', not a span", "type 14 days"),
    ("facts: [{from: events, where: {name: call}}, {from: tickets}]", "days: 3 days", ":23:outreach", "no key 'days'", "use facts"),
    ("from: events", "from: messages", ":23:outreach.facts", "no source feeds the table messages", "add a source"),
    ("{name: call}", "{nome: call}", ":23:outreach.facts", "the table events has no column 'nome'", "'name'"),
    ("{name: call}", "quantity", ":23:outreach.facts", "this is no condition", "compare it"),
    ("{name: call}", "occurred_at < as_of", ":23:outreach.facts", "as_of means nothing here", "within:"),
    ("facts:", "fact:", ":23:", "no key 'fact'", "'facts'"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "where", "what", "do"), OUTREACH_MISTAKES)
def test_a_mistake_in_outreach_is_told_where_it_stands(
    tmp_path: Path, right: str, wrong: str, *, where: str, what: str, do: str
) -> None:
    assert right in OUTREACH
    with pytest.raises(DefinitionError) as caught:
        load(with_outreach(tmp_path, OUTREACH.replace(right, wrong)))
    found = [problem for problem in caught.value.problems if what in problem.what]
    assert found, str(caught.value)
    assert where in found[0].where
    assert do in found[0].do


@pytest.mark.parametrize(
    ("where", "meant"),
    [
        ("", "action == 'sent'"),
        (", where: {campaign: check_in}", "action == 'sent' and campaign == 'check_in'"),
        (", where: {action: clicked}", "action == 'clicked'"),
    ],
)
def test_of_messages_those_count_that_were_sent(where: str, meant: str) -> None:
    catalog = Catalog.of([Filling("mail", "messages", ("action", "campaign"), {})])
    report = Report()
    node = parse_yaml(f"facts: {{from: messages{where}}}", "outcomes.yml", report)
    assert node is not None
    fields = SHAPE.read(node, report)
    assert isinstance(fields, Fields)
    assert outreach(fields, catalog, report) == Outreach((Reach("messages", parse(meant)),))


def test_losses_do_not_judge_who_is_ready_for_more(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "outcomes", "label: Churn", "purpose: expansion")
    text = FILES["scorecards/default.yml"].replace(
        "scorecard: default", "scorecard: more\npurpose: expansion"
    )
    (folder / "scorecards/more.yml").write_text(text)
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    assert "that accounts have churned does not judge it" in caught.value.problems[0].what
