"""outreach.yml: what it says, what it means, and which mistakes are told."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from keepwell.errors import DefinitionError, Problem
from keepwell.outreach.arbiter import Policy
from keepwell.outreach.breaker import LIMITS, Harm, Limit
from keepwell.outreach.caps import Cap, Per
from keepwell.outreach.consent import Basis, Category
from keepwell.outreach.local_time import BusinessHours, QuietHours, Workdays
from keepwell.outreach.rules import Hold, Rules, Sender, Signing
from keepwell.outreach.survey import Kind, Survey
from keepwell.project import load
from keepwell.project.changes import changes
from keepwell.project.project import Project
from keepwell.project.snapshot import Folder, meant
from keepwell.signals.window import Span
from tests.project import rescues
from tests.project.rescues import JOURNEY

WHOLE = """\
enabled: true
sandbox: true
public_url: https://care.acme.example/
from: {email: success@acme.example, name: Acme Success}
postal_address: Acme GmbH, Berlin
bounces: bounces@acme.example
senders:
  billing: {email: billing@acme.example, reply_to: accounts@acme.example}
dkim: {domain: acme.example, selector: keepwell}
categories:
  product_education: {about: How to use Acme, bases: [consent, legitimate_interest]}
  payments: {about: Invoices, bases: contract, transactional: true}
caps:
  - {most: 2, within: 7 days}
  - {most: 1, within: 14 days, per: account, category: product_education}
