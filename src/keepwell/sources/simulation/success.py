"""What customer success does with the accounts: onboarding steps and goals, meetings, pulses, overrides."""

import numpy as np

from keepwell.sources.simulation import names
from keepwell.sources.simulation.happenings import happen, home, office, until
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Rows

STEPS = (  # name, days after the beginning until it is due, weight
    ("kick_off", 5, 1),
    ("data_import", 14, 2),
    ("first_plan", 21, 3),
    ("integration", 35, 2),
    ("team_invited", 40, 2),
    ("go_live", 60, 4),
)
_KINDS = ("call", "meeting", "review", "training")


def milestones(scene: Scene) -> Rows:
    """Six onboarding steps of every account that began within the span, and half-yearly goals of the larger ones."""
    rng = scene.draws("milestones")
    new = np.nonzero(scene.world.began >= scene.calendar.first)[0]
    steps = len(STEPS)
    account = np.repeat(new, steps)
    step = np.tile(np.arange(steps), len(new))
    due_days = np.array([days for _, days, _ in STEPS])[step]
    pace = np.exp(-0.55 * scene.world.onboarding[account] + rng.normal(0, 0.35, len(account)))
    skipped = rng.random(len(account)) < 1 / (1 + np.exp(3.0 + 2.0 * scene.world.onboarding[account]))
    began = scene.world.began[account]
    reached = np.where(
        skipped, np.datetime64("NaT", "D"), began + np.ceil(due_days * 0.8 * pace).astype("timedelta64[D]")
    )
    goals = _goals(rng, scene)
    columns: Rows = {
        "account": np.concatenate([account, goals["account"]]),
        "started": np.concatenate([began, goals["started"]]),
        "due": np.concatenate([began + due_days.astype("timedelta64[D]"), goals["due"]]),
        "reached": np.concatenate([reached, goals["reached"]]),
        "kind": np.concatenate([np.repeat("onboarding", len(account)), goals["kind"]]),
        "name": np.concatenate([np.array([name for name, _, _ in STEPS])[step], goals["name"]]),
        "weight": np.concatenate([np.array([weight for _, _, weight in STEPS])[step], goals["weight"]]),
    }
    end = np.where(scene.life.left, scene.life.ended, scene.calendar.last)[columns["account"]]
    reached_at = until(office(rng, columns["reached"]), home(end))
    kept = columns["started"] < end
    return {
        **{name: values[kept] for name, values in columns.items() if name != "reached"},
        "reached_at": reached_at[kept],
    }


def _goals(rng: np.random.Generator, scene: Scene) -> Rows:
    larger = np.nonzero(scene.world.segment > 0)[0]
    rounds = max(scene.calendar.days // 182, 1)
    account = np.tile(larger, rounds)
    started = (
        scene.calendar.first
        + np.repeat(np.arange(rounds) * 182, len(larger)).astype("timedelta64[D]")
        + rng.integers(0, 60, len(account)).astype("timedelta64[D]")
    )
    kept = (started > scene.world.began[account] + 60) & (started < scene.calendar.last)
    account, started = account[kept], started[kept]
    drive = scene.life.engagement[
        np.minimum(scene.calendar.week(started) + 6, scene.calendar.weeks - 1), account
    ]
    met = rng.random(len(account)) < 1 / (1 + np.exp(-1.1 - 1.5 * drive))
    days = np.where(met, 60 + 45 * rng.normal(size=len(account)).clip(-1, 2), 0).astype("timedelta64[D]")
    return {
        "account": account,
        "started": started,
        "due": started + 90,
        "reached": np.where(met, started + days, np.datetime64("NaT", "D")),
        "kind": np.repeat("goal", len(account)),
        "name": np.array(["adoption_goal", "savings_goal", "rollout_goal"])[rng.integers(0, 3, len(account))],
        "weight": np.repeat(3, len(account)),
    }


def interactions(scene: Scene) -> Rows:
    """Calls, meetings, reviews and trainings; small accounts have few."""
    rng = scene.draws("interactions")
    expected = np.broadcast_to(np.array([0.02, 0.1, 0.22])[scene.world.segment], scene.life.users.shape)
    when = happen(rng, scene, expected)
    count = len(when)
    mood = scene.life.satisfaction[when.week, when.account]
    sentiment = np.clip(np.round(0.25 + 0.32 * mood + rng.normal(0, 0.25, count), 1), -1, 1)
    kind = np.searchsorted([0.5, 0.75, 0.9], rng.random(count), side="right")
    held = rng.random(count) < np.where(mood < -0.5, 0.75, 0.92)
    return {
        "account": when.account,
        "person": scene.people.someone(when.account, when.week, rng.random(count)),
        "at": when.at,
        "kind": np.array(_KINDS)[kind],
        "outcome": np.where(~held, "no_show", np.where(sentiment < -0.2, "concerns", "done")),
        "minutes": np.where(held, 15 * (1 + rng.integers(0, 4, count)), 0),
        "sentiment": np.where(held, sentiment, np.nan),
        "author": np.array(names.TEAM)[scene.world.owner[when.account]],
    }


def pulses(scene: Scene) -> Rows:
    """The opinions of those who look after the accounts: monthly for the large, rarely for the small."""
    rng = scene.draws("pulses")
    expected = np.broadcast_to(np.array([0.006, 0.08, 0.22])[scene.world.segment], scene.life.users.shape)
    when = happen(rng, scene, expected)
    mood = scene.life.satisfaction[when.week, when.account]
    score = np.clip(np.round((66 + 17 * mood + rng.normal(0, 8, len(when))) / 5) * 5, 0, 100).astype(np.int64)
    reasons = np.array(["worried about renewal", "quiet lately", "steady", "delighted"])
    return {
        "account": when.account,
        "at": when.at,
        "score": score,
        "author": np.array(names.TEAM)[scene.world.owner[when.account]],
        "reason": reasons[np.searchsorted([40, 60, 80], score, side="right")],
    }


def overrides(scene: Scene) -> Rows:
    """A dozen corrections by people who know better, in the last months; a third are of one measure or dimension."""
    rng = scene.draws("overrides")
    here = np.nonzero(scene.life.active[-1] & ~scene.life.left)[0]
    account = rng.choice(here, size=min(12, len(here) // 4 + 1), replace=False)
    count = len(account)
    from_on = scene.calendar.last - rng.integers(5, 90, count).astype("timedelta64[D]")
    from_on = np.maximum(from_on, scene.world.began[account] + 1)
    kinds = rng.integers(0, 3, count)
    return {
        "account": account,
        "from_at": office(rng, from_on),
        "until": from_on + 60,
        "target": np.array(["score", "score", "support"])[kinds],
        "value": np.where(kinds == 0, 35, np.where(kinds == 1, 75, 80)),
        "author": np.array(names.TEAM)[scene.world.owner[account]],
        "reason": np.array(
            ["merger announced, budget frozen", "renewal signed verbally", "the long ticket was our own test"]
        )[kinds],
    }
