"""The steps of a journey, checked against templates, signals, events and the other journeys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from keepwell.outreach.naming import derived
from keepwell.outreach.step import (
    CALL,
    Alert,
    Arm,
    Branch,
    Exit,
    Experiment,
    Message,
    Note,
    Offer,
    SetField,
    Start,
    Step,
    Task,
    Wait,
    Webhook,
    Whom,
)
from keepwell.project import templates
from keepwell.project.reading.asking import Asking
from keepwell.project.report import Place, hint, listed
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields
from keepwell.project.shape.scalar import Worked

_UNNAMED = ""


@dataclass(slots=True)
class Steps:
    """What the steps of one journey can refer to, and the ids that they have so far.

    `journeys` are the names of all journeys, `None` if one of them could not be read.
    """

    asking: Asking
    templates: Mapping[str, str]
    journeys: frozenset[str] | None
    currency: str
    taken: dict[str, Place] = field(default_factory=dict)

    def read(self, said: Iterable[Fields]) -> tuple[Step, ...]:
        """The steps, as far as they could be read."""
        found = []
        for fields in said:
            step = self._step(fields)
            if step is not None:
                found.append(self._identified(step, fields))
        return tuple(found)

    def _identified(self, step: Step, fields: Fields) -> Step:
        name = fields.get("id") or derived(step)
        place = fields.at("id") if "id" in fields else fields.place
        first = self.taken.setdefault(name, place)
        if first is not place:
            own = f"{name.replace('.', '_')}_2"
            self.asking.report.add(
                place,
                f"the step {name} is there already, in line {first.line}: two equal steps cannot be told apart",
                f"give this one an id of its own, such as `id: {own}`; ids stay what they are wherever steps are moved",
            )
        return replace(step, id=name)

    def _step(self, fields: Fields) -> Step | None:
        kind = next((one for one in fields if one != "id"), None)
        if kind is None:
            return None
        said, place = fields[kind], fields.at(kind)
        match kind:
            case "message":
                return self._message(said)
            case "wait":
                return self._wait(said, place)
            case "branch":
                return self._branch(said)
            case "experiment":
                return self._experiment(said, place)
            case "task":
                return self._task(said)
            case "alert":
                return (
                    Alert(_UNNAMED, said["text"], Whom(said.get("to", "owner"))) if "text" in said else None
                )
            case "webhook":
                return Webhook(_UNNAMED, said)
            case "update":
                return (
                    SetField(_UNNAMED, said["field"], said["value"])
                    if {"field", "value"} <= set(said)
                    else None
                )
            case "note":
                return Note(_UNNAMED, said)
            case "start":
                return self._start(said, place)
            case _:
                return Exit(_UNNAMED, said)

    def _message(self, said: Fields) -> Message | None:
        if "template" not in said or "channel" not in said:
            return None
        template, channel = said["template"], said["channel"]
        self._written(channel, template, said.at("template"))
        to = said.get("to", Whom.CHAMPION)
        role = to.get("role", "") if isinstance(to, Fields) else ""
        return Message(
            _UNNAMED,
            template,
            channel,
            to=Whom.ROLE if isinstance(to, Fields) else Whom(to),
            sent_as=said.get("as", "team"),
            reply_to=said.get("reply_to", ""),
            offer=self._offer(said["offer"]) if "offer" in said else None,
            role=role,
        )

    def _written(self, kind: str, name: str, place: Place) -> None:
        """Notes that there is no such text of a kind."""
        known = templates.named(self.templates, kind)
        if name in known:
            return
        file = f"{templates.TEMPLATES}/{kind}/{name}{templates.SUFFIX}"
        elsewhere = [other for other in templates.KINDS if name in templates.named(self.templates, other)]
        near = hint(name, known) if known else ""
        do = f"write {file}"
        if elsewhere:
            do = f"it is written for {listed(elsewhere)}; {do}"
        elif near:
            do = f"{near} Or {do}"
        self.asking.report.add(place, f"there is no template {name!r} for {kind}", do)

    def _offer(self, said: Fields) -> Offer | None:
        if "name" not in said or "cost" not in said:
            return None
        return Offer(
            said["name"],
            float(said["cost"]),
            said.get("currency", self.currency),
            budget=float(said["budget"]) if "budget" in said else None,
            eligible=self.asking.condition(said, "eligible"),
            code=said.get("code", ""),
        )

    def _wait(self, said: Fields | Worked, place: Place) -> Wait | None:
        if isinstance(said, Worked):
            return Wait(_UNNAMED, said.span, said.business)
        until = said.get("until")
        if not said.said("for") and not said.said("until"):
            self.asking.report.add(
                place, "the wait does not say for what", "add `for: 3 days`, or `until: {event: ...}`"
            )
        length: Worked | None = said.get("for")
        span = length.span if length else None
        business = bool(said.get("business_days", length is not None and length.business))
        if until is None or "hour" in until:
            hour = None if until is None else time.fromisoformat(until["hour"].rjust(5, "0"))
            return Wait(_UNNAMED, span, business, hour) if span or hour else None
        if "event" in until:
            self.asking.fed("events", until.at("event"))
        when = self.asking.condition(until, "when")
        if "event" not in until and when is None:
            return None
        return Wait(_UNNAMED, None, business, None, until.get("event"), when, span)

    def _branch(self, said: Fields) -> Branch | None:
        when = self.asking.condition(said, "if")
        if not said.said("then") and not said.said("else"):
            self.asking.report.add(
                said.place, "both ways of the branch are empty", "add `then:` or `else:` with a list of steps"
            )
        then, otherwise = self.read(said.get("then", ())), self.read(said.get("else", ()))
        return None if when is None else Branch(_UNNAMED, when, then, otherwise)

    def _experiment(self, said: tuple[Entry, ...], place: Place) -> Experiment | None:
        arms = [
            Arm(arm.name, float(arm.value["share"]), self.read(arm.value.get("steps", ())))
            for arm in said
            if arm.value is not BROKEN and "share" in arm.value
        ]
        if len(arms) < len(said):
            return None
        total = sum(arm.share for arm in arms)
        if len(arms) < 2 or min(arm.share for arm in arms) <= 0:
            self.asking.report.add(
                place, "an experiment compares two or more arms, each with some of the accounts",
                "write, for example, {short: {share: 50%, steps: [...]}, long: {share: 50%, steps: [...]}}",
            )  # fmt: skip
        elif abs(total - 1) > 1e-9:
            self.asking.report.add(
                place, f"the arms' shares add up to {100 * total:.6g}%", "make them add up to 100%"
            )
        return Experiment(_UNNAMED, tuple(arms))

    def _task(self, said: Fields) -> Task | None:
        if "script" in said:
            self._written(CALL, said["script"], said.at("script"))
        if "title" not in said:
            return None
        due: Worked | None = said.get("due")
        timed: dict[str, Any] = {} if due is None else {"due": due.span, "business_days": due.business}
        return Task(
            _UNNAMED, said["title"], Whom(said.get("to", "owner")), script=said.get("script", ""), **timed
        )

    def _start(self, name: str, place: Place) -> Start:
        if self.journeys is not None and name not in self.journeys:
            others = sorted(self.journeys)
            self.asking.report.add(
                place,
                f"there is no journey {name!r}",
                f"{hint(name, others)} Or write journeys/{name}.yml".strip(),
            )
        return Start(_UNNAMED, name)
