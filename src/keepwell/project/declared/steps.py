"""The shape of a journey's steps."""

from dataclasses import dataclass

from keepwell.outreach.asking import ASKABLE
from keepwell.outreach.step import Channel, Whom
from keepwell.project.declared.names import COLUMN, LABEL, PLAIN
from keepwell.project.document import Items, Node, Scalar
from keepwell.project.report import Report
from keepwell.project.shape.base import BROKEN, Broken, JsonSchema, Shape, last
from keepwell.project.shape.compound import Fields, Key, Named, Record
from keepwell.project.shape.forms import Either, Forms
from keepwell.project.shape.formula import Formula
from keepwell.project.shape.number import Number, Share
from keepwell.project.shape.scalar import Choice, Flag, Single, Text, Working

ASKED = Formula(
    "a condition over signals, account.attributes, score, band, and what came back",
    ASKABLE,
    example="opened(micro_guide)",
)
CURRENCY = Text("a currency of three capitals", r"^[A-Z]{3}$", "EUR")
HOUR = Text("an hour of the day", r"^([01]?\d|2[0-3]):[0-5]\d$", "09:00")
SPAN = Working()
_WHOM = tuple(str(whom) for whom in Whom if whom is not Whom.ROLE)


@dataclass(frozen=True)
class Anything(Single):
    """A number, true or false, or a text: as it is written."""

    def read(self, node: Node, report: Report) -> str | float | bool | Broken:
        """The value."""
        if not isinstance(node, Scalar) or node.value is None:
            return self.refuse(node, report)
        return node.value

    def schema(self) -> JsonSchema:
        """A single value."""
        return {"type": ["string", "number", "boolean"]}

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return "a number, a text, or true or false"


@dataclass(frozen=True)
class Steps(Shape):
    """A list of steps, which may hold further lists of steps."""

    about: str = "a list of steps"

    def read(self, node: Node, report: Report) -> tuple[Fields, ...] | Broken:
        """The steps that could be read, each by its kind."""
        if not isinstance(node, Items):
            return self.refuse(node, report, "write each step on a line of its own that begins with `- `")
        if not node.items:
            report.add(
                node.place, f"{last(node.place.key)} is an empty list", "write a step, or remove the key"
            )
            return BROKEN
        found = [STEP.read(item, report) for item in node.items]
        return tuple(one for one in found if isinstance(one, Fields))

    def schema(self) -> JsonSchema:
        """A list whose items are described once, where the file's schema says what a step is."""
        return {"type": "array", "items": {"$ref": "#/definitions/step"}, "minItems": 1}

    def accepts(self, node: Node) -> bool:
        """Lists."""
        return isinstance(node, Items)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return self.about


