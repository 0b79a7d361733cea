"""What messages can say of accounts, many accounts at once; and a message as one person gets it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from keepwell.channels.channel import Letter
from keepwell.messages.names import named
from keepwell.messages.template import Template
from keepwell.messages.written import EMAIL, Written, written
from keepwell.outreach.links import Links
from keepwell.outreach.rules import Rules, Sender
from keepwell.outreach.step import Message
from keepwell.outreach.survey import offered
from keepwell.outreach.whom import Person
from keepwell.project.project import Project
from keepwell.runs.observing import Observer
from keepwell.runs.outreach.courses import Course
from keepwell.runs.outreach.people import Around, aware
from keepwell.runs.purposes import unscored
from keepwell.scoring.definition import used
from keepwell.signals.expression import Name
from keepwell.sql.statement import Point
from keepwell.store.gifts import Gift
from keepwell.store.ledger import Entry
from keepwell.warehouse.protocol import Warehouse

MEASURED = ("signals", "account.segment", "account.stage")
"""What a text may name that has to be measured first."""

_LINK = re.compile(r'(<a\b[^>]*?\bhref=")(https?://[^"]+)(")', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured of an account: its signals by name, its segment and stage."""

    signals: Mapping[str, Any] = field(default_factory=dict)
    segment: str = ""
    stage: str = ""


def seen(
    project: Project,
    warehouse: Warehouse,
    around: Mapping[str, Around],
    texts: Sequence[str],
    as_of: datetime,
) -> dict[str, Seen]:
    """What the texts name of accounts that has to be measured, by account id; nothing is measured for texts that name none of it."""
    wanted = {name for text in texts for name in asked(text)}
    if not wanted or not around:
        return {}
    signals = [name.removeprefix("signals.") for name in wanted if name.startswith("signals.")]
    known = {signal.name for signal in project.signals}
    cases = [condition for _, condition in (*project.segments, *project.stages)]
    needed = used((), project.signals, (*cases, *(Name(each) for each in signals if each in known)))
    definition = replace(unscored(project), signals=needed, value=None)
    observer = Observer(warehouse, (definition,))
    by_surrogate = {each.account.surrogate: id for id, each in around.items()}
    sight = observer.sight(Point.at(as_of), sorted(by_surrogate))
    found = {}
    measured = [signal.name for signal in needed]
    rows = sight.rows.select(measured).to_pylist()
    for place, surrogate in enumerate(sight.observed.accounts.tolist()):
        found[by_surrogate[surrogate]] = Seen(
            {name: aware(value) for name, value in rows[place].items()},
            sight.observed.segments[place],
            sight.observed.stages[place],
        )
    return found


@lru_cache(maxsize=1024)
def asked(text: str) -> tuple[str, ...]:
    """What a text names that has to be measured: `signals.active_days`, `account.segment`."""
    names = {".".join(each.parts[:2]) for each in named(text)}
    return tuple(sorted(name for name in names if name.startswith(MEASURED)))


def text_of(project: Project, step: Message, language: str) -> tuple[str, str]:
    """The text of a message's template by its name, in the language if it is written in it, or in that of the language's first part."""
    name = f"{step.channel}/{step.template}"
    for tag in (language, language.partition("-")[0]):
        if tag and f"{name}.{tag}" in project.templates:
            return f"{name}.{tag}", project.templates[f"{name}.{tag}"]
    return name, project.templates[name]


