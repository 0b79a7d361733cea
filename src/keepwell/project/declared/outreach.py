"""The shape of outreach.yml."""

from keepwell.outreach.breaker import Harm
from keepwell.outreach.caps import Per
from keepwell.outreach.consent import Basis
from keepwell.outreach.step import Channel
from keepwell.outreach.survey import Kind
from keepwell.project.declared.names import LABEL, PLAIN
from keepwell.project.declared.steps import HOUR
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.number import Number, Share
from keepwell.project.shape.scalar import Choice, Flag, Length, Text

ADDRESS = Text("an e-mail address", r"^[^@\s<>]+@[^@\s<>]+$", "success@example.com")
PUBLIC_URL = Text(
    "an address that begins with https://", r"^https?://[^\s/?#]+(/[^\s?#]*)?$", "https://care.example.com"
)
DAY = Text("a day", r"^\d{4}-\d{2}-\d{2}$", "2026-12-25")
SECRET = Text("an environment variable in ${...}", r"^\$\{[A-Z_][A-Z0-9_]*\}$", "${SLACK_URL}")
ORIGIN = Text("an origin", r"^https?://[^\s/?#]+$", "https://app.example.com")
HOST = Text(
    "a domain",
    r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
    "example.com",
)
SELECTOR = Text("a selector", r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", "keepwell")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
APPRISE = (Channel.SMS, Channel.PUSH, Channel.SLACK, Channel.TEAMS)
"""Channels whose address an environment variable holds."""

_DAYS = Choice(WEEKDAYS, {day[:3]: day for day in WEEKDAYS})
_TIMES = {
    "from": Key(HOUR, "when they begin", required=True),
    "to": Key(HOUR, "when they end", required=True),
}
_UNTIL = {"start": "from", "begin": "from", "until": "to", "end": "to"}

SENDER = Record(
    "a sender",
    {
        "email": Key(ADDRESS, "the address", required=True),
        "name": Key(PLAIN, "the name beside it"),
        "reply_to": Key(ADDRESS, "where answers go; to the address if not said"),
    },
    synonyms={"address": "email", "mail": "email", "reply": "reply_to", "replyto": "reply_to"},
)
SURVEY = Record(
    "a survey",
    {
        "kind": Key(Choice(tuple(str(kind) for kind in Kind)), "nps (0 to 10), csat (1 to 5) or ces (1 to 7)", required=True),
        "question": Key(PLAIN, "what is asked; the usual question of its kind if not said"),
        "sample": Key(Share(), "the share of contacts that are ever asked; all if not said"),
        "every": Key(Length(), "how long nobody is asked again, by any survey; 90 days if not said"),
    },
    synonyms={"type": "kind", "ask": "question", "share": "sample", "spacing": "every"},
)  # fmt: skip
CATEGORY = Record(
    "a category",
    {
        "about": Key(PLAIN, "what it is, as people read it where they choose", required=True),
        "bases": Key(
            Each(
                Choice(
                    tuple(str(basis) for basis in Basis),
                    {"interest": "legitimate_interest", "opt_in": "consent", "legal": "legal_obligation"},
                ),
                single=True,
            ),
            "the lawful bases on which it may be sent, one of which has to be on record; consent if not said",
        ),
        "transactional": Key(
            Flag(),
            "whether it tells what people have to know of what they have bought: no cap, preference or opt-out stops it; false if not said",
        ),
    },
    synonyms={"label": "about", "description": "about", "basis": "bases"},
)
CAP = Record(
    "a cap",
    {
        "most": Key(Number(low=1, whole=True), "how many messages at most", required=True),
        "within": Key(Length(), "within which span", required=True),
        "per": Key(
            Choice(tuple(str(per) for per in Per)), "for each contact (if not said), or for each account"
        ),
        "category": Key(LABEL, "of which category; of all together if not said"),
    },
    synonyms={"max": "most", "at_most": "most", "over": "within", "each": "per", "for": "per"},
)
BREAKER = Record(
    "a limit",
    {
        "harm": Key(
            Choice(tuple(str(harm) for harm in Harm), {"bounces": "hard_bounces"}), "of what", required=True
        ),
        "over": Key(Choice(("hour", "day")), "counted over which time", required=True),
        "warn": Key(Share(), "from which share on people are warned", required=True),
        "pause": Key(Share(), "from which share on the journey is paused", required=True),
        "least": Key(Number(low=1, whole=True), "of how many at least; 200 if not said, of errors 20"),
    },
    synonyms={"of": "harm", "what": "harm", "within": "over", "stop": "pause", "min": "least"},
)

OUTREACH = Record(
    "outreach.yml",
    {
        "enabled": Key(Flag(), "whether anything goes out, once this is applied; false if not said"),
        "sandbox": Key(Flag(), "whether every message is caught and shown, so that nothing leaves; false if not said"),
        "public_url": Key(PUBLIC_URL, "where the links in messages lead: the address of this server as customers reach it"),
        "from": Key(SENDER, "whom messages are from, where a journey names neither owner nor team"),
        "postal_address": Key(PLAIN, "the firm's postal address, which stands at the foot of every e-mail"),
        "bounces": Key(ADDRESS, "the mailbox to which what cannot be delivered comes back; to the sender if not said"),
        "senders": Key(Named(SENDER, LABEL, "team"), "teams that a message can go `as:`"),
        "origins": Key(Each(ORIGIN, single=True), "origins whose pages may show messages in the app"),
        "surveys": Key(Named(SURVEY, LABEL, "survey"), "questions that messages can ask"),
        "dkim": Key(
            Record(
                "dkim",
                {
                    "domain": Key(HOST, "the domain that signs", required=True),
                    "selector": Key(SELECTOR, "under which name its key stands in the DNS", required=True),
                },
            ),
            "signs e-mails; the private key stands in the environment variable KEEPWELL_DKIM_KEY",
        ),
        "categories": Key(Named(CATEGORY, LABEL, "category"), "what people can opt out of; journeys name one each"),
        "caps": Key(Each(CAP, single=True), "how much somebody gets at most, across all journeys; no limit if not said"),
        "quiet_hours": Key(
            Record("quiet hours", _TIMES, synonyms=_UNTIL), "when nobody is disturbed, where they are; none if not said"
        ),
        "workdays": Key(Each(_DAYS), "on which days people work; monday to friday if not said"),
        "holidays": Key(Each(DAY, single=True), "days on which nobody works"),
        "hours": Key(
            Record("hours", _TIMES, synonyms=_UNTIL), "when the team works, by which tasks fall due; 09:00 to 17:00 if not said"
        ),
        "holdout": Key(Share(), "the share of accounts that every journey leaves alone, so that the effect of all of them can be seen; none if not said"),
        "hold": Key(
            Record(
                "hold",
                {
                    "share": Key(Share(), "more than which share of the accounts; 20% if not said"),
                    "least": Key(Number(low=1, whole=True), "and at least how many accounts; 20 if not said"),
                },
                synonyms={"min": "least"},
            ),
            "when so many accounts would enter a journey at once that a person has to look first",
        ),
        "channels": Key(
            Named(SECRET, Choice(tuple(str(each) for each in APPRISE)), "channel"),
            "the environment variable that holds the address of a channel, as Apprise has it",
        ),
        "breakers": Key(
            Each(BREAKER, single=True), "when a journey is paused by itself; the usual limits where nothing is said of a harm over that time"
        ),
    },
    about="What goes out to customers, as whom, how much and when, whatever the journey",
    synonyms={
        "on": "enabled", "active": "enabled", "trial": "sandbox", "url": "public_url", "sender": "from", "address": "postal_address",
        "teams": "senders", "return_path": "bounces", "category": "categories", "cap": "caps", "limits": "caps", "frequency": "caps", "quiet": "quiet_hours",
        "business_days": "workdays", "business_hours": "hours", "control": "holdout", "breaker": "breakers", "days_off": "holidays",
    },
)  # fmt: skip
"""outreach.yml."""