STEPS = Steps()
OFFER = Record(
    "an offer",
    {
        "name": Key(PLAIN, "what is given", required=True),
        "cost": Key(Number(low=0), "what each costs us", required=True),
        "currency": Key(CURRENCY, "the currency of the cost; the project's if not said"),
        "budget": Key(Number(above=0), "how much may be spent in all; without end if not said"),
        "eligible": Key(ASKED, "who may have it; everybody if not said"),
        "code": Key(PLAIN, "by which code it is redeemed"),
    },
    synonyms={"title": "name", "price": "cost", "limit": "budget", "if": "eligible", "when": "eligible"},
)
ROLE = Record(
    "a role",
    {"role": Key(LABEL, "every contact whose `role` it is", required=True)},
    synonyms={"roles": "role"},
)
MESSAGE = Record(
    "a message",
    {
        "template": Key(LABEL, "which text of templates/CHANNEL/", required=True),
        "channel": Key(
            Choice(
                tuple(str(channel) for channel in Channel),
                {"mail": "email", "e-mail": "email", "inapp": "in_app", "in-app": "in_app", "app": "in_app", "text": "sms",
                 "letter": "direct_mail", "post": "direct_mail", "notification": "push"},
            ),
            "how it goes out",
            required=True,
        ),
        "to": Key(
            Either(
                (
                    Choice(_WHOM, {"all": "everyone", "user": "most_active", "finance": "billing", "pick": "picked"}),
                    ROLE,
                )
            ),
            "to whom: champion (if not said), most_active, billing, admin, everyone, picked (whom the account's owner has picked), owner (of the "
            "team), or {role: sponsor}",
        ),
        "as": Key(LABEL, "who sends it: owner, team (if not said), or a team's name"),
        "reply_to": Key(Text("an e-mail address", r"^[^@\s]+@[^@\s]+$", "success@example.com"), "where answers go; to the sender if not said"),
        "offer": Key(OFFER, "what is given with it"),
    },
    synonyms={
        "text": "template", "via": "channel", "sender": "as", "from": "as", "recipient": "to", "whom": "to", "reply": "reply_to",
    },
)  # fmt: skip
UNTIL = Forms(
    "until",
    {},
    {
        "hour": {"hour": Key(HOUR, "an hour where the contact is, such as 09:00")},
        "event": {"event": Key(PLAIN, "a name of the table events, once it has happened")},
        "when": {"when": Key(ASKED, "a condition, once it holds")},
    },
    synonyms={"time": "hour", "at": "hour", "if": "when", "condition": "when"},
)
WAIT = Either(
    (
        Record(
            "a wait",
            {
                "for": Key(SPAN, "how long; with `until` an event or a condition, how long at most"),
                "business_days": Key(Flag(), "whether it counts only business days; false if not said"),
                "until": Key(UNTIL, "until an hour, an event or a condition"),
            },
            synonyms={"timeout": "for", "at_most": "for", "within": "for", "span": "for", "days": "for"},
        ),
        SPAN,
    )
)
BRANCH = Record(
    "a branch",
    {
        "if": Key(ASKED, "the condition", required=True),
        "then": Key(STEPS, "the steps where it holds"),
        "else": Key(STEPS, "the steps where it does not, or nobody knows"),
    },
    synonyms={"when": "if", "condition": "if", "otherwise": "else", "yes": "then", "no": "else"},
)
ARM = Record(
    "an arm",
    {
        "share": Key(Share(), "its share of the accounts; all of them add up to 100%", required=True),
        "steps": Key(STEPS, "its steps; none if not said"),
    },
    synonyms={"weight": "share", "percent": "share"},
)
TASK = Record(
    "a task",
    {
        "title": Key(PLAIN, "what is to be done", required=True),
        "to": Key(
            Choice(("owner",), {"csm": "owner", "manager": "owner"}), "who does it: the account's owner"
        ),
        "due": Key(SPAN, "how much later, such as 2 business days; by the journey's `sla` if not said"),
        "script": Key(LABEL, "which text of templates/call/ to speak by"),
    },
    synonyms={"name": "title", "text": "title", "assignee": "to", "within": "due", "template": "script"},
)
ALERT = Record(
    "an alert",
    {
        "text": Key(PLAIN, "what is told", required=True),
        "to": Key(
            Choice(("owner",), {"csm": "owner", "manager": "owner"}), "who is told: the account's owner"
        ),
    },
    synonyms={"title": "text", "message": "text"},
)
UPDATE = Record(
    "an update",
    {
        "field": Key(COLUMN, "which field of the account", required=True),
        "value": Key(Anything(), "what it becomes", required=True),
    },
    synonyms={"name": "field", "to": "value"},
)


STEP = Forms(
    "a step",
    {"id": Key(LABEL, "the step's id, which it keeps wherever it stands; made from its content if not said")},
    {
        "message": {"message": Key(MESSAGE, "something said to contacts")},
        "wait": {"wait": Key(WAIT, "3 days, 2 business days, or until an hour, an event or a condition")},
        "branch": {"branch": Key(BRANCH, "one way where a condition holds, another where not")},
        "experiment": {
            "experiment": Key(Named(ARM, LABEL, "arm"), "accounts are split among arms, each always to the same one")
        },
        "task": {"task": Key(TASK, "something that a person does")},
        "alert": {"alert": Key(ALERT, "somebody of the team is told")},
        "webhook": {"webhook": Key(LABEL, "a signed request to an endpoint, by its name")},
        "update": {"update": Key(UPDATE, "a field of the account gets a value")},
        "note": {"note": Key(PLAIN, "a note at the account")},
        "start": {"start": Key(LABEL, "another journey that the account is put into, by its name")},
        "exit": {"exit": Key(PLAIN, "the end of the journey, and why")},
    },
    synonyms={
        "email": "message", "mail": "message", "send": "message", "delay": "wait", "sleep": "wait", "if": "branch", "split": "experiment",
        "ab": "experiment", "test": "experiment", "todo": "task", "call": "task", "hook": "webhook", "set": "update", "field": "update",
        "stop": "exit", "end": "exit", "journey": "start", "notify": "alert", "name": "id",
    },
)  # fmt: skip
"""One step of a journey."""
