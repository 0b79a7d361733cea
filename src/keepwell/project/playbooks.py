"""The worked playbooks that come with Keepwell: journeys with their texts, to be added to a project, read and changed."""

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from keepwell.errors import UserError
from keepwell.project.document import Pairs, Scalar, parse
from keepwell.project.folder import JOURNEYS, KEEPWELL
from keepwell.project.report import Report, hint
from keepwell.project.scaffold import with_schema
from keepwell.project.templates import KINDS, SUFFIX, TEMPLATES

EXAMPLES = {
    "onboarding_stall": "saas",
    "adoption_21_days": "saas",
    "usage_drop_after_release": "saas",
    "renewal_lukewarm": "saas",
    "payment_failure": "saas",
    "escalated_support": "saas",
    "champion_left": "saas",
    "replenishment_reminder": "shop",
    "loyalty": "shop",
    "win_back": "shop",
    "expansion_ready": "saas",
    "cross_sell_after_milestones": "saas",
    "advocacy_ask": "saas",
}
"""The playbooks in the order of a customer's life, each with the worked example whose signals and segments it reads."""

_JOURNEY = "journey.yml"


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook: `example` is the worked example that has all it reads; `texts` are its files by name, as a project has them."""

    name: str
    description: str
    example: str
    texts: dict[str, str]


def playbooks() -> tuple[Playbook, ...]:
    """All of them."""
    return tuple(playbook(name) for name in EXAMPLES)


def playbook(name: str) -> Playbook:
    """The playbook of that name.

    Raises:
        UserError: there is none.
    """
    if name not in EXAMPLES:
        raise UserError(
            f"there is no playbook {name!r}",
            do=f"{hint(name, EXAMPLES)} `keepwell journeys library` lists them",
        )
    folder = files("keepwell.project") / "library" / name
    journey = (folder / _JOURNEY).read_text(encoding="utf-8")
    texts = {f"{JOURNEYS}/{name}.yml": journey}
    for kind in KINDS:
        texts.update(_texts(folder / kind, f"{TEMPLATES}/{kind}/"))
    return Playbook(name, _description(journey), EXAMPLES[name], texts)


def add(name: str, folder: Path) -> tuple[str, ...]:
    """Writes a playbook into a project's folder; gives the names of the files.

    Raises:
        UserError: there is no such playbook, the folder is no project, or one of the files is there already; nothing is written then.
    """
    chosen = playbook(name)
    if not (folder / KEEPWELL).is_file():
        raise UserError(
            f"{folder} holds no project: there is no {KEEPWELL}",
            where=str(folder),
            do="go to a project's folder",
        )
    there = [file for file in chosen.texts if (folder / file).exists()]
    if there:
        raise UserError(
            f"{', '.join(there)} is there already, and `add` never overwrites",
            where=str(folder / there[0]),
            do="rename it, or move it away",
        )
    for file, text in chosen.texts.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(with_schema(file, text), encoding="utf-8")
    return tuple(chosen.texts)


def _texts(folder: Traversable, prefix: str) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    own = sorted((one for one in folder.iterdir() if one.name.endswith(SUFFIX)), key=lambda one: one.name)
    return {f"{prefix}{one.name}": one.read_text(encoding="utf-8") for one in own}


def _description(journey: str) -> str:
    said = parse(journey, _JOURNEY, Report())
    assert isinstance(said, Pairs)
    pair = said.get("description")
    assert pair is not None
    assert isinstance(pair.value, Scalar)
    return pair.value.text
