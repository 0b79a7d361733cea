"""Templates become pages: text from data is escaped, an unknown name is a bug, and no markup carries style or script of its own."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from keepwell import __version__
from keepwell.client.address import segment
from keepwell.runs import figures, saying
from keepwell.web.look.assets import address
from keepwell.web.look.frame import Frame

MOST = saying.MOST
"""So many characters of one text from data stand on a page: all that a person can write, and the beginning of what a file may hold."""


@cache
def environment() -> Environment:
    """All templates, and what every one of them can call."""
    made = Environment(
        loader=PackageLoader("keepwell.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=address, keepwell=__version__, account_path=account_path)
    made.filters.update(plain=plain, words=figures.words, spoken=figures.spoken)
    return made


def plain(text: str) -> str:
    """Text from data on one line of a page, cut off where it is longer than `MOST`."""
    return figures.plain(text) if len(text) <= MOST else figures.plain(text[:MOST]) + "…"


def account_path(account_id: str) -> str:
    """The address of an account's page; ids are a firm's own and may hold anything."""
    return f"/accounts/{segment(account_id)}"


def rendered(template: str, frame: Frame, **content: object) -> str:
    """The page, or a part of one, made by a template; there `frame` stands for what is around it and `say` for how its reader is told figures."""
    return environment().get_template(template).render(frame=frame, say=frame.saying, **content)
