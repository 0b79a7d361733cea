"""A journey as SVG, and as a page that holds it: light or dark as the reader's system is, with no request to anywhere."""

from markupsafe import Markup

from keepwell.outreach.journey import Journey
from keepwell.outreach.wording import begins, facts
from keepwell.web.journey.layout import LINE, PADDING, WIDTH, Box, Drawing, Join, drawn
from keepwell.web.page.svg import figure

MARGIN = 16

STYLE = Markup("""
.journey { --ink: #14171f; --soft: #565d6d; --card: #fff; --line: #8b93a3; --edge: #d5d9e2; --talk: #4f46e5; --work: #178a5b; --time: #a87308; --way: #565d6d; --off: #b02525;
  font: 13px/1.45 Inter, ui-sans-serif, system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
@media (prefers-color-scheme: dark) { .journey { --ink: #eceef3; --soft: #a0a7b6; --card: #151821; --line: #6d7587; --edge: #333a49; --talk: #8b88ff; --work: #35b583;
  --time: #dba530; --way: #a0a7b6; --off: #ee6a6a; } }
.journey text { fill: var(--ink); text-anchor: middle; } .journey .name { fill: var(--soft); font-size: 12px; text-anchor: start; }
.journey .box { fill: var(--card); stroke: var(--edge); stroke-width: 1.25; } .journey .join { fill: none; stroke: var(--line); stroke-width: 1.4; }
.journey .tip { fill: var(--line); }
.journey .message .mark { fill: var(--talk); } .journey .task .mark, .journey .alert .mark, .journey .note .mark { fill: var(--work); }
.journey .wait .mark { fill: var(--time); } .journey .branch .mark, .journey .experiment .mark, .journey .webhook .mark, .journey .update .mark, .journey .start .mark { fill: var(--way); }
.journey .exit .mark { fill: var(--off); } .journey .trigger .box, .journey .end .box { stroke: var(--ink); } .journey .trigger text { font-weight: 600; }
""")
_PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{} · Keepwell</title><style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 2.5rem 1.25rem; background: #f7f8fa; color: #14171f; font: 15px/1.5 Inter, ui-sans-serif, system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }}
main {{ max-width: 72rem; margin: 0 auto; }} h1 {{ margin: 0; font-size: 1.75rem; letter-spacing: -0.02em; }} .lead {{ margin: 0.4rem 0 0; color: #565d6d; max-width: 46rem; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.25rem; margin: 1.5rem 0 2rem; font-size: 0.875rem; }} dt {{ color: #565d6d; }} dd {{ margin: 0; overflow-wrap: anywhere; }}
.scroll {{ overflow-x: auto; }} .scroll svg {{ display: block; margin: 0 auto; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #0d0f14; color: #eceef3; }} .lead, dt {{ color: #a0a7b6; }} }}
</style></head><body><main>
<h1>{}</h1>{}
<dl>{}</dl>
<div class="scroll" tabindex="0" role="region" aria-label="The steps">{}</div>
</main></body></html>
""")


def svg(journey: Journey) -> str:
    """The picture alone, as a file of its own."""
    return f"{_picture(journey)}\n"


def html(journey: Journey) -> str:
    """A page with what the journey says, and its picture."""
    lead = Markup('<p class="lead">{}</p>').format(journey.description) if journey.description else Markup("")
    rows = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*one) for one in facts(journey))
    return str(_PAGE.format(journey.name, journey.name, lead, rows, _picture(journey)))


def within_page(journey: Journey) -> Markup:
    """The picture as a part of a page that has the style of its own."""
    return _picture(journey, styled=False)


def _picture(journey: Journey, *, styled: bool = True) -> Markup:
    drawing = drawn(journey)
    size = (figure(drawing.width + 2 * MARGIN), figure(drawing.height + 2 * MARGIN))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="journey" role="img" aria-label="{}" width="{}" height="{}" viewBox="{} {} {} {}">'
        "{}{}</svg>"
    ).format(
        f"The journey {journey.name}: {begins(journey.trigger)}, then {len(drawing.boxes) - 1} boxes",
        *size,
        -MARGIN,
        -MARGIN,
        *size,
        Markup("<style>{}</style>").format(STYLE) if styled else Markup(""),
        _inner(drawing),
    )


def _inner(drawing: Drawing) -> Markup:
    return Markup("").join([*map(_join, drawing.joins), *map(_box, drawing.boxes)])


def _box(box: Box) -> Markup:
    lines = Markup("").join(
        Markup('<text x="{}" y="{}">{}</text>').format(
            figure(box.x), figure(box.y + PADDING + LINE * (number + 0.72)), words
        )
        for number, words in enumerate(box.lines)
    )
    left = box.x - WIDTH / 2
    mark = Markup('<rect class="mark" x="{}" y="{}" width="4" height="{}" rx="2"/>').format(
        figure(left + 5), figure(box.y + 6), figure(box.height - 12)
    )
    return Markup(
        '<g class="{}"><rect class="box" x="{}" y="{}" width="{}" height="{}" rx="{}"/>{}{}</g>'
    ).format(
        box.kind,
        figure(left),
        figure(box.y),
        WIDTH,
        figure(box.height),
        10,
        mark if box.kind not in ("trigger", "end") else Markup(""),
        lines,
    )


def _join(join: Join) -> Markup:
    (x, y), (across, down) = join.start, join.end
    path = f"M{figure(x)} {figure(y)}V{figure(join.bend)}H{figure(across)}V{figure(down)}"
    parts = [Markup('<path class="join" d="{}"/>').format(path)]
    if join.arrow:
        tip = f"M{figure(across)} {figure(down)}l-4.5 -7h9z"
        parts.append(Markup('<path class="tip" d="{}"/>').format(tip))
    if join.name:
        name = Markup('<text class="name" x="{}" y="{}">{}</text>')
        parts.append(name.format(figure(across + 7), figure(join.bend + LINE), join.name))
    return Markup("").join(parts)
