"""Sending: what is due is asked of the arbiter, handed over, and settled by what became of it; nothing is ever handed over twice.

That a batch is handed over is committed before any provider is called. A worker that dies then leaves its entries handed over; once the time is
over that it had, they are `unknown`, and never sent again: nobody can say whether the provider had taken them.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import timedelta
from time import monotonic

from keepwell import clock
from keepwell.channels.channel import Answer, Fate, Letter
from keepwell.messages.sandbox import UnfilledError
from keepwell.outreach.ledger import State, Step
from keepwell.outreach.links import Links
from keepwell.outreach.rules import Sender
from keepwell.outreach.step import Channel
from keepwell.project.project import Project
from keepwell.runs.outreach import breaking, effects
from keepwell.runs.outreach.arbitrating import Grounds, Judged, judged
from keepwell.runs.outreach.courses import Courses
from keepwell.runs.outreach.facts import Facts
from keepwell.runs.outreach.people import Team
from keepwell.runs.outreach.ways_out import WaysOut
from keepwell.runs.outreach.wording import Seen, Wording
from keepwell.store import gifts, in_app, ledger, sandbox
from keepwell.store.engine import Connection, Store
from keepwell.store.gifts import Gift
from keepwell.store.in_app import Put
from keepwell.store.ledger import Entry, Move
from keepwell.store.sandbox import Caught

BATCH = 100
"""So many are handed over in one transaction: what a worker that dies can leave unknown at most."""

WINDOW = 1000
"""Of so many that are due what is known is read at once."""

FEW, MANY = 2, 16
"""So many are with providers at the same time: few where each is answered within moments, which costs the least, many where one has to wait."""

NOWHERE = "https://nowhere.invalid"
"""Where links of messages lead that the sandbox catches, as long as the rules say no `public_url`."""

MOMENT_S = 0.02

LEASE = timedelta(minutes=10)
"""So long a worker has to say what became of what it has handed over; no provider is called after half of it."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long is waited after each time that a provider did not take a message for now; after the last it is given up."""

