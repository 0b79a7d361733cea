"""Outreach tried for real, from scores to what people do: a mail server, the public pages, and the server's own chores at times that the test sets."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time

import httpx
import pytest
from fastapi import FastAPI

from keepwell.clock import pinned
from keepwell.outreach.arbiter import Reason
from keepwell.outreach.enrollment import End
from keepwell.outreach.journey import Audience, Goal, Journey
from keepwell.outreach.ledger import State
from keepwell.outreach.links import Use
from keepwell.outreach.lot import Drum
from keepwell.outreach.response import Kind
from keepwell.outreach.step import Message, Task, Wait
from keepwell.outreach.trigger import BandEnters
from keepwell.people import Role
from keepwell.runs.applied import InForce
from keepwell.runs.outreach.live import LOTS
from keepwell.runs.score import score
from keepwell.scoring.score import Band
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.store import applied, enrollments, in_app, ledger, responses, snapshots, tasks, users, versions
from keepwell.store.address import URL_VARIABLE
from keepwell.store.applied import Kind as Applying
from keepwell.store.versions import Seen
from keepwell.web.app import app
from keepwell.web.chores.escalating import escalate
from keepwell.web.chores.living import live
from keepwell.web.chores.posting import post
from keepwell.web.running import standing
from keepwell.web.server.serving import Serving
from tests.channels.sink import Sink, sink
from tests.runs.firm import AS_OF, Firm, ago, every_day
from tests.runs.firm import project as small_project
from tests.runs.outreach.living import instant
from tests.runs.outreach.posting import RULES, TEMPLATES, Post
from tests.web.served import running

HOLDOUT = 0.3
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
RESCUE = Journey(
    "rescue",
    BandEnters(Band.YELLOW),
    (
        Message("note", "hello", "in_app"),
        Wait("until_nine", hour=time(9)),
        Message("mail", "hello", "email"),
        Wait("a_while", span=Span.parse("3 days")),
        Message("more", "hello", "email"),
    ),
    audience=Audience(when=parse("account.seats < 50")),
    category="tips",
    holdout=HOLDOUT,
    goal=Goal(Span.parse("40 days"), band=Band.GREEN),
)
SAVE = Journey(
    "save",
    BandEnters(Band.RED),
    (Task("call", "Call the sponsor today", due=Span.parse("1 day")),),
    audience=Audience(when=parse("value >= 5000")),
    owner="lead@acme.example",
)


@dataclass
class Tried:
    """The server, its firm, the mail server, and who is who: accounts by number."""

    served: Serving
    post: Post
    mail: Sink
    client: httpx.Client
    recovers: int
    unsubscribes: int
    held_out: int
    red: int

    def score(self, days: float) -> None:
        """A run of scores, so many days after the beginning."""
        with pinned(instant(days)):
            score(self.post.project, self.post.firm.warehouse, instant(days))

    def chores(self, at: datetime) -> None:
        """What the server does every few seconds: journeys live, messages go."""
        with pinned(at):
            live(self.served)
            post(self.served)

    def mails(self, account: int) -> list[str]:
        """The e-mails that the mail server has taken for somebody at an account, each with its headers."""
        return [
            each.raw.decode()
            for each in self.mail.taken()
            if each.recipients == (f"p{account}@firm.example",)
        ]


@asynccontextmanager
async def _no_chores(_app: FastAPI) -> AsyncIterator[None]:
    yield


def _numbers(drum: Drum) -> tuple[int, int, int]:
    """Two accounts that lots leave in, and one that they leave alone."""
    out = [number for number in range(1, 200) if drum.held_out_of("rescue", f"A{number}", HOLDOUT)]
    within = [number for number in range(1, 200) if number not in out]
    return within[0], within[1], out[0]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    folder = tmp_path_factory.mktemp("tried")
    with pytest.MonkeyPatch.context() as patch, sink(folder) as mail:
        patch.delenv(URL_VARIABLE, raising=False)
        patch.setenv("KEEPWELL_SMTP_URL", f"smtp://127.0.0.1:{mail.port}")
        patch.setenv("KEEPWELL_MAIL_FROM", "success@acme.example")
        with standing(folder, folder / "warehouse.duckdb") as served, Firm(folder) as firm:
            application = app(served)
            application.router.lifespan_context = _no_chores
            with running(application) as url, httpx.Client(base_url=url, headers=BROWSER) as client:
                rules = replace(RULES, sandbox=False, public_url=url)
                made = small_project(folder=folder, as_of=None, templates=TEMPLATES)
                made = replace(made, journeys=(RESCUE, SAVE), outreach=rules)
                with served.store.writing() as connection:
                    snapshots.keep(connection, "files", {}, AS_OF)
                    versions.see(connection, Seen("one", "files", AS_OF, {}, {}))
                    applied.add(
                        connection,
                        version="one",
                        snapshot="files",
                        at=AS_OF,
                        actor="kim",
                        why="as agreed",
                        kind=Applying.APPLY,
                    )
                    last = applied.latest(connection)
                served.knows((1, None), InForce(made, last))
                one, other, out = _numbers(Drum(served.secret(LOTS)))
                red = 500
                yield Tried(served, Post(firm, served.store, made), mail, client, one, other, out, red)


def _peopled(tried: Tried) -> None:
    """All log in ten times a day until the day before the first run; from the eighth day on three are yellow, and one is red."""
    firm, one = tried.post.firm, tried
    zones = dict(
        zip(
            (one.recovers, one.unsubscribes, one.held_out),
            ("America/New_York", "Asia/Kolkata", "Europe/Berlin"),
            strict=True,
        )
    )
    for number, zone in zones.items():
        firm.account(number, ago(400), seats=10, zone=zone, owner="lead@acme.example")
        firm.survey(number, ago(20), 10)
    firm.account(one.red, ago(400), seats=80, zone="Europe/Berlin", owner="lead@acme.example")
    firm.survey(one.red, ago(20), 2)
    for number in (*zones, one.red):
        firm.logins(number, *every_day(10, 12, 1))
        tried.post.person(number, f"p{number}")


def _states(tried: Tried, account: int) -> dict[str, tuple[str, str]]:
    """Of each step of the account's messages its state and reason."""
    with tried.served.store.reading() as connection:
        entries = ledger.of(connection, account_id=f"A{account}")
    return {each.key.step: (str(each.state), each.reason) for each in entries}


