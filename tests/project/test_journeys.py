"""Journeys are read as the design writes them, and every mistake in one is told with its place and what to type."""

from datetime import time
from pathlib import Path

import pytest

from keepwell.errors import DefinitionError
from keepwell.outreach.journey import Audience, Goal, Journey
from keepwell.outreach.step import Branch, Experiment, Message, Offer, SetField, Start, Task, Wait, Whom
from keepwell.outreach.trigger import (
    BandEnters,
    BandLeaves,
    Becomes,
    ByHand,
    Enters,
    Happens,
    MilestoneMissed,
    Reentry,
    RenewalWithin,
    Scheduled,
    ScoreDrops,
    Trigger,
)
from keepwell.project import load
from keepwell.scoring.score import Band
from keepwell.signals.expression import Name, parse
from keepwell.signals.window import Span
from tests.project import rescues
from tests.project.rescues import JOURNEY

MILESTONES = (
    "\n  goals:\n    files: data/goals.csv\n    table: milestones\n"
    "    columns: {milestone_id: id, account_id: account, started_at: begun, due_at: due, name: goal}\n"
)


def days(count: int) -> Span:
    return Span.parse(f"{count} days")


def only(folder: Path, journey: str, **others: str) -> Journey:
    rescues.write(folder, journey, **others)
    sources = folder / "sources.yml"
    sources.write_text(sources.read_text(encoding="utf-8") + MILESTONES, encoding="utf-8")
    return load(folder).journey("adoption_rescue")


def test_the_designs_example_is_read(tmp_path: Path) -> None:
    assert only(tmp_path, JOURNEY) == Journey(
        "adoption_rescue",
        BandEnters(Band.YELLOW),
        (
            Message("message.micro_guide", "micro_guide", "in_app"),
            Wait("wait.guide_opened", business_days=True, event="guide_opened", timeout=days(3)),
            Branch(
                "branch.opened_micro_guide",
                Name("opened(micro_guide)"),
                otherwise=(Message("message.check_in", "check_in", "email", sent_as="owner"),),
            ),
            Task("task.call_the_champion", "Call the champion", due=days(2), script="call_script"),
        ),
        Audience(("smb",), ("mature",)),
        category="product_education",
        holdout=0.1,
        goal=Goal(days(45), Band.GREEN),
        reentry=Reentry.AFTER_EXIT,
        cooldown=days(90),
        approval=True,
    )


TRIGGERS: list[tuple[str, Trigger]] = [
    ("{band_leaves: green, purpose: health}", BandLeaves(Band.GREEN)),
    ("{score_drops: 15, within: 14 days}", ScoreDrops(15, days(14))),
    ("{signal: usage_change < -0.3}", Becomes(parse("usage_change < -0.3"))),
    ("{signal: days_in_band > 30 and band == 'red'}", Becomes(parse("days_in_band > 30 and band == 'red'"))),
    ("{event: login}", Happens("events", parse("name == 'login'"))),
    ("{event: [login, export], where: {quantity: {at_least: 2}}}",
     Happens("events", parse("name in ['login', 'export'] and quantity >= 2"))),
    ("{fact: tickets, where: {escalated: true}}", Happens("tickets", parse("escalated == true"))),
    ("{fact: surveys}", Happens("surveys")),
    ("{renewal_within: 60 days}", RenewalWithin(days(60))),
    ("{segment_enters: enterprise}", Enters("segment", "enterprise")),
    ("{stage_enters: mature}", Enters("stage", "mature")),
    ("{milestone_missed: any, after: 3 days}", MilestoneMissed(None, days(3))),
    ("{milestone_missed: first_plan}", MilestoneMissed("first_plan")),
    ("{schedule: 0 9 * * 1}", Scheduled("0 9 * * 1")),
    ("{by_hand: true}", ByHand()),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), TRIGGERS, ids=[said for said, _ in TRIGGERS])
def test_every_trigger_is_read(tmp_path: Path, said: str, meant: Trigger) -> None:
    assert only(tmp_path, JOURNEY.replace("{band_enters: yellow}", said)).trigger == meant


