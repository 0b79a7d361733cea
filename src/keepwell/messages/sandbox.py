"""Liquid, shut in: templates read what they are handed, run for a bounded time, and write a bounded length."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate, DictLoader, Environment, Undefined
from liquid.exceptions import LiquidError, UndefinedError

MOST_LOOPS = 10_000
"""Rounds that all loops of a text go through together, at most: what takes longer is stopped."""

MOST_WRITTEN = 500_000
"""Bytes that a text may come to."""


_TAG = re.compile(r"\{%-?\s*(\w+)")
_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*")


class UnfilledError(Exception):
    """A template that cannot be filled in; `missing` is the value that is not known, if that is why, and `line` where (from 1; 0: unknown)."""

    def __init__(self, what: str, line: int = 0, missing: str = "") -> None:
        super().__init__(what)
        self.line = line
        self.missing = missing


class _Unknown(Undefined):
    """A value that is not known: it does not hold, has no parts, and cannot be written. A `default` stands in for it."""

    def __str__(self) -> str:
        raise UndefinedError(self.name, token=self.token)


class _Bounded(Environment):
    loop_iteration_limit = MOST_LOOPS
    output_stream_limit = MOST_WRITTEN
    local_namespace_limit = MOST_WRITTEN
    context_depth_limit = 20


def filled(text: str, values: Mapping[str, Any], blocks: Mapping[str, str], *, escaped: bool) -> str:
    """The text with its values in place; `blocks` are the texts that it may `{% render %}`, by name. Values that are `None` are not known.

    Where it is `escaped`, values cannot bring tags of their own.

    Raises:
        UnfilledError: it is no template, a value that it writes is not known, or it takes too long.
    """
    try:
        return _read(text, tuple(sorted(blocks.items())), escaped).render(_known(values))
    except UndefinedError as error:
        name = _path(error, text)
        raise UnfilledError(f"{name} is not known", _line(error, text), name) from error
    except LiquidError as error:
        raise UnfilledError(_first_line(error), _line(error, text)) from error


@lru_cache(maxsize=512)
def _read(text: str, blocks: tuple[tuple[str, str], ...], escaped: bool) -> BoundTemplate:
    """The template of a text; thousands of messages are made of the same few."""
    environment = _Bounded(undefined=_Unknown, autoescape=escaped, loader=DictLoader(dict(blocks)))
    return environment.from_string(text)


def mistake(text: str) -> UnfilledError | None:
    """Why the text is no template; `None`: it is one."""
    environment = _Bounded()
    opened = _left_open(text, {name for name, tag in environment.tags.items() if tag.block})
    if opened is not None:
        return opened
    try:
        used = environment.from_string(text).analyze(include_partials=False).filters
    except LiquidError as error:
        return UnfilledError(_first_line(error), _line(error, text))
    for name, places in used.items():
        if name not in environment.filters:
            return UnfilledError(f"there is no filter {name!r}", text.count("\n", 0, places[0].index) + 1)
    return None


def _left_open(text: str, blocks: set[str]) -> UnfilledError | None:
    """The last tag that has no end: Liquid's own reader knows that one is missing, but not of which."""
    opened: list[tuple[str, int]] = []
    for found in _TAG.finditer(text):
        if found[1] in blocks:
            opened.append((found[1], found.start()))
        elif opened and found[1] == f"end{opened[-1][0]}":
            opened.pop()
    if not opened:
        return None
    name, start = opened[-1]
    return UnfilledError(f"{{% {name} %}} has no {{% end{name} %}}", text.count("\n", 0, start) + 1)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _known(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
        if value is not None
    }


def _first_line(error: LiquidError) -> str:
    said = str(error).splitlines()
    return said[0].strip() if said else type(error).__name__


def _path(error: LiquidError, text: str) -> str:
    """The value's whole name as it stands in the text, where the error knows its first part only; those of blocks stay with that."""
    name, token = _first_line(error), error.token
    found = _NAME.match(text, token.start_index) if token is not None and token.start_index >= 0 else None
    return found[0] if found is not None and found[0].split(".")[0] == name else name


def _line(error: LiquidError, text: str) -> int:
    token = error.token
    return text.count("\n", 0, token.start_index) + 1 if token is not None and token.start_index >= 0 else 0
