"""What journeys want done besides messages is done: tasks, alerts, notes, fields, webhooks and other journeys, each in the transaction that settles it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from keepwell.outreach.journey import Journey
from keepwell.outreach.local_time import BusinessHours, due, later
from keepwell.outreach.step import Alert, Exit, Note, SetField, Start, Task, Webhook
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.runs.outreach.firing import Fired
from keepwell.runs.outreach.routes import Routes
from keepwell.runs.telling import Kind
from keepwell.signals.window import Span, Unit, local_date
from keepwell.store import alerts, deliveries, enrollments, fields, notes, tasks, webhooks
from keepwell.store.deliveries import Delivery
from keepwell.store.engine import Connection, Store
from keepwell.store.enrollments import Due

KINDS = ("alert", "exit", "note", "setfield", "start", "task", "webhook")
"""What is settled here, as intents call it; messages are planned, and settled with their entries of the ledger."""

BATCH = 500
"""So many are settled in one transaction."""


@dataclass(frozen=True)
class Settling:
    """What it takes to do what journeys want: `assignee` names who looks after an account (an e-mail address, or as accounts call them; empty: nobody)."""

    entrance: Entrance
    routes: Routes
    hours: BusinessHours
    assignee: Callable[[str, Journey], str]
    now: datetime

    def everything(self, store: Store) -> int:
        """Does all that is still to be done; how much that was."""
        count = 0
        while settled := self.batch(store):
            count += settled
        return count

    def batch(self, store: Store) -> int:
        """Does some of it, all of that or nothing; how much that was."""
        with store.writing() as connection:
            waiting = enrollments.to_settle(connection, KINDS, BATCH)
            for each in waiting:
                came_of = self._done(connection, each)
                enrollments.settle(connection, [each.wanted.number], self.now, came_of)
            return len(waiting)

    def _done(self, connection: Connection, wanted: Due) -> str:
        """Does what a step says, and says what came of it."""
        way = self.routes.of(connection, wanted.journey, wanted.version)
        step = None if way is None else way.route.steps.get(wanted.wanted.step)
        if way is None or step is None:
            return "the journey has no such step any more"
        match step:
            case Task():
                return self._task(connection, wanted, step, way.journey)
            case Alert(text=text):
                return self._alert(connection, wanted, text, way.journey)
            case Note(text=text):
                return self._note(connection, wanted, text)
            case SetField(field=field, value=value):
                fields.put(connection, wanted.account, field, value, journey=wanted.journey, at=self.now)
                return f"field {field}"
            case Webhook():
                return self._webhook(connection, wanted, step)
            case Start(journey=journey):
                return self._start(connection, wanted, journey)
            case Exit():
                return "left"
            case _:
                raise ValueError(f"a step of the kind {wanted.wanted.kind} is not settled here")

    def _task(self, connection: Connection, wanted: Due, step: Task, journey: Journey) -> str:
        due_at = self._due(step, journey)
        made = tasks.Task(
            wanted.account,
            step.title,
            self.assignee(wanted.account, journey),
            _author(wanted),
            self.now,
            due_on=None if due_at is None else local_date(due_at, self.entrance.zone),
            due_at=due_at,
            intent=wanted.wanted.number,
        )
        return f"task {tasks.make(connection, made).number}"

    def _due(self, step: Task, journey: Journey) -> datetime | None:
        """By when a task is to be done: as its step says, or else by the journey's SLA, from now on, in the hours of the team."""
        if step.due is not None:
            return self._after(step.due, business=step.business_days)
        return None if journey.sla is None else self._after(journey.sla, business=journey.sla_business)

    def _after(self, span: Span, *, business: bool) -> datetime:
        zone = self.entrance.zone
        if business and span.unit is Unit.HOURS:
            return due(self.now, timedelta(hours=span.count), self.hours, zone)
        return later(self.now, span, zone, self.hours.days if business else None)

    def _alert(self, connection: Connection, wanted: Due, text: str, journey: Journey) -> str:
        to = self.assignee(wanted.account, journey)
        alert = alerts.Alert(wanted.wanted.number, wanted.account, to, wanted.journey, text, self.now)
        return f"alert {alerts.put(connection, alert).number}"

    def _note(self, connection: Connection, wanted: Due, text: str) -> str:
        key = _key(wanted, "note")
        note = notes.Note(
            key, wanted.account, notes.Kind.NOTE, self.now, text, _author(wanted), made_at=self.now
        )
        return f"note {notes.write(connection, note, self.now).number}"

    def _webhook(self, connection: Connection, wanted: Due, step: Webhook) -> str:
        """Puts a message to every webhook that is called so, and told of journeys."""
        called = [
            each
            for each in webhooks.every(connection)
            if each.active
            and Kind.JOURNEY in each.events
            and each.about.casefold() == step.endpoint.casefold()
        ]
        if not called:
            return f"no webhook is called {step.endpoint}"
        body = json.dumps(_told(wanted, step, self.now), ensure_ascii=False)
        put = [
            deliveries.put(
                connection,
                Delivery(
                    _key(wanted, f"webhook {each.number}"), each.number, str(Kind.JOURNEY), body, self.now
                ),
            )
            for each in called
        ]
        return ", ".join(f"delivery {each.number}" for each in put)

    def _start(self, connection: Connection, wanted: Due, name: str) -> str:
        way = self.routes.current(name)
        if way is None:
            return f"the applied version has no journey {name}"
        entered = self.entrance.enrol(connection, way.journey, [Fired(wanted.account)], self.now)
        return f"begun {name}" if entered.begun else f"not in {name} again"


def _author(wanted: Due) -> str:
    return f"journey {wanted.journey}"


def _key(wanted: Due, what: str) -> str:
    """The key of what is made, the same whenever it is made."""
    its = wanted.wanted
    return str(uuid5(NAMESPACE_URL, f"keepwell:{its.enrollment}:{its.step}:{its.occurrence}:{what}"))


def _told(wanted: Due, step: Webhook, at: datetime) -> Mapping[str, object]:
    """What a webhook is told."""
    data = {
        "journey": wanted.journey,
        "version": wanted.version,
        "step": step.id,
        "occurrence": wanted.wanted.occurrence,
        "endpoint": step.endpoint,
        "account_id": wanted.account,
        "enrollment": wanted.wanted.enrollment,
    }
    return {"type": str(Kind.JOURNEY), "timestamp": at.isoformat(), "data": data}
