"""Good practice for journeys: that each can begin and end, says what it is for, and shows whether it worked."""

from collections.abc import Iterator

from keepwell.outreach.flow import circles, early, idle, unreached
from keepwell.outreach.journey import Journey, walked
from keepwell.outreach.naming import kind
from keepwell.outreach.step import Message, Wait
from keepwell.outreach.trigger import Enters
from keepwell.project.lint.rule import Finding, Rule
from keepwell.project.project import Project


def _of(project: Project, journey: Journey, key: str = "") -> str:
    """Where a journey, or one of its keys, stands."""
    own = f"journey:{journey.name}"
    return project.where.get(f"{own}.{key}", project.where[own])


def _step(project: Project, journey: Journey, step: str) -> str:
    return project.where[f"step:{journey.name}.{step}"]


class NobodyEnters(Rule):
    """A journey whose trigger and audience exclude each other begins for nobody, and nobody notices that it is
    silent."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Journeys for accounts that enter a segment or stage outside the audience."""
        for journey in project.journeys:
            trigger = journey.trigger
            if not isinstance(trigger, Enters):
                continue
            chosen = journey.audience.segments if trigger.what == "segment" else journey.audience.stages
            if chosen and trigger.name not in chosen:
                yield self.found(
                    _of(project, journey, "audience"),
                    f"{journey.name} begins where accounts enter the {trigger.what} {trigger.name}, which its audience leaves out",
                    f"add {trigger.name} to `audience: {{{trigger.what}: ...}}`",
                )


class StartsItself(Rule):
    """A journey that starts itself, or is started by one that it starts, goes round for ever: each round writes to the
    same people again."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Steps that lead back to their own journey."""
        for journey, step, way in circles(project.journeys):
            yield self.found(
                _step(project, journey, step.id),
                f"{' starts '.join(way)}",
                "end one of them with `exit:` in place of `start:`, or say when to go on with `reentry: {after_exit: ...}`",
            )


class UnreachableStep(Rule):
    """A step behind an exit that everybody takes is never come to: what it should do is not done, though the file says
    so."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Steps behind an exit, or behind a fork whose ways all end in one."""
        for journey in project.journeys:
            for step in unreached(journey.steps):
                yield self.found(
                    _step(project, journey, step.id),
                    f"nobody ever comes to the {kind(step)} {step.id}: all have left before it",
                    "move it before the exit, or remove it",
                )


class DeadEnd(Rule):
    """A wait after which nothing comes keeps the account in the journey, out of reach of others, and does nothing
    with what was waited for."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Waits at the end of a way."""
        for journey in project.journeys:
            for step in idle(journey.steps):
                yield self.found(
                    _step(project, journey, step.id),
                    f"nothing comes after the wait {step.id}",
                    "add what is to be done then, or remove the wait: the goal is watched as long as its `within:` anyway",
                )


class AskedTooEarly(Rule):
    """What came back from a message can only be asked once it has gone: before that the answer is always no, and one of the
    ways is never taken."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Branches and waits that ask of a template of which no message stands before them."""
        for journey in project.journeys:
            for step, template in early(journey.steps):
                yield self.found(
                    _step(project, journey, step.id),
                    f"{step.id} asks what came back from {template}, which goes later",
                    "move it behind the message",
                )


class NoTimeout(Rule):
    """What is waited for may never happen: without a limit the account stays in the journey until it expires, and
    whatever stands after the wait is never done."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Waits for an event or a condition that do not say how long at most."""
        for journey in project.journeys:
            for step in walked(journey.steps):
                if isinstance(step, Wait) and (step.event or step.when) and step.timeout is None:
                    yield self.found(
                        _step(project, journey, step.id),
                        f"{step.id} may wait for ever",
                        "add how long at most, for example `for: 7 days`",
                    )


class NoCategory(Rule):
    """People must be able to say no to a kind of message without losing the others: messages need a category that they
    can opt out of."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Journeys with messages and without `category`."""
        for journey in project.journeys:
            if not journey.category and any(isinstance(step, Message) for step in walked(journey.steps)):
                yield self.found(
                    _of(project, journey),
                    f"{journey.name} sends messages of no category, so that nobody can opt out of them",
                    "add, for example, `category: product_education`",
                )


class NoGoal(Rule):
    """Without a goal nobody knows whether a journey serves, and it goes on for accounts that are long well again."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Journeys without `goal`."""
        for journey in project.journeys:
            if journey.goal is None:
                yield self.found(
                    _of(project, journey, "goal"),
                    f"{journey.name} does not say what it is to reach",
                    "add, for example, `goal: {band: green, within: 45 days}`",
                )


class NoHoldout(Rule):
    """Accounts recover by themselves too: only some that are left alone on purpose show what the journey adds."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Journeys without `holdout`."""
        for journey in project.journeys:
            if journey.holdout == 0:
                yield self.found(
                    _of(project, journey, "holdout"),
                    f"{journey.name} leaves nobody alone, so that its effect cannot be seen",
                    "add `holdout: 10%`",
                )


class NoExpiry(Rule):
    """An account that is held up (nobody approves, a message is put off) would hear weeks later what was meant for
    today: a journey says how long it can last."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Journeys without `expires`."""
        for journey in project.journeys:
            if journey.expires is None:
                yield self.found(
                    _of(project, journey, "expires"),
                    f"{journey.name} never expires",
                    f"add `expires: {journey.goal.within if journey.goal else '60 days'}`",
                )