REFUSED, DEFERRED, GIVEN_UP, LOST, UNFILLED, NO_SENDER = (
    "refused",
    "deferred",
    "given_up",
    "lost",
    "unfilled",
    "no_sender",
)
WORDS: Mapping[str, str] = {
    REFUSED: "the provider has refused it",
    DEFERRED: "the provider did not take it for now; it is tried again",
    GIVEN_UP: "the provider did not take it, however often it was tried",
    LOST: "nobody knows whether the provider has taken it, and it is not sent again",
    UNFILLED: "its text could not be filled in",
    NO_SENDER: "outreach.yml does not say whom it is from",
}
"""Why an entry is where it is, besides what the arbiter says, in words."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of what was due: how much went, in each way, and how much waits or was skipped."""

    accepted: int = 0
    deferred: int = 0
    refused: int = 0
    unknown: int = 0
    skipped: int = 0
    waiting: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        """Both together."""
        return Sent(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def handed_over(self) -> int:
        """How much was handed over."""
        return self.accepted + self.deferred + self.refused + self.unknown


@dataclass(frozen=True, slots=True)
class _Written:
    """An entry that was handed over, with its letter, or why there is none."""

    entry: Entry
    letter: Letter | None
    mistake: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Answered:
    """An entry that was handed over, and what became of it."""

    written: _Written
    answer: Answer

    @property
    def entry(self) -> Entry:
        """The entry."""
        return self.written.entry


@dataclass(frozen=True, slots=True)
class _Round:
    """What the letters of a batch are written by."""

    grounds: Grounds
    wording: Wording
    measured: Mapping[str, Seen]
    carried: Mapping[int, Gift]

    def written(self, said: Judged, entry: Entry) -> _Written:
        """The letter of an entry that was handed over, or why there is none."""
        grounds = self.grounds
        person = grounds.person(entry)
        there = grounds.around[entry.account_id].owned_by(grounds.team)
        assert said.course is not None
        assert said.step is not None
        assert person is not None
        rules, step = grounds.project.outreach, said.step
        sender = rules.sent_as(step.sent_as, grounds.team.sender(there)) or _nobody(step.channel)
        if sender is None:
            return _Written(entry, None, NO_SENDER)
        try:
            letter = self.wording.letter(
                entry,
                said.course,
                step,
                there,
                person,
                measured=self.measured.get(entry.account_id, Seen()),
                gift=self.carried.get(entry.number),
                sender=rules.answered_at(sender, step.reply_to),
            )
        except UnfilledError as error:
            return _Written(entry, None, UNFILLED, str(error))
        return _Written(entry, letter)


@dataclass(frozen=True)
class Sending:
    """What it takes to send. `secret` signs links; one worker is enough, and several share the work."""

    project: Project
    store: Store
    facts: Facts
    ways: WaysOut
    secret: bytes
    lease: timedelta = LEASE
    courses: Courses = field(init=False, repr=False)
    _pace: dict[str, float] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "courses", Courses(self.project))

    def everything(self, most: int | None = None) -> Sent:
        """Sends what is due, until nothing is, or (`most`) about so many have been looked at."""
        self.reconcile()
        total, looked = Sent(), 0
        while most is None or looked < most:
            count, sent = self.window()
            if not count:
                break
            total, looked = total + sent, looked + count
        return total

    def reconcile(self) -> int:
        """Notes of what workers that are gone have left that nobody knows what became of it; how much that was."""
        now, count = clock.now(), 0
        while True:
            with self.store.writing() as connection:
                left = ledger.lapsed(connection, now, WINDOW)
                ledger.turn(connection, [Move(each, Step.LOSE, LOST) for each in left], now)
            count += len(left)
            if len(left) < WINDOW:
                return count

    def window(self) -> tuple[int, Sent]:
        """Looks at what is due, so much at most; how much that was, and what became of it."""
        with self.store.reading() as connection:
            due = ledger.due(connection, clock.now(), WINDOW)
            team = Team.of(connection)
        if not due:
            return 0, Sent()
        there = self.facts.around(sorted({each.account_id for each in due}))
        grounds = Grounds(self.project, self.courses, there, team, self.ways.names, clock.now())
        measured = self.facts.seen(there, self._texts(due))
        total = Sent()
        for start in range(0, len(due), BATCH):
            total += self._batch([each.number for each in due[start : start + BATCH]], grounds, measured)
        breaking.look(self.project, self.store, {each.journey for each in due})
        return len(due), total

    def _texts(self, due: Sequence[Entry]) -> list[str]:
        """The texts that may be needed, in every language."""
        found = {}
        with self.store.reading() as connection:
            for name, version, step in {(each.journey, each.version, each.key.step) for each in due}:
                course = self.courses.of(connection, name, version)
                message = None if course is None else course.message(step)
                if course is not None and message is not None:
                    own = f"{message.channel}/{message.template}"
                    found.update(
                        {
                            key: text
                            for key, text in course.project.templates.items()
                            if key == own or key.startswith(f"{own}.")
                        }
                    )
        return list(found.values())

    def _batch(self, numbers: Sequence[int], grounds: Grounds, measured: Mapping[str, Seen]) -> Sent:
        """Asks the arbiter of some entries, hands over those that go, and settles them."""
        began, now = monotonic(), clock.now()
        with self.store.writing() as connection:
            said = judged(connection, ledger.still_due(connection, numbers, now), grounds)
            turned = ledger.turn(connection, [each.move(now, self.lease) for each in said], now)
            handed = [each for each in turned if each.state is State.HANDED_OVER]
            carried = gifts.many(connection, [each.number for each in handed])
        round_ = _Round(grounds, Wording(self.project.outreach, self._links(), now), measured, carried)
        by_number = {each.entry.number: each for each in said}
        written = [round_.written(by_number[each.number], each) for each in handed]
        until = began + self.lease.total_seconds() / 2
        answered = self._all_over(written, until)
        with self.store.writing() as connection:
            self._settle(connection, answered)
        skipped = sum(each.state in (State.SKIPPED, State.EXPIRED) for each in turned)
        return _counted(answered, skipped=skipped, waiting=len(said) - len(handed) - skipped)

    def _links(self) -> Links | None:
        url = self.project.outreach.public_url or (NOWHERE if self.ways.caught else "")
        return Links(self.secret, url) if url else None

    def _all_over(self, written: Sequence[_Written], until: float) -> list[_Answered]:
        """Hands letters over, some at the same time; each of those who do takes a share of them, one after another."""
        at_once = FEW if self._pace.get("seconds", 0.0) < MOMENT_S else MANY
        shares = [written[place::at_once] for place in range(min(at_once, len(written)))]

        def over(share: Sequence[_Written]) -> tuple[float, list[_Answered]]:
            began = monotonic()
            answered = [self._handed_over(each, until) for each in share]
            return monotonic() - began, answered

        with ThreadPoolExecutor(at_once) as pool:
            done = list(pool.map(over, shares))
        if written:
            self._pace["seconds"] = sum(seconds for seconds, _ in done) / len(written)
        return [each for _, answered in done for each in answered]

    def _handed_over(self, written: _Written, until: float) -> _Answered:
        """Calls the provider, unless the time is over in which this worker may."""
        letter = written.letter
        if letter is None:
            return _Answered(written, Answer(Fate.REFUSED, written.said))
        if monotonic() > until:
            return _Answered(written, Answer(Fate.DEFERRED, "it was not its turn in time"))
        channel = self.ways.channels.get(letter.channel)
        if self.ways.caught:
            return _Answered(written, Answer(Fate.ACCEPTED, "caught by the sandbox"))
        if channel is None:  # in the app: what is put into the store is there
            return _Answered(written, Answer(Fate.DELIVERED))
        return _Answered(written, channel.hand_over(letter))

    def _settle(self, connection: Connection, answered: Sequence[_Answered]) -> None:
        """Notes what became of each; what stays with us is put where it is shown, in the same transaction."""
        now = clock.now()
        ledger.turn(connection, [_settled(each) for each in answered], now)
        for each in answered:
            if each.answer.fate is Fate.REFUSED and each.written.letter is not None:
                effects.refused(connection, each.entry, each.answer.said, now)
        letters = [
            (each.entry, each.written.letter)
            for each in answered
            if each.written.letter is not None and each.answer.fate in (Fate.ACCEPTED, Fate.DELIVERED)
        ]
        if self.ways.caught:
            sandbox.catch(connection, [_caught(letter) for _, letter in letters])
        here = [(entry, letter) for entry, letter in letters if letter.channel == Channel.IN_APP]
        in_app.put(connection, [_put(entry, letter) for entry, letter in here])


