"""The shape of a journey, one per file under journeys/."""

from dataclasses import dataclass

from keepwell.outreach.asking import ASKABLE
from keepwell.outreach.journey import UnderWay
from keepwell.outreach.trigger import Reentry
from keepwell.project.declared.names import LABEL, PLAIN
from keepwell.project.declared.schedule import CRON
from keepwell.project.declared.scorecards import MATCH
from keepwell.project.declared.signals import WHERE
from keepwell.project.declared.steps import STEP, STEPS
from keepwell.project.shape.base import JsonSchema
from keepwell.project.shape.compound import Each, Key, Record
from keepwell.project.shape.forms import Either, Forms
from keepwell.project.shape.formula import Formula
from keepwell.project.shape.number import Number, Share
from keepwell.project.shape.scalar import Choice, Flag, Length, Working
from keepwell.scoring.score import Band
from keepwell.signals.tables import TABLES

CONDITION = Formula(
    "a condition over signals, account.attributes, score, band, days_in_band and value",
    example="usage_change < -0.3",
)
ENDING = Formula(
    "a condition over signals, account.attributes, score, band, and what came back",
    ASKABLE,
    example="payment_failures == 0",
)
BAND = Choice(tuple(str(band) for band in Band), {"amber": "yellow", "orange": "yellow"})
_PURPOSE = {"purpose": Key(LABEL, "of which purpose's score; health if not said")}
_WHERE = {"where": Key(WHERE, "which of them: each column with a value, a list or bounds, or an expression")}

TRIGGER = Forms(
    "a trigger",
    {},
    {
        "band_enters": {"band_enters": Key(BAND, "the account's band becomes this one"), **_PURPOSE},
        "band_leaves": {"band_leaves": Key(BAND, "the account's band was this one, and is another now"), **_PURPOSE},
        "score_drops": {
            "score_drops": Key(Number(above=0, high=100), "the score is at least so many points lower"),
            "within": Key(Length(), "than at some time within this span before", required=True),
            **_PURPOSE,
        },
        "signal": {"signal": Key(CONDITION, "the condition holds, and did not at the run before")},
        "event": {"event": Key(Each(PLAIN, single=True), "an event of that name, or of one of these, has become known"), **_WHERE},
        "fact": {
            "fact": Key(Choice(tuple(name for name in TABLES if name not in ("accounts", "context"))), "a fact of that table has become known"),
            **_WHERE,
        },
        "renewal_within": {"renewal_within": Key(Length(), "a subscription falls due for renewal within this span")},
        "segment_enters": {"segment_enters": Key(LABEL, "the account has come into this segment")},
        "stage_enters": {"stage_enters": Key(LABEL, "the account has come into this stage")},
        "milestone_missed": {
            "milestone_missed": Key(PLAIN, "a milestone of that name, or `any`, was due and is not reached"),
            "after": Key(Length(), "how long it is overdue; at once if not said"),
        },
        "schedule": {"schedule": Key(CRON, "at these times, in the project's zone: minute, hour, day, month and weekday")},
        "by_hand": {"by_hand": Key(Flag(), "only when a person, or another journey, puts an account in")},
    },
    synonyms={
        "band_entered": "band_enters", "band_left": "band_leaves", "score_drop": "score_drops", "when": "signal", "condition": "signal",
        "expression": "signal", "renewal": "renewal_within", "segment": "segment_enters", "stage": "stage_enters", "cron": "schedule",
        "milestone": "milestone_missed", "manual": "by_hand", "hand": "by_hand", "table": "fact", "over": "within",
    },
)  # fmt: skip
AUDIENCE = Record(
    "audience",
    {
        "segment": Key(MATCH, "a segment, a list of them, or any"),
        "stage": Key(MATCH, "a stage, a list of them, or any"),
        "when": Key(CONDITION, "and only where this holds"),
    },
    synonyms={"segments": "segment", "stages": "stage", "if": "when", "where": "when"},
)
_WITHIN = {"within": Key(Length(), "how long after it began", required=True)}
GOAL = Forms(
    "a goal",
    _WITHIN,
    {
        "band": {"band": Key(BAND, "the account's band is this one, or a better")},
        "when": {"when": Key(ENDING, "the condition holds")},
    },
    synonyms={"if": "when", "condition": "when", "in": "within"},
)
REENTRY = Either(
    (
        Choice(
            tuple(str(way) for way in Reentry),
            {"once": "never", "always": "after_exit", "per_fact": "per_key"},
        ),
        Record(
            "reentry",
            {"after_exit": Key(Length(), "how long after it has left it", required=True)},
            synonyms={"cooldown": "after_exit", "after": "after_exit"},
        ),
    )
)


@dataclass(frozen=True)
class JourneyRecord(Record):
    """A journey, whose schema says once what a step is."""

    def schema(self) -> JsonSchema:
        """The object, with a step's schema beside it."""
        return {**super().schema(), "definitions": {"step": STEP.schema()}}


JOURNEY = JourneyRecord(
    "a journey",
    {
        "journey": Key(LABEL, "the journey's name", required=True),
        "description": Key(PLAIN, "what it is for, in words"),
        "trigger": Key(TRIGGER, "what begins it", required=True),
        "audience": Key(AUDIENCE, "which accounts it is for; every account if not said"),
        "category": Key(LABEL, "what people can opt out of, such as product_education"),
        "priority": Key(Number(low=0, high=100, whole=True), "of several that want the same person, the highest goes first; 50 if not said"),
        "holdout": Key(Share(), "the share of accounts left alone on purpose, so that the effect can be seen; none if not said"),
        "goal": Key(GOAL, "what tells that it has served"),
        "exits": Key(Each(ENDING, single=True), "an account for which one of these holds leaves it"),
        "reentry": Key(REENTRY, "when an account may go through it again: never (if not said), after_exit, per_key (once for each fact that "
                                "triggers it), or {after_exit: 90 days}"),
        "expires": Key(Length(), "how long it can last at most"),
        "owner": Key(PLAIN, "who answers for it"),
        "sla": Key(Working(), "in how much time its tasks are to be done, such as 2 business days"),
        "approval": Key(Choice(("required", "none"), {"yes": "required", "true": "required", "no": "none", "false": "none"}),
                        "whether a person approves it before anything is sent: required, or none (if not said)"),
        "under_way": Key(Choice(tuple(str(way) for way in UnderWay), {"keep": "stay", "migrate": "move"}),
                         "what becomes of accounts that are in it when another version is applied: stay (if not said), by the version by which they began, "
                         "or move, from the step at which they stand"),
        "steps": Key(STEPS, "what is done, one after another", required=True),
    },
    about="What begins, for whom, step by step, and what it is to reach",
    synonyms={
        "name": "journey", "playbook": "journey", "when": "trigger", "on": "trigger", "for": "audience", "who": "audience", "topic": "category",
        "control": "holdout", "control_group": "holdout", "target": "goal", "exit": "exits", "stop": "exits", "re_entry": "reentry",
        "expiry": "expires", "expire": "expires", "approve": "approval", "in_progress": "under_way", "step": "steps", "actions": "steps", "about": "description",
        "label": "description",
    },
)  # fmt: skip
"""journeys/*.yml."""
