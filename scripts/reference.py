"""Writes the parts of the docs that the code knows best: keys, options, tables, functions, checks.

`python scripts/reference.py` rewrites what stands between `<!-- reference: NAME -->` and `<!-- end -->` in docs/**/*.md;
with `--check` it only says which files are stale, and exits with 1 if any is.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import click

from keepwell.cli.main import COMMANDS, keepwell
from keepwell.outreach.asking import CAME_BACK
from keepwell.project.declared.governance import GOVERNANCE
from keepwell.project.declared.journeys import JOURNEY
from keepwell.project.declared.models import MODEL
from keepwell.project.declared.outcomes import OUTCOMES
from keepwell.project.declared.outreach import OUTREACH
from keepwell.project.declared.scorecards import SCORECARD
from keepwell.project.declared.segments import SEGMENTS
from keepwell.project.declared.settings import SETTINGS
from keepwell.project.declared.signals import SIGNALS
from keepwell.project.declared.sources import SOURCES
from keepwell.project.declared.steps import STEP, Steps
from keepwell.project.lint.registry import RULES
from keepwell.project.shape.base import Shape
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.forms import Either, Forms
from keepwell.signals.expression import FUNCTIONS
from keepwell.signals.tables import CANONICAL, TABLES, Column, Table
from keepwell.sources.source import DEFAULT_CHECKS, RAW_FUNCTIONS, Check

DOCS = Path(__file__).resolve().parent.parent / "docs"

_BLOCK = re.compile(r"(?P<head><!-- reference: (?P<name>[^>]+?) -->\n).*?(?P<foot><!-- end -->)", re.DOTALL)

FILES: Mapping[str, Record] = {
    "keepwell.yml": SETTINGS,
    "sources.yml": SOURCES,
    "signals.yml": SIGNALS,
    "segments.yml": SEGMENTS,
    "scorecards": SCORECARD,
    "outcomes.yml": OUTCOMES,
    "governance.yml": GOVERNANCE,
    "outreach.yml": OUTREACH,
    "models": MODEL,
    "journeys": JOURNEY,
}
"""The shape of each kind of definition file."""

CHECKED: Mapping[Check, str] = {
    Check.UNKNOWN_ACCOUNT: "no account has this `account_id`",
    Check.BEFORE_ACCOUNT: "the fact occurred before its account began",
    Check.IN_FUTURE: "the fact occurred after the moment of loading",
    Check.DUPLICATE_KEY: "one load holds the key twice, with different content",
    Check.OUT_OF_RANGE: "outside the column's range, or outside that of the kind of survey (an NPS of 12)",
    Check.NEGATIVE: "below zero where the column starts at zero",
    Check.UNREADABLE: "not of the column's kind; kept (`warn`, `ignore`) it is unknown",
    Check.ENDED_BEFORE_BEGUN: "the end lies before the beginning",
    Check.UNMATCHED: "a lookup found no row; kept (`warn`, `ignore`) the value is unknown",
    Check.SILENT: "the feed holds nothing as young as `fresh_within`; `reject` refuses the load",
}


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def key_rows(shape: Shape, path: str = "") -> Iterator[tuple[str, Key]]:
    """Every key below a shape by its dotted path, the user's own names in capitals."""
    match shape:
        case Record(keys=keys):
            yield from _below(keys, path)
        case Forms(common=common, forms=forms):
            for form in forms.values():
                yield from _below(form, path)
            yield from _below(common, path)
        case Named(value=value, noun=noun):
            yield from key_rows(value, f"{path}.{noun.upper().replace(' ', '_')}")
        case Each(item=item):
            yield from key_rows(item, path)
        case Either(options=options):
            for option in options:
                yield from key_rows(option, path)
        case Steps() if "." not in path:  # steps within steps have the same keys
            yield from key_rows(STEP, path)


def _below(keys: Mapping[str, Key], path: str) -> Iterator[tuple[str, Key]]:
    for name, key in keys.items():
        here = f"{path}.{name}".lstrip(".")
        yield here, key
        yield from key_rows(key.shape, here)


def keys(file: str) -> str:
    """Every key of a kind of file: what it takes, and what it means."""
    once = dict(key_rows(FILES[file]))
    rows = (
        (f"`{path}`{' (required)' if key.required else ''}", key.about, _wanted(key.shape))
        for path, key in once.items()
    )
    return table(("key", "meaning", "takes"), rows)


def _wanted(shape: Shape) -> str:
    match shape:
        case Either(options=options):
            return " or ".join(dict.fromkeys(_wanted(option) for option in options))
        case Each(item=item, single=single):
            return f"{_wanted(item)}, or a list of such" if single else f"a list: {_wanted(item)}"
        case Record() | Forms():
            return "a mapping with the keys below"
        case Named(noun=noun):
            return f"a mapping, one line per {noun}"
        case _:
            return shape.wanted


def functions(of: Mapping[str, tuple[int, int, str]]) -> str:
    """What expressions may call."""
    return table(
        ("function", "values", "gives"),
        ((f"`{name}`", _many(*each[:2]), each[2]) for name, each in of.items()),
    )