def test_every_step_is_read(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        rescues.steps(
            "wait: 2 business days",
            "wait: {for: 1 day, until: {hour: 9:00}}",
            "wait: {until: {when: active_days >= 3}, for: 2 weeks}",
            "{id: again, message: {template: check_in, channel: email, to: {role: sponsor}, reply_to: a@b.example,"
            " offer: {name: A month free, cost: 40, budget: 4000, code: STAY, eligible: active_days > 1}}}",
            "experiment: {short: {share: 60%, steps: [{note: Short}]}, long: {share: 40%}}",
            "alert: {text: Look at it}",
            "webhook: crm",
            "update: {field: tier, value: 2}",
            "start: adoption_rescue",
            "exit: It is over",
        ),
    )
    one, two, three, message, trial, alert, hook, update, start, end = found.steps
    assert one == Wait("wait.2_business_days", days(2), business_days=True)
    assert two == Wait("wait.1_day_09_00", days(1), hour=time(9))
    assert three == Wait(
        "wait.active_days_above_3", when=parse("active_days >= 3"), timeout=Span.parse("2 weeks")
    )
    assert isinstance(message, Message)
    assert (message.id, message.to, message.role, message.reply_to) == (
        "again",
        Whom.ROLE,
        "sponsor",
        "a@b.example",
    )
    assert message.offer == Offer("A month free", 40, "EUR", 4000, parse("active_days > 1"), "STAY")
    assert isinstance(trial, Experiment)
    assert [(arm.name, arm.share, len(arm.steps)) for arm in trial.arms] == [
        ("short", 0.6, 1),
        ("long", 0.4, 0),
    ]
    assert update == SetField("update.tier", "tier", 2)
    assert start == Start("start.adoption_rescue", "adoption_rescue")
    assert [alert.id, hook.id, end.id] == ["alert.look_at_it", "webhook.crm", "exit.it_is_over"]


def test_moving_a_step_leaves_its_id(tmp_path: Path) -> None:
    lines = JOURNEY.partition("steps:\n")[2].splitlines()
    moved = (
        JOURNEY.partition("steps:\n")[0]
        + "steps:\n"
        + "\n".join([lines[3], lines[0], lines[2], lines[1]])
        + "\n"
    )
    before = {step.id: step for step in only(tmp_path / "a", JOURNEY).steps}
    after = {step.id: step for step in only(tmp_path / "b", moved).steps}
    assert before == after
    assert list(before) != list(after)


def test_spans_of_tasks_and_the_rest_of_what_a_journey_says(tmp_path: Path) -> None:
    said = JOURNEY.replace("due: 2 business days, ", "").replace(
        "approval: required\n",
        "approval: none\nexits: [open_escalations > 0, replied(check_in)]\nexpires: 60 days\nowner: Success\nsla: 8 business hours\n"
        "description: Brings them back\n",
    )
    found = only(tmp_path, said)
    assert (found.sla, found.sla_business) == (Span.parse("8 hours"), True)
    assert (found.expires, found.owner, found.approval) == (days(60), "Success", False)
    assert len(found.exits) == 2
    task = found.steps[-1]
    assert isinstance(task, Task)
    assert task.due is None


# what stands there, what is typed instead, where it is told, what is said, what to do
AT = "adoption_rescue.yml"
MISTAKES = [
    ("priority: 50", "priorty: 50", f"{AT}:5:priorty", "no key 'priorty'", "'priority'"),
    ("band_enters: yellow", "band_entered: yellow", f"{AT}:2:trigger.band_entered", "no key 'band_entered'", "'band_enters'"),
    ("band_enters: yellow", "band_enters: yelow", f"{AT}:2:trigger.band_enters", "is 'yelow', not", "'yellow'"),
    ("band_enters: yellow", "band_enters: yellow, purpose: helth", f"{AT}:2:trigger.purpose", "no scorecard has", "'health'"),
    ("band_enters: yellow", "signal: activ_days < 3", f"{AT}:2:trigger.signal", "no signal 'activ_days'", "'active_days'"),
    ("band_enters: yellow", "signal: active_days", f"{AT}:2:trigger.signal", "no condition", "compare it"),
    ("band_enters: yellow", "fact: invoices", f"{AT}:2:trigger.fact", "no source feeds the table invoices", "add a source"),
    ("band_enters: yellow", "fact: tickets, where: {priorities: high}", f"{AT}:2:trigger.where.prio", "no column", "keep it"),
    ("band_enters: yellow", "score_drops: 5", f"{AT}:2:trigger", "has no `within`", "span of time"),
    ("band_enters: yellow", "segment_enters: smbs", f"{AT}:2:trigger.segment_enters", "no segment 'smbs'", "'smb'"),
    ("band_enters: yellow", "schedule: 0 9 31 2 *", f"{AT}:2:trigger.schedule", "no time that ever comes", "0 9 * * 1"),
    ("band_enters: yellow", "by_hand: false", f"{AT}:2:trigger.by_hand", "nothing begins", "type true"),
    ("band_enters: yellow", "milestone_missed: any", f"{AT}:2:trigger.milestone_missed", "no source feeds", "add a source"),
    ("segment: smb", "segment: smbb", f"{AT}:3:audience.segment", "no segment 'smbb'", "'smb'"),
    ("segment: smb", "when: opened(micro_guide)", f"{AT}:3:audience.when", "no function 'opened'", ""),
    ("holdout: 10%", "holdout: 10", f"{AT}:6:holdout", "more than the whole", "10%"),
    ("within: 45 days", "within: 45", f"{AT}:7:goal.within", "is '45', not a span", "45 days"),
    (", within: 45 days", "", f"{AT}:7:goal", "has no `within`", "within"),
    ("{after_exit: 90 days}", "per_key", f"{AT}:8:reentry", "no single fact triggers", "after_exit"),
    ("approval: required", "approval: yes", f"{AT}:9:approval", "is 'yes', not", "'required'"),
    ("template: micro_guide", "template: micro_gide", f"{AT}:11:steps[0].message.template", "no template 'micro_gide'", "'micro_guide'"),
    ("template: micro_guide, channel: in_app", "template: micro_guide, channel: sms", f"{AT}:11:", "for sms", "it is written for in_app"),
    ("channel: in_app", "channel: inapp", f"{AT}:11:steps[0].message.channel", "is 'inapp', not", "'in_app'"),
    ("for: 3 days", "for: 3 dayz", f"{AT}:12:steps[1].wait.for", "is '3 dayz', not", "28 days"),
    ("for: 3 days", "for: 3 business weeks", f"{AT}:12:steps[1].wait.for", "only days and hours", "10 business days"),
    ("{for: 3 days, business_days: true, until: {event: guide_opened}}", "{business_days: true}", f"{AT}:12:", "for what", "for: 3"),
    ("if: opened(micro_guide)", "if: opened(micro_gide)", f"{AT}:13:steps[2].branch.if", "no message of this journey", "'micro_guide'"),
    ("if: opened(micro_guide)", "if: openned(micro_guide)", f"{AT}:13:steps[2].branch.if", "no function 'openned'", ""),
    ("else: [{message: {template: check_in, channel: email, as: owner}}]", "", f"{AT}:13:", "both ways", "add `then:`"),
    ("script: call_script", "script: check_in", f"{AT}:14:steps[3].task.script", "no template 'check_in' for call", "written for email"),
    ("to: owner, title", "to: boss, title", f"{AT}:14:steps[3].task.to", "is 'boss', not", "owner"),
    ("- task: {", "- taks: {", f"{AT}:14:steps[3].taks", "no key 'taks'", "'task'"),
]  # fmt: skip


