"""Made-up firms with data in the state real ones leave it, and the truth behind it kept apart."""

from pathlib import Path

from keepwell.sources.simulation import agency, firm, shop
from keepwell.sources.simulation.exports.desk import Progress
from keepwell.sources.simulation.firm import silent

NAMES = ("saas", "shop", "services")
"""The worked examples that there is data for."""

SMALL = {"saas": 300, "shop": 400, "services": 200}
"""How many accounts an example's small data has."""


def write_example(
    name: str, folder: Path, seed: int = 7, accounts: int | None = None, progress: Progress = silent
) -> None:
    """Writes the simulated data of a worked example, of that many accounts (`SMALL` if not said), into `folder`.

    `folder/data` is what a firm would have, `folder/truth` what only the simulator knows. `name` is one of `NAMES`.
    """
    count = accounts or SMALL[name]
    if name == "saas":
        firm.write(folder, seed, accounts=count, progress=progress)
    elif name == "shop":
        shop.write(folder, seed, customers=count)
    else:
        agency.write(folder, seed, clients=count)