@dataclass(frozen=True, slots=True)
class Wording:
    """What all messages of a round have in common. `links` is `None` where the rules name no address of this server."""

    rules: Rules
    links: Links | None
    now: datetime

    def letter(
        self,
        entry: Entry,
        course: Course,
        step: Message,
        around: Around,
        person: Person,
        *,
        measured: Seen,
        gift: Gift | None,
        sender: Sender,
    ) -> Letter:
        """An entry as it goes out to one person.

        Raises:
            UnfilledError: a value that its text names is not known, and nothing stands in for it.
        """
        language = around.language_of(person)
        name, text = text_of(course.project, step, language)
        values = self._values(entry, around, person, measured=measured, gift=gift, sender=sender)
        said = written(_template(name, text), values, locale=name.partition(".")[2])
        whole = self._whole(entry, said) if step.channel == EMAIL else said
        return Letter(
            number=entry.number,
            channel=step.channel,
            recipient=entry.key.recipient,
            sender=sender,
            subject=whole.subject,
            text=whole.text,
            html=whole.html,
            at=self.now,
            key=entry.key.idempotency,
            message_id=entry.key.message_id(sender.domain),
            to_name=person.name,
            envelope=self._envelope(entry),
            until=entry.expires_at,
            headers=self._headers(entry),
        )

    def _values(
        self,
        entry: Entry,
        around: Around,
        person: Person,
        *,
        measured: Seen,
        gift: Gift | None,
        sender: Sender,
    ) -> dict[str, Any]:
        account = around.account
        called = {"id": account.account_id, "name": account.name or account.account_id}
        own = {name: value for name, value in around.attributes.items() if name != "parent"}
        links = self.links
        return {
            "account": {**own, **called, "segment": measured.segment, "stage": measured.stage},
            "contact": of_person(person),
            "signals": measured.signals,
            "offer": None if gift is None else {"name": gift.offer, "code": gift.code or None},
            "sender": {"name": sender.name or None, "email": sender.email},
            "postal_address": self.rules.postal_address or None,
            "surveys": self._surveys(entry.number),
            "unsubscribe_url": None if links is None else links.unsubscribe(entry.number),
            "preferences_url": None if links is None else links.preferences(entry.number),
        }

    def _surveys(self, number: int) -> dict[str, Any]:
        """The surveys that a text can ask; none where no link can lead to them."""
        links = self.links
        if links is None:
            return {}
        return offered(self.rules.surveys, lambda name, score: links.answer(number, name, score))

    def _whole(self, entry: Entry, said: Written) -> Written:
        """The e-mail with its links signed, a way out and the postal address at its foot, if it does not say them itself."""
        links, address = self.links, self.rules.postal_address
        text, html = said.text, said.html
        lines = []
        if links is not None:
            out, choices = links.unsubscribe(entry.number), links.preferences(entry.number)
            html = _LINK.sub(lambda found: self._signed(entry.number, links, found), html)
            if not entry.transactional and out not in said.text:
                lines.append(("Unsubscribe", out))
                lines.append(("What you want to hear of", choices))
        foot = [f"{words}: {url}" for words, url in lines]
        shown = [f'<a href="{escape(url)}">{words}</a>' for words, url in lines]
        if address and address not in text:
            foot.append(address)
            shown.append(escape(address))
        if foot:
            text = f"{text.rstrip()}\n\n-- \n" + "\n".join(foot) + "\n"
            html = _before_end(html, f'<p style="font-size:12px;color:#6b7280">{"<br>".join(shown)}</p>')
        if links is not None:
            html = _before_end(html, f'<img src="{links.pixel(entry.number)}" width="1" height="1" alt="">')
        return Written(said.subject, text, html)

    def _signed(self, number: int, links: Links, found: re.Match[str]) -> str:
        """A link that notes the click; those that lead to our own pages stay as they are."""
        url = found[2].replace("&amp;", "&")
        if url.startswith(f"{links.public_url}/"):
            return found[0]
        return f"{found[1]}{escape(links.click(number, url))}{found[3]}"

    def _envelope(self, entry: Entry) -> str:
        """The address that comes back with what cannot be delivered, and names the entry; empty: the sender's own."""
        mailbox = self.rules.bounces
        return self.links.returns(entry.number, mailbox) if self.links is not None and mailbox else mailbox

    def _headers(self, entry: Entry) -> Mapping[str, str]:
        usual = {"Auto-Submitted": "auto-generated"}
        if self.links is None or entry.transactional:
            return usual
        way_out = self.links.unsubscribe(entry.number)
        return {
            **usual,
            "List-Unsubscribe": f"<{way_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }


def of_person(person: Person) -> dict[str, str | None]:
    """What a text can name of somebody."""
    parts = person.name.split()
    return {
        "name": person.name or None,
        "first_name": parts[0] if parts else None,
        "email": person.addresses.get(EMAIL) or None,
        "role": person.role or None,
    }


@lru_cache(maxsize=512)
def _template(name: str, text: str) -> Template:
    return Template.read(name.partition(".")[0] if "." in name else name, text)


def _before_end(html: str, more: str) -> str:
    """The page with something more at its end."""
    head, end, tail = html.rpartition("</body>")
    return f"{head}{more}{end}{tail}" if end else html + more