def _nobody(channel: str) -> Sender | None:
    """Whom a message is from where nobody is named: only an e-mail has to be from somebody."""
    return None if channel == Channel.EMAIL else Sender("")


def _settled(answered: _Answered) -> Move:
    entry, answer = answered.entry, answered.answer
    match answer.fate:
        case Fate.ACCEPTED:
            return Move(entry, Step.ACCEPT, said=answer.said)
        case Fate.DELIVERED:
            return Move(entry, Step.DELIVER, said=answer.said)
        case Fate.UNKNOWN:
            return Move(entry, Step.LOSE, LOST, said=answer.said)
        case Fate.REFUSED:
            return Move(entry, Step.REFUSE, answered.written.mistake or REFUSED, said=answer.said)
        case Fate.DEFERRED:
            if entry.tries > len(WAITS):
                return Move(entry, Step.REFUSE, GIVEN_UP, said=answer.said)
            return Move(entry, Step.DEFER, DEFERRED, clock.now() + WAITS[entry.tries - 1], answer.said)


def _caught(letter: Letter) -> Caught:
    sender = f"{letter.sender.name} <{letter.sender.email}>".strip() if letter.sender.email else ""
    return Caught(letter.number, letter.at, sender, letter.subject, letter.text, letter.html)


def _put(entry: Entry, letter: Letter) -> Put:
    return Put(entry.number, entry.whom, letter.subject, letter.html, letter.text, letter.at, letter.until)


def _counted(answered: Sequence[_Answered], *, skipped: int, waiting: int) -> Sent:
    fates = [each.answer.fate for each in answered]
    return Sent(
        accepted=fates.count(Fate.ACCEPTED) + fates.count(Fate.DELIVERED),
        deferred=fates.count(Fate.DEFERRED),
        refused=fates.count(Fate.REFUSED),
        unknown=fates.count(Fate.UNKNOWN),
        skipped=skipped,
        waiting=waiting,
    )