def _many(fewest: int, most: int) -> str:
    return str(fewest) if fewest == most else f"{fewest} to {most}"


def raw_functions() -> str:
    """What only expressions over raw columns may call."""
    return functions({name: each for name, each in RAW_FUNCTIONS.items() if name not in FUNCTIONS})


def lint_rules() -> str:
    """The rules of `keepwell check`."""
    return table(("rule", "what it says"), ((f"`{rule.name()}`", rule.message()) for rule in RULES))


def row_checks() -> str:
    """What a load checks of every row, and what happens if nothing is said."""
    rows = ((f"`{check}`", CHECKED[check], f"`{DEFAULT_CHECKS[check]}`") for check in Check)
    return table(("check", "a row fails it if", "if not said"), rows)


def command(name: str) -> str:
    """One command: how it is typed, what it does, its options and examples, as `--help` says."""
    found = keepwell.get_command(click.Context(keepwell), name)
    assert found is not None
    context = click.Context(found, info_name=f"keepwell {name}")
    options = [one for one in found.params if isinstance(one, click.Option)]
    parts = [
        f"```\n{' '.join([context.command_path, *found.collect_usage_pieces(context)])}\n```\n",
        f"{_prose(found.help or '')}\n",
        table(("option", "meaning"), (_option(option, context) for option in options)),
        f"```sh\n{_examples(found.epilog or '')}\n```\n",
    ]
    return "\n".join(parts)


def _prose(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _option(option: click.Option, context: click.Context) -> tuple[str, str]:
    record = option.get_help_record(context)
    assert record is not None
    return f"`{record[0]}`", record[1]


def _examples(epilog: str) -> str:
    lines = epilog.replace("\b", "").strip().splitlines()
    return "\n".join(
        line.removeprefix("Example: ") if line.startswith("Example: ") else f"# {line}" for line in lines
    )


def canonical(name: str) -> str:
    """One canonical table: its key, its clocks, its columns."""
    found = TABLES[name]
    ways = [f"key `{found.key}`", f"occurs at `{found.occurred}`"]
    if found.end:
        ways.append(f"ends at `{found.end}`")
    ways.append(
        "immutable: the first arrival of a key wins" if found.immutable else "a changed row is a new revision"
    )
    lines = f"{found.about[0].upper()}{found.about[1:]}. {'; '.join(ways).capitalize()}.\n\n"
    return lines + table(("column", "kind", "meaning", "checked, hidden", "also known as"), _columns(found))


def _columns(found: Table) -> Iterator[tuple[str, ...]]:
    if found.name != "accounts":
        yield f"`{found.key}`", "text", "the row's own id", "", ""
    if found.name != "context":
        yield (
            "`account_id`",
            "text",
            "the account" if found.name != "accounts" else "the account's id",
            "",
            "",
        )
    for column in found.columns:
        yield (
            f"`{column.name}`",
            str(column.kind),
            column.about,
            _limits(column),
            ", ".join(f"`{alias}`" for alias in column.aliases),
        )


def _limits(column: Column) -> str:
    said = []
    if column.low is not None and column.high is not None:
        said.append(f"{column.low:g} to {column.high:g}")
    elif column.low is not None:
        said.append(f"{column.low:g} or more")
    if column.visible_from:
        said.append(
            "unknown before it"
            if column.visible_from == column.name
            else f"unknown before `{column.visible_from}`"
        )
    return "; ".join(said)


BLOCKS: Mapping[str, Callable[[], str]] = {
    **{f"keys of {name}": partial(keys, name) for name in FILES},
    **{f"command {name}": partial(command, name) for name in COMMANDS},
    **{f"table {one.name}": partial(canonical, one.name) for one in CANONICAL},
    "functions": partial(functions, FUNCTIONS),
    "raw functions": raw_functions,
    "journey functions": partial(functions, CAME_BACK),
    "lint rules": lint_rules,
    "row checks": row_checks,
}
"""Every part that is written by this script, by the name in its marker."""


def written(text: str) -> str:
    """A page with its reference parts as the code has them now.

    Raises:
        KeyError: a marker names no part.
    """
    return _BLOCK.sub(lambda block: f"{block['head']}\n{BLOCKS[block['name']]()}\n{block['foot']}", text)


def pages() -> list[Path]:
    """Every page of the docs."""
    return sorted(DOCS.rglob("*.md"))


def stale() -> list[Path]:
    """The pages whose reference parts are not what the code says."""
    return [
        page
        for page in pages()
        if written(page.read_text(encoding="utf-8")) != page.read_text(encoding="utf-8")
    ]


def main() -> int:
    """Writes or checks every page."""
    behind = stale()
    for page in behind:
        sys.stdout.write(f"{page.relative_to(DOCS.parent)}\n")
        if "--check" not in sys.argv:
            page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
    return int("--check" in sys.argv and bool(behind))


if __name__ == "__main__":
    sys.exit(main())