def problems(folder: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    return [(one.where, one.what, one.do) for one in caught.value.problems]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[one[1] for one in MISTAKES])
def test_a_mistake_is_told(tmp_path: Path, mistake: tuple[str, str, str, str, str]) -> None:
    right, wrong, where, what, do = mistake
    assert right in JOURNEY
    found = problems(rescues.write(tmp_path, JOURNEY.replace(right, wrong, 1)))
    assert any(where in one[0] and what in one[1] and do in one[2] for one in found), found


def test_equal_steps_need_ids_of_their_own(tmp_path: Path) -> None:
    twice = rescues.steps("wait: 3 days", "note: Still there", "wait: 3 days")
    assert problems(rescues.write(tmp_path, twice)) == [
        (
            f"{rescues.FILE}:13:steps[2]",
            "the step wait.3_days is there already, in line 11: two equal steps cannot be told apart",
            "give this one an id of its own, such as `id: wait_3_days_2`; ids stay what they are wherever steps are moved",
        )
    ]
    rescues.put(
        tmp_path,
        rescues.FILE,
        twice.replace("{", "{").replace("- wait: 3 days\n  - note", "- {wait: 3 days, id: pause}\n  - note"),
    )
    assert [step.id for step in load(tmp_path).journeys[0].steps] == [
        "pause",
        "note.still_there",
        "wait.3_days",
    ]


def test_shares_of_arms_add_up(tmp_path: Path) -> None:
    found = problems(rescues.write(tmp_path, rescues.steps("experiment: {a: {share: 50%}, b: {share: 40%}}")))
    assert [(what, do) for _, what, do in found] == [
        ("the arms' shares add up to 90%", "make them add up to 100%")
    ]
    found = problems(rescues.write(tmp_path, rescues.steps("experiment: {a: {share: 100%}}")))
    assert "two or more arms" in found[0][1]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    spoilt = JOURNEY.replace("smb", "smbb").replace("in_app", "inapp").replace("- task: {", "- taks: {")
    assert [where.rpartition(":")[2] for where, _, _ in problems(rescues.write(tmp_path, spoilt))] == [
        "audience.segment",
        "steps[0].message.channel",
        "steps[2].branch.if",
        "steps[3].taks",
        "steps[3]",
    ]


