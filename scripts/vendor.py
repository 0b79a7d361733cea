"""Takes what the pages need from npm into `src/keepwell/web/static/vendor`, and axe-core, for the tests alone, into `tests/web/vendor`.

`python scripts/vendor.py` takes it anew; with `--check` it says which files are not what npm has. Versions and the checksums of the
packages stand here: a package that differs from its checksum is refused. It needs npm and the network; nothing else does.
"""

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SHIPPED = HERE / "src/keepwell/web/static/vendor"
TESTING = HERE / "tests/web/vendor"


@dataclass(frozen=True, slots=True)
class Package:
    """A package of npm: `integrity` is npm's checksum of it, `files` what is taken of it and by which name it is kept."""

    name: str
    version: str
    integrity: str
    files: tuple[tuple[str, str], ...]


PACKAGES = (
    Package(
        "@tabler/core",
        "1.6.1",
        "lgmR9gcxRp5JlLxcmRi9Rz85JrEvH6Bz71KnlcPVSa97wtwQNjgSs3g3fxwbAlulHyRMghhIV04QUuW3pqDsIg==",
        (("dist/css/tabler.min.css", "tabler.css"),),
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        (("dist/htmx.min.js", "htmx.js"), ("LICENSE", "htmx.LICENSE.txt")),
    ),
    Package(
        "echarts",
        "6.1.0",
        "q0yaFPggC9FUdsWH4blavRWFmxdrIodbkoKNAjJudAI6CA9gNPxHtV2RcZNEepZVlk4yvBYkOkbk6HIVpIyHZA==",
        (
            ("dist/echarts.common.min.js", "echarts.js"),
            ("LICENSE", "echarts.LICENSE.txt"),
            ("NOTICE", "echarts.NOTICE.txt"),
            ("licenses/LICENSE-d3", "echarts.LICENSE-d3.txt"),
        ),
    ),
)

ICONS = Package(
    "@tabler/icons",
    "3.52.0",
    "dldKlJNfO/gZnGLcIY0X2EFFKIMGwL/rEvTqglvBgAPFiwj9pZOCN5V3Sf0Gyjq6foX4VQmLdOmsS4w5FdWKAw==",
    (("LICENSE", "tabler.LICENSE.txt"),),
)
"""Tabler's icons are Tabler's own work, under the same licence, whose text the package of its styles leaves out."""

AXE = Package(
    "axe-core",
    "4.14.1",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    (("axe.min.js", "axe.js"), ("LICENSE", "axe.LICENSE.txt")),
)

PICKED = (
    "adjustments-horizontal",
    "alert-triangle",
    "arrow-down-right",
    "arrow-narrow-right",
    "arrow-up-right",
    "bell",
    "building",
    "calendar-due",
    "chart-dots",
    "chart-line",
    "check",
    "checkbox",
    "chevron-down",
    "chevron-right",
    "circle-check",
    "clock",
    "database",
    "dots",
    "download",
    "external-link",
    "flag",
    "history",
    "info-circle",
    "key",
    "layout-grid",
    "list-details",
    "lock",
    "logout",
    "mail",
    "menu-2",
    "message",
    "moon",
    "mood-check",
    "note",
    "pencil",
    "player-play",
    "plus",
    "refresh",
    "scale",
    "search",
    "settings",
    "shield-check",
    "star",
    "sun",
    "sun-moon",
    "sunrise",
    "target",
    "ticket",
    "trending-down",
    "trending-up",
    "user",
    "users",
    "users-group",
    "webhook",
    "x",
)
"""The icons that pages draw; the sprite holds these alone."""


def fetched(package: Package, folder: Path) -> Path:
    """The unpacked package, in a folder of its own.

    Raises:
        SystemExit: npm's is not the one whose checksum stands here.
    """
    wanted = f"{package.name}@{package.version}"
    command = ["npm", "pack", wanted, "--silent", "--pack-destination", str(folder)]
    packed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    content = (folder / packed.splitlines()[-1]).read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != package.integrity:
        raise SystemExit(f"{wanted} is not the package whose checksum is in {Path(__file__).name}")
    place = folder / package.name.replace("/", "-")
    with tarfile.open(folder / packed.splitlines()[-1]) as archive:
        archive.extractall(place, filter="data")
    return place / "package"


def sprite(icons: Path) -> str:
    """One SVG of all picked icons, each a symbol of its name; strokes take the colour of the text around them."""
    symbols = []
    for name in PICKED:
        drawn = (icons / "icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
        paths = [path for path in re.findall(r"<path[^>]*/>", drawn) if 'stroke="none"' not in path]
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
            f'stroke-linecap="round" stroke-linejoin="round">{"".join(paths)}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def vendored(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file that is taken, and where it goes."""
    for package, to in (*((each, SHIPPED) for each in (*PACKAGES, ICONS)), (AXE, TESTING)):
        unpacked = fetched(package, folder)
        for source, name in package.files:
            content = (unpacked / source).read_bytes()
            yield to / name, re.sub(rb"\n?/[/*]# sourceMappingURL=\S+( \*/)?\s*$", b"\n", content)
        if package is ICONS:
            yield SHIPPED / "icons.svg", sprite(unpacked).encode()
    listed = "".join(f"{each.name} {each.version}\n" for each in (*PACKAGES, ICONS))
    yield SHIPPED / "VERSIONS.txt", listed.encode()


def main() -> None:
    """Takes everything, or says what differs."""
    with tempfile.TemporaryDirectory() as folder:
        found = dict(vendored(Path(folder)))
    if "--check" in sys.argv[1:]:
        stale = [path for path, content in found.items() if not path.exists() or path.read_bytes() != content]
        raise SystemExit("\n".join(f"stale: {path.relative_to(HERE)}" for path in stale) or 0)
    for path, content in found.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
