"""The frame of a page: one HTML file that carries its own style, script and charts, and asks the network for nothing."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.loaders import ChoiceLoader

from keepwell import __version__


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page's content. `kind`: what the page is, in a word. `sections`: the ids that its navigation leads to, and
    their names. `simulated`: whether the data are those of an invented firm; the page then says so before all else.
    """

    kind: str
    title: str
    project: str
    made_at: str
    sections: Sequence[tuple[str, str]]
    simulated: bool


def render(room: str, frame: Frame, *, scripted: bool = False, **content: object) -> str:
    """The page made by a room of `keepwell.web` from its `page.html.j2`, `page.css` and, if `scripted`, `page.js`.

    Text is escaped; the page's own policy forbids every request, and every style and script but these.
    """
    css = _part("page", "base.css") + _part(room, "page.css")
    js = _part(room, "page.js") if scripted else ""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("keepwell.web", room), PackageLoader("keepwell.web", "page")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("page.html.j2").render(
        frame=frame, keepwell=__version__, policy=_policy(css, js), css=css, js=js, **content
    )


def _part(room: str, name: str) -> str:
    return files("keepwell.web").joinpath(room, name).read_text(encoding="utf-8")


def _policy(css: str, js: str) -> str:
    def allowed(text: str) -> str:
        if not text:
            return "'none'"
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; style-src {allowed(css)}; script-src {allowed(js)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
