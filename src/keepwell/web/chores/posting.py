"""What journeys want said goes out beside the server's other work."""

from keepwell import clock
from keepwell.outreach.links import SECRET
from keepwell.project.project import Project
from keepwell.runs.outreach.facts import Facts
from keepwell.runs.outreach.planning import plan
from keepwell.runs.outreach.sending import Sending
from keepwell.runs.outreach.ways_out import WaysOut, ways_out
from keepwell.web.server.logs import logger
from keepwell.web.server.serving import Serving

MOST = 20_000
"""So many messages are looked at before what journeys want said is planned anew."""

_KEPT: dict[str, tuple[str, WaysOut]] = {}
"""The ways out of each project that this process serves, with the version that they are of."""


def post(served: Serving) -> None:
    """Plans what journeys want said, and sends what is due, so much at a time; nothing, unless what is applied turns outreach on."""
    project = served.project()
    if not project.outreach.enabled or not served.version():
        return
    ways = _ways(str(served.folder), served.version(), project)
    with served.warehouse.reading() as warehouse:
        facts = Facts(project, warehouse)
        plan(project, served.store, facts, clock.now())
        sent = Sending(project, served.store, facts, ways, served.secret(SECRET)).everything(MOST)
    if sent.handed_over:
        logger("chores").info(
            "messages sent",
            accepted=sent.accepted,
            deferred=sent.deferred,
            refused=sent.refused,
            unknown=sent.unknown,
        )


def _ways(folder: str, version: str, project: Project) -> WaysOut:
    """The ways out of a version, with connections that stay open; what cannot be used is told once."""
    kept = _KEPT.get(folder)
    if kept is not None and kept[0] == version:
        return kept[1]
    if kept is not None:
        kept[1].close()
    made = ways_out(project)
    for problem in made.problems:
        logger("chores").warning("channel cannot be used", what=problem.what, do=problem.do)
    _KEPT[folder] = version, made
    return made