def test_names_are_unique_and_started_journeys_exist(tmp_path: Path) -> None:
    rescues.write(tmp_path, JOURNEY, journeys__twin=JOURNEY)
    assert problems(tmp_path) == [
        ("journeys/twin.yml:1:journey", "journeys/adoption_rescue.yml is a journey 'adoption_rescue' already",
         "give this one another name")
    ]  # fmt: skip
    (tmp_path / "journeys/twin.yml").unlink()
    rescues.put(tmp_path, rescues.FILE, rescues.steps("start: adoption_rescu"))
    assert problems(tmp_path) == [
        (f"{rescues.FILE}:11:steps[0].start", "there is no journey 'adoption_rescu'",
         "did you mean 'adoption_rescue'? Or write journeys/adoption_rescu.yml")
    ]  # fmt: skip


def test_texts_are_looked_at(tmp_path: Path) -> None:
    rescues.write(
        tmp_path,
        templates__mail__hello="subject: x\n\ny\n",
        templates__email__bare="Hello\n",
        **{"templates__sms__two words": "x"},
    )
    assert [(where, what) for where, what, _ in problems(tmp_path)] == [
        ("templates/email/bare.liquid:1", "the e-mail has no subject"),
        ("templates/mail/hello.liquid:1", "there is no channel 'mail'"),
        ("templates/sms/two words.liquid:1", "'two words' is no name of a template"),
    ]


def test_what_texts_name_is_looked_at(tmp_path: Path) -> None:
    rescues.write(
        tmp_path,
        templates__email__broken="subject: a\n\nHello\n{% if signals.nps %}\n",
        templates__sms__unknown="Hello\n{{ signals.activ_days | default: 1 }}, {{ signals.active_days | default: 0 }}",
        templates__push__told="{% for reason in score.reasons %}{{ reason }}{% endfor %}",
        templates__call__told="{{ score.band }} {{ account.name }} {{ signals['nps'] }}",
    )
    broken, told, unknown = problems(tmp_path)
    assert broken[0].startswith("templates/email/broken.liquid:4")
    assert told[:2] == ("templates/push/told.liquid:1:score.reasons", "customers must not read their score")
    assert unknown == (
        "templates/sms/unknown.liquid:2:signals.activ_days",
        "there is no signal 'activ_days'",
        "did you mean 'active_days'?",
    )


def test_a_file_by_another_ending_is_told(tmp_path: Path) -> None:
    rescues.write(tmp_path)
    (tmp_path / rescues.FILE).rename(tmp_path / "journeys/adoption_rescue.yaml")
    assert problems(tmp_path)[0][2] == "rename it to journeys/adoption_rescue.yml"


class TestVersions:
    """A journey's version changes with all it depends on, and with nothing else."""

    def version(self, folder: Path, journey: str = JOURNEY, **others: str) -> tuple[str, str]:
        project = load(rescues.write(folder, journey, **others))
        return project.journey_version(project.journeys[0]), project.version()

    @pytest.mark.parametrize(
        ("right", "wrong"),
        [
            ("holdout: 10%", "holdout: 20%"),
            ("segment: smb", "segment: enterprise"),
            ("for: 3 days", "for: 4 days"),
            ("title: Call the champion", "title: Call them"),
        ],
    )
    def test_with_what_it_says(self, tmp_path: Path, right: str, wrong: str) -> None:
        before, after = self.version(tmp_path), self.version(tmp_path, JOURNEY.replace(right, wrong))
        assert before[0] != after[0]
        assert before[1] != after[1]

    @pytest.mark.parametrize(
        "text",
        ["templates__email__check_in", "templates__email__check_in__de", "templates__call__call_script"],
    )
    def test_with_its_texts_in_every_language(self, tmp_path: Path, text: str) -> None:
        before = self.version(tmp_path)
        name = text.removesuffix("__de").replace("__", "/") + (".de" if text.endswith("__de") else "")
        rescues.put(tmp_path, f"{name}.liquid", "subject: Another\n\ntext\n")
        project = load(tmp_path)
        assert project.journey_version(project.journeys[0]) != before[0]
        assert project.version() != before[1]

    def test_with_the_rule_of_its_audience(self, tmp_path: Path) -> None:
        before = self.version(tmp_path)
        rescues.put(tmp_path, "segments.yml", "segments: {enterprise: account.seats >= 300, smb: otherwise}\n"
                    "stages: {onboarding: tenure_days < 90, mature: otherwise}\n")  # fmt: skip
        project = load(tmp_path)
        assert project.journey_version(project.journeys[0]) != before[0]

    def test_not_with_words_other_texts_or_scores(self, tmp_path: Path) -> None:
        before = self.version(tmp_path)
        after = self.version(
            tmp_path,
            "# A comment\n" + JOURNEY + "description: In words\n",
            templates__email__other="subject: a\n\nb\n",
        )
        assert after[0] == before[0]
        card = tmp_path / "scorecards/default.yml"
        card.write_text(
            card.read_text(encoding="utf-8").replace("weight: 40", "weight: 50"), encoding="utf-8"
        )
        project = load(tmp_path)
        assert project.journey_version(project.journeys[0]) == before[0]
