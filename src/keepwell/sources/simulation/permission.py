"""What people agreed to be sent, and who must not be written to."""

import numpy as np

from keepwell.sources.simulation.happenings import home, office, until
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Rows

CATEGORIES = ("newsletter", "product_education")


def consents(scene: Scene) -> Rows:
    """Two thirds agree to a category within days of joining; one in fifteen takes it back."""
    rng = scene.draws("consents")
    people = scene.people
    agreed = [np.nonzero(rng.random(len(people)) < 0.66)[0] for _ in CATEGORIES]
    person = np.concatenate(agreed)
    category = np.repeat(CATEGORIES, [len(one) for one in agreed])
    granted = office(rng, people.joined[person] + rng.integers(1, 6, len(person)).astype("timedelta64[D]"))
    regrets = rng.random(len(person)) < 0.07
    days = rng.integers(20, 400, len(person)).astype("timedelta64[D]")
    withdrawn = np.where(regrets, granted + days, np.datetime64("NaT", "s"))
    kept = granted < home(scene.calendar.last)
    return {
        "person": person[kept],
        "category": category[kept],
        "granted_at": granted[kept],
        "withdrawn_at": until(withdrawn, home(scene.calendar.last))[kept],
        "basis": np.where(rng.random(len(person)) < 0.9, "consent", "contract")[kept],
    }


def suppressions(scene: Scene) -> Rows:
    """One person in eighty must not be written to by e-mail: a hard bounce, or a complaint."""
    rng = scene.draws("suppressions")
    people = scene.people
    person = np.nonzero(rng.random(len(people)) < 0.0125)[0]
    first = np.maximum(people.joined[person], scene.calendar.first)
    span = (scene.calendar.last - first).astype(np.int64)
    since = office(rng, first + 1 + (rng.random(len(person)) * (span - 2)).astype("timedelta64[D]"))
    kept = (span > 2) & (since < home(scene.calendar.last))
    return {
        "person": person[kept],
        "since_at": since[kept],
        "reason": np.where(rng.random(len(person)) < 0.8, "hard_bounce", "complaint")[kept],
    }