def test_from_yellow_to_green_by_note_mail_and_click(tried: Tried) -> None:
    one = tried
    _peopled(one)
    store = one.served.store
    one.score(0)
    one.chores(instant(0))
    one.score(8)
    one.chores(instant(8))
    # The note is in the app at once; by e-mail nothing goes before it is nine where each of them is.
    assert _states(one, one.recovers) == {"note": (State.DELIVERED, "")}
    with store.reading() as connection:
        (entry,) = ledger.of(connection, account_id=f"A{one.recovers}")
        assert len(in_app.shown(connection, entry.whom, instant(8), 9)) == 1
    at_nine = {
        one.unsubscribes: datetime.fromisoformat("2025-07-08T03:30Z"),
        one.recovers: datetime.fromisoformat("2025-07-08T13:00Z"),
    }
    for account, nine in at_nine.items():
        one.chores(nine.replace(minute=29) if nine.minute else nine.replace(hour=12, minute=59))
        assert one.mails(account) == []
        one.chores(nine)
        assert len(one.mails(account)) == 1
    # He follows the link; she unsubscribes by one click, as her mail program does it.
    (mail,) = one.mails(one.recovers)
    (taken,) = [each.message for each in one.mail.taken() if each.raw.decode() == mail]
    parts = [part for part in taken.walk() if part.get_content_type() == "text/html"]
    html = parts[0].get_payload(decode=True)
    assert isinstance(html, bytes)
    page = html.decode()
    link = next(each for each in re.findall(r'href="([^"]+)"', page) if f"/{Use.CLICK}/" in each)
    with pinned(instant(8.7)):
        answer = one.client.get(link.replace("&amp;", "&"))
    assert (answer.status_code // 100, answer.headers["location"]) == (3, "https://acme.example/guide")
    with store.reading() as connection:
        by_step = {each.key.step: each for each in ledger.of(connection, account_id=f"A{one.recovers}")}
        kept = responses.of(connection, by_step["mail"].number)
    assert [(each.kind, each.by_machine) for each in kept] == [(Kind.CLICKED, False)]
    (hers,) = [
        each.message for each in one.mail.taken() if each.recipients == (f"p{one.unsubscribes}@firm.example",)
    ]
    assert hers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with pinned(instant(8.8)):
        assert (
            one.client.get(str(hers["List-Unsubscribe"]).strip("<>")).status_code == 200
        )  # a scanner looks: nothing changes
        assert (
            one.client.post(
                str(hers["List-Unsubscribe"]).strip("<>"), data={"List-Unsubscribe": "One-Click"}
            ).status_code
            == 200
        )
    # His account is used again, the score recovers, and the goal is met with the next run.
    one.post.firm.logins(one.recovers, *[instant(9.5)] * 10)
    one.score(10)
    one.chores(instant(10))
    with store.reading() as connection:
        (his,) = enrollments.of(connection, "rescue", f"A{one.recovers}")
    assert (his.end, his.ended_at) == (End.REACHED, instant(10))
    # Three days on: he has left the journey, and she hears nothing more.
    one.score(13)
    one.chores(instant(13.5))
    assert len(one.mails(one.recovers)) == len(one.mails(one.unsubscribes)) == 1
    assert _states(one, one.unsubscribes)["more"] == (State.SKIPPED, str(Reason.NO_BASIS))
    # The third was left alone from the first: under way like the others, and nothing came of it.
    with store.reading() as connection:
        (ghost,) = enrollments.of(connection, "rescue", f"A{one.held_out}")
        assert (ghost.held_out, ghost.under_way) == (True, True)
        assert ledger.of(connection, account_id=f"A{one.held_out}") == ()
        # The red account of high value became a task for whoever looks after it, due in a business day.
        (task,) = tasks.of(connection)
    assert (task.account_id, task.title, task.assignee) == (
        f"A{one.red}",
        "Call the sponsor today",
        "lead@acme.example",
    )
    assert (task.made_at, task.due_at is not None) == (instant(8), True)
    # Nobody has done it in time: it goes to an admin, once.
    with store.writing() as connection:
        users.add(connection, email="head@acme.example", name="Head", role=Role.ADMIN, at=AS_OF)
    for _ in range(2):
        with pinned(instant(14)):
            escalate(one.served)
    with store.reading() as connection:
        (late,) = tasks.of(connection)
    assert (late.assignee, late.escalated_at) == ("head@acme.example", instant(14))
