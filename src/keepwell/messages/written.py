"""A message as one person gets it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from keepwell.messages import markdown, page
from keepwell.messages.page import NoPageError
from keepwell.messages.sandbox import UnfilledError, filled
from keepwell.messages.template import Template

EMAIL = "email"
TITLE = "message_title"
"""The name under which a page knows the subject."""

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_KEPT = re.compile(r"KWP(\d+)Z")
_GAPS = re.compile(r"\n\s*\n\s*\n")


@dataclass(frozen=True, slots=True)
class Written:
    """`subject` (one line; empty where the channel has none), `text`, and `html`, the page of an e-mail or the paragraphs of another channel."""

    subject: str
    text: str
    html: str


def written(
    template: Template, values: Mapping[str, Any], blocks: Mapping[str, str] | None = None, locale: str = ""
) -> Written:
    """The template filled in for one person. `blocks` are texts that it may bring in by `{% render 'NAME' %}`.

    Raises:
        UnfilledError: it cannot be filled in: a value is not known and has no `default`, or it is no template; its line is that of the file.
    """
    blocks = blocks or {}
    subject = " ".join(_part(template.subject, values, blocks, 1, escaped=False).split())
    html = _html(template, values, blocks, subject, locale)
    if template.text:
        text = _part(template.text, values, blocks, template.text_line, escaped=False)
    elif template.in_mjml:
        text = page.text_of(html)
    else:
        source = markdown.text_of(template.body)
        text = _part(
            source,
            values,
            {name: markdown.text_of(one) for name, one in blocks.items()},
            template.body_line,
            escaped=False,
        )
    return Written(subject, _GAPS.sub("\n\n", text.strip()) + "\n", html)


def _html(
    template: Template, values: Mapping[str, Any], blocks: Mapping[str, str], subject: str, locale: str
) -> str:
    shaped = {name: markdown.html_of(one) for name, one in blocks.items()}
    if template.in_mjml:
        return _paged(_part(template.body, values, shaped, template.body_line, escaped=True), template)
    source = markdown.html_of(template.body)
    if template.channel == EMAIL:
        source = _laid_out(source, locale)
    try:
        return filled(source, {**values, TITLE: subject}, shaped, escaped=True)
    except UnfilledError:
        # the lines of what Markdown makes are not those of the file: the mistake is looked for in the body as it is written
        _part(template.body, values, blocks, template.body_line, escaped=True)
        raise


@lru_cache(maxsize=512)
def _laid_out(body: str, locale: str) -> str:
    """The page of a body in which the values are still to be put; its tags keep apart from MJML meanwhile, as some hold a `<`."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"KWP{len(kept) - 1}Z"

    made = page.page(page.laid_out(_TAG.sub(keep, body), "KWPTITLEZ", locale))
    made = _KEPT.sub(lambda found: kept[int(found[1])], made)
    return made.replace("KWPTITLEZ", f"{{{{ {TITLE} }}}}")


def _paged(source: str, template: Template) -> str:
    try:
        return page.page(source)
    except NoPageError as error:
        raise UnfilledError(f"this is no MJML: {error}", template.body_line) from error


def _part(
    text: str, values: Mapping[str, Any], blocks: Mapping[str, str], first_line: int, *, escaped: bool
) -> str:
    try:
        return filled(text, values, blocks, escaped=escaped)
    except UnfilledError as error:
        line = first_line + error.line - 1 if error.line else 0
        raise UnfilledError(str(error), line, error.missing) from error
