"""What customers say, and what we send them: surveys, and messages with what became of them."""

import numpy as np

from keepwell.sources.simulation.happenings import Happenings, happen, home, later
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Instants, Integers, Rows

_CAMPAIGNS = ("newsletter", "product_tips", "webinar", "release_notes")


def surveys(scene: Scene) -> Rows:
    """Answers to NPS (0–10), CSAT (1–5) and CES (1–7) surveys; the unhappy and the absent answer less."""
    rng = scene.draws("surveys")
    answers = 0.012 * (1 + 0.35 * np.clip(scene.life.satisfaction, -2, 2)) * scene.life.users**0.45
    parts = []
    for kind, share, low, high, middle, slope, noise in (
        ("nps", 1.0, 0, 10, 7.6, 1.9, 1.5),
        ("csat", 0.8, 1, 5, 4.0, 0.7, 0.6),
        ("ces", 0.5, 1, 7, 5.2, 0.9, 0.9),
    ):
        when = happen(rng, scene, answers * share)
        count = len(when)
        mood = scene.life.satisfaction[when.week, when.account]
        score = np.clip(np.round(middle + slope * mood + rng.normal(0, noise, count)), low, high)
        person = scene.people.someone(when.account, when.week, rng.random(count))
        parts.append((np.repeat(kind, count), when, score, person))
    at = np.concatenate([part[1].at for part in parts])
    order = np.argsort(at, kind="stable")
    return {
        "account": np.concatenate([part[1].account for part in parts])[order],
        "person": np.concatenate([part[3] for part in parts])[order],
        "at": at[order],
        "kind": np.concatenate([part[0] for part in parts])[order],
        "score": np.concatenate([part[2] for part in parts]).astype(np.int64)[order],
    }


def messages(scene: Scene) -> Rows:
    """E-mails and in-app messages, a row per action: sent, then perhaps opened, clicked, replied or bounced."""
    rng = scene.draws("messages")
    emails = happen(rng, scene, np.full(scene.life.users.shape, 0.62))
    notes = happen(rng, scene, np.full(scene.life.users.shape, 0.34))
    sent = Happenings(*(np.concatenate(pair) for pair in zip(_fields(emails), _fields(notes), strict=True)))
    in_app = np.arange(len(sent)) >= len(emails)
    person = scene.people.someone(sent.account, sent.week, rng.random(len(sent)))
    return _actions(rng, scene, sent, in_app, person)


def _fields(when: Happenings) -> tuple[Integers, Integers, Instants]:
    return when.account, when.week, when.at


def _actions(
    rng: np.random.Generator,
    scene: Scene,
    sent: Happenings,
    in_app: np.ndarray[tuple[int], np.dtype[np.bool_]],
    person: Integers,
) -> Rows:
    count = len(sent)
    interest = (
        scene.life.engagement[sent.week, sent.account] - 0.5 * scene.life.states[sent.week, 1, sent.account]
    )
    campaign = rng.integers(0, len(_CAMPAIGNS), count)
    bounced = ~in_app & (rng.random(count) < 0.012)
    opened = ~bounced & (
        rng.random(count) < np.where(in_app, 0.6, 0.38) * np.exp(0.45 * np.minimum(interest, 0.6))
    )
    clicked = opened & (rng.random(count) < 0.24 * np.exp(0.3 * np.minimum(interest, 0.6)))
    replied = opened & ~in_app & (rng.random(count) < 0.03)
    opened_at = later(rng, sent.at, np.where(in_app, 6.0, 9.0), 1.0)
    parts = [
        ("sent", np.ones(count, dtype=bool), sent.at),
        ("bounced", bounced, sent.at + np.timedelta64(40, "s")),
        ("opened", opened, opened_at),
        ("clicked", clicked, opened_at + np.timedelta64(25, "s")),
        ("replied", replied, later(rng, opened_at, 3.0, 0.8)),
    ]
    chosen = np.concatenate([np.nonzero(flag)[0] for _, flag, _ in parts])
    at = np.concatenate([instants[flag] for _, flag, instants in parts])
    action = np.concatenate([np.repeat(name, flag.sum()) for name, flag, _ in parts])
    kept = at < home(scene.calendar.last)
    order = np.argsort(at[kept], kind="stable")
    chosen, at, action = chosen[kept][order], at[kept][order], action[kept][order]
    return {
        "account": sent.account[chosen],
        "person": person[chosen],
        "at": at,
        "action": action,
        "channel": np.where(in_app[chosen], "in_app", "email"),
        "campaign": np.array(_CAMPAIGNS)[campaign[chosen]],
    }
