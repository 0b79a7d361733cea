"""The demo firm: Fernway, a made-up maker of planning software, with two years of data in the state real firms leave it."""

from pathlib import Path

from keepwell.sources.simulation import billing, permission, success, support, truth, usage, voice
from keepwell.sources.simulation.dirt import Dirt
from keepwell.sources.simulation.exports import billing as billing_exports
from keepwell.sources.simulation.exports import crm, product, service
from keepwell.sources.simulation.exports import success as success_exports
from keepwell.sources.simulation.exports.desk import Desk, Progress
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Calendar
from keepwell.sources.simulation.truth import Truth


def silent(task: str, share: float) -> None:
    """Tells nobody."""


def write(
    folder: Path, seed: int, accounts: int = 2000, months: int = 24, progress: Progress = silent
) -> Truth:
    """Simulates the firm up to 2025-06-30, and writes its exports to `folder/data` and the truth to `folder/truth`.

    The same seed, accounts (10 or more) and months (3 or more) give the same bytes. `progress` is told what is being done and
    the share (0–1) of that which is done.
    """
    if accounts < 10 or months < 3:
        raise ValueError("the firm needs at least 10 accounts and 3 months")
    progress("Simulating accounts", 0.0)
    scene = Scene.of(seed, accounts, Calendar.of(months))
    progress("Simulating accounts", 1.0)
    desk = Desk(folder / "data", scene, Dirt())
    desk.data.mkdir(parents=True, exist_ok=True)
    (desk.data / "README.txt").write_text(_README, encoding="utf-8")
    product.events(desk, usage.use(scene), progress)
    product.monitoring(desk, usage.monitor(scene))
    progress("Writing the other systems", 0.1)
    crm.accounts(desk)
    crm.people(desk)
    crm.outcomes(desk)
    progress("Writing the other systems", 0.4)
    _billing(desk)
    service.tickets(desk, support.tickets(scene))
    service.surveys(desk, voice.surveys(scene))
    service.messages(desk, voice.messages(scene))
    service.permissions(desk, permission.consents(scene), permission.suppressions(scene))
    progress("Writing the other systems", 0.9)
    success_exports.milestones(desk, success.milestones(scene))
    success_exports.workbook(
        desk, success.pulses(scene), success.interactions(scene), success.overrides(scene)
    )
    summary = truth.summarise(scene, desk.dirt)
    truth.write(folder / "truth", summary, scene)
    progress("Writing the other systems", 1.0)
    return summary


def _billing(desk: Desk) -> None:
    contracts = billing.subscriptions(desk.scene)
    billing_exports.contracts(desk, contracts)
    billing_exports.rates(desk, billing.rates(desk.scene))
    billing_exports.invoices(desk, billing.invoices(desk.scene, contracts))
    billing_exports.offers(desk, billing.offers(desk.scene, contracts))


_README = """SIMULATED DATA

Fernway is not a real firm. Its accounts, people, prices and events were drawn at random by Keepwell's simulator; any
likeness to a real firm or person is chance. The exports imitate the state in which real ones come: several formats, zones
and currencies, odd column names and some broken rows.
"""
