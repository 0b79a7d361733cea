"""What a load did, on a terminal: source by source, N of M, and why the others were refused."""

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.runs.ingest import LoadReport, SourceReport


def screen(report: LoadReport, *, pinned: bool) -> list[RenderableType]:
    """The whole screen. With a `pinned` as_of, silence is not told: what counts then is not silence up to the load's own now."""
    rows = [_row(each) for each in report.sources]
    heads = ["source", "fills", ">read", ">new", ">revised", ">same", ">rejected"]
    parts: list[RenderableType] = [strokes.table(heads, rows), Text("")]
    for each in report.sources:
        parts += _beside(each, pinned)
    read, rejected = sum(each.read for each in report.sources), sum(each.rejected for each in report.sources)
    if report.load is None:
        parts.append(Text("Nothing is new: every file is as it was."))
        return parts
    loaded = sum(each.kept + each.revised for each in report.sources)
    parts.append(
        Text(
            f"Load {report.load}: {loaded:,} of {read:,} rows are new or revised, {rejected:,} were rejected."
        )
    )
    if rejected:
        parts.append(Text("See them: keepwell rejects", "dim"))
    return parts


def _row(each: SourceReport) -> strokes.Row:
    if not each.read:
        said = f"{figures.count(each.unchanged, 'file')} as before" if each.unchanged else "nothing to read"
        return [each.source, each.table, Text(said, "dim"), "", "", "", ""]
    rejected = Text(f"{each.rejected:,}", "red" if each.rejected else "")
    counts = (each.read, each.kept, each.revised, each.repeated)
    return [each.source, each.table, *(f"{n:,}" for n in counts), rejected]


def _beside(each: SourceReport, pinned: bool) -> list[RenderableType]:
    said: list[RenderableType] = []
    for what, counts in (("rejected", each.rejects), ("warning", each.warnings)):
        for count in counts:
            field = f" in {figures.plain(count.field)}" if count.field else ""
            said.append(
                Text(
                    f"  {each.source}: {what}, {figures.words(count.rule).lower()}{field}: {count.rows:,}",
                    "yellow",
                )
            )
    if each.left_out:
        said.append(Text(f"  {each.source}: left out by where: {each.left_out:,}", "dim"))
    if each.dropped:
        said.append(
            Text(
                f"  {each.source}: facts dropped, since their rows are refused now: {each.dropped:,}",
                "yellow",
            )
        )
    if each.silent_since and not pinned:
        since = each.silent_since.date().isoformat()
        said.append(Text(f"  {each.source}: silent, the last fact is of {since}", "yellow"))
    return said