quiet_hours: {from: "20:00", to: 8:00}
workdays: [sunday, monday]
holidays: [2026-12-25]
hours: {from: 08:30, to: 16:00}
holdout: 5%
hold: {share: 30%, least: 7}
channels: {slack: "${ACME_SLACK}"}
origins: https://app.acme.example
surveys: {pulse: {kind: nps, sample: 50%}}
breakers: {harm: complaints, over: hour, warn: 1%, pause: 2%}
"""


def ruled(folder: Path, text: str, journey: str = JOURNEY) -> Project:
    rescues.write(folder, journey)
    (folder / "outreach.yml").write_text(text, encoding="utf-8")
    return load(folder)


def problems(folder: Path, text: str, journey: str = JOURNEY) -> tuple[Problem, ...]:
    with pytest.raises(DefinitionError) as caught:
        ruled(folder, text, journey)
    return caught.value.problems


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    days = Workdays(frozenset({6, 0}), frozenset({date(2026, 12, 25)}))
    complaints = Limit(Harm.COMPLAINTS, timedelta(hours=1), warn=0.01, pause=0.02, least=200)
    assert ruled(tmp_path, WHOLE).outreach == Rules(
        enabled=True,
        sandbox=True,
        public_url="https://care.acme.example",
        sender=Sender("success@acme.example", "Acme Success"),
        postal_address="Acme GmbH, Berlin",
        bounces="bounces@acme.example",
        senders={"billing": Sender("billing@acme.example", "", "accounts@acme.example")},
        dkim=Signing("acme.example", "keepwell"),
        categories={
            "product_education": Category(
                "product_education",
                frozenset({Basis.CONSENT, Basis.LEGITIMATE_INTEREST}),
                about="How to use Acme",
            ),
            "payments": Category("payments", frozenset({Basis.CONTRACT}), True, "Invoices"),
        },
        policy=Policy(
            (
                Cap(2, Span.parse("7 days")),
                Cap(1, Span.parse("14 days"), Per.ACCOUNT, "product_education"),
            ),
            QuietHours(time(20), time(8)),
            days,
        ),
        hours=BusinessHours(time(8, 30), time(16), days),
        holdout=0.05,
        hold=Hold(0.3, 7),
        channels={"slack": "ACME_SLACK"},
        origins=("https://app.acme.example",),
        surveys={"pulse": Survey("pulse", Kind.NPS, "", 0.5, Span.parse("90 days"))},
        limits=(complaints, *LIMITS[1:]),
    )


def test_without_the_file_nothing_goes_out(tmp_path: Path) -> None:
    rescues.write(tmp_path, JOURNEY)
    project = load(tmp_path)
    assert project.outreach == Rules()
    assert not project.outreach.enabled


def test_the_rules_are_part_of_the_version_and_of_the_copy(tmp_path: Path) -> None:
    rescues.write(tmp_path, JOURNEY)
    without = load(tmp_path)
    project = ruled(tmp_path, WHOLE)
    other = ruled(tmp_path, WHOLE.replace("2026-12-25", "2026-12-26"))
    assert len({without.version(), project.version(), other.version()}) == 3
    assert without.version(without.scorecards[0]) == project.version(project.scorecards[0])
    assert ruled(tmp_path, f"# a remark\n{WHOLE}").version() == project.version()
    assert "outreach.yml" in list(meant(Folder(tmp_path)))


def test_what_changed_is_said_in_words(tmp_path: Path) -> None:
    before = ruled(tmp_path, WHOLE)
    after = ruled(tmp_path, WHOLE.replace("sandbox: true", "sandbox: false"))
    (change,) = changes(before, after)
    assert (change.kind, change.words) == ("outreach", ("sandbox: true → false",))


def test_a_message_is_from_whom_it_says(tmp_path: Path) -> None:
    rules = ruled(tmp_path, WHOLE).outreach
    ana = Sender("ana@acme.example", "Ana")
    assert rules.sent_as("billing") == Sender("billing@acme.example", "", "accounts@acme.example")
    assert rules.sent_as("owner", ana) == ana
    assert rules.sent_as("owner") == rules.sent_as("team", ana) == rules.sender
    assert rules.answered_at(ana, "desk@acme.example") == replace(ana, reply_to="desk@acme.example")
    assert ana.domain == "acme.example"


def test_a_category_that_nobody_describes_needs_consent() -> None:
    assert Rules().category("offers") == Category("offers", frozenset({Basis.CONSENT}))


@pytest.mark.parametrize(
    ("moved", "held"), [(19, False), (20, False), (21, True)], ids=["few", "just the share", "more"]
)
def test_mass_moves_are_held(moved: int, held: bool) -> None:
    assert Hold(share=0.2, least=20).holds(moved, 100) is held
    assert not Hold(share=0.2, least=22).holds(moved, 100)


@pytest.mark.parametrize(
    ("text", "where", "told"),
    [
        ("enable: true", "outreach.yml:1:enable", "did you mean 'enabled'?"),
        ("public_url: care.acme.example", "outreach.yml:1:public_url", "https://care.example.com"),
        ("from: {email: nobody}", "outreach.yml:1:from.email", "success@example.com"),
        ("senders: {owner: {email: a@b.example}}", "outreach.yml:1:senders.owner", "another name"),
        ("holidays: [2026-02-30]", "outreach.yml:1:holidays", "type, for example, 2026-12-25"),
        ("workdays: [mon]", "outreach.yml:1:workdays[0]", "did you mean 'monday'?"),
        ("quiet_hours: {from: 8:00, to: 08:00}", "outreach.yml:1:quiet_hours", "{from: 20:00, to: 08:00}"),
        ("hours: {from: 18:00, to: 08:00}", "outreach.yml:1:hours", "{from: 09:00, to: 17:00}"),
        ("channels: {slack: https://hooks.example/secret}", "outreach.yml:1:channels.slack", "${SLACK_URL}"),
        ("caps: {most: 0, within: 7 days}", "outreach.yml:1:caps.most", "1 or more"),
        (
            "breakers: {harm: complaints, over: day, warn: 2%, pause: 1%}",
            "outreach.yml:1:breakers.pause",
            "greater share",
        ),
        ("caps: {most: 1, within: 7 days, category: offers}", "outreach.yml:1:caps.category", "categories"),
    ],
)  # fmt: skip
def test_mistakes_say_what_to_type(tmp_path: Path, text: str, where: str, told: str) -> None:
    found = {problem.where: problem.do for problem in problems(tmp_path, f"{text}\n")}
    assert told in found[where]


def test_a_journey_of_an_unknown_category_or_sender_is_told_with_its_line(tmp_path: Path) -> None:
    journey = JOURNEY.replace("as: owner", "as: biling")
    text = "categories: {education: {about: Tips}}\nsenders: {billing: {email: b@acme.example}}\n"
    found = problems(tmp_path, text, journey)
    assert [problem.where.rpartition(":")[2] for problem in found] == ["category", "steps[2].branch.else[0]"]
    assert [problem.what for problem in found] == [
        "outreach.yml knows no category 'product_education'",
        "outreach.yml knows no sender 'biling'",
    ]
    assert "did you mean 'billing'?" in found[1].do


def test_what_may_leave_says_all_that_the_law_asks_for(tmp_path: Path) -> None:
    found = [problem.what for problem in problems(tmp_path, "enabled: true\n")]
    for key in ("from", "public_url", "postal_address", "categories"):
        assert f"messages cannot go out without `{key}`" in found
