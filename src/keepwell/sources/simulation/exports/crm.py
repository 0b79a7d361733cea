"""The CRM's exports: accounts, with a byte-order mark, and people, packed."""

import numpy as np

from keepwell.sources.simulation import names
from keepwell.sources.simulation.causes import CAUSES
from keepwell.sources.simulation.dirt import REPEATED, Spoil
from keepwell.sources.simulation.exports.desk import NOBODY, Desk, text, where
from keepwell.sources.simulation.formats import Delimited, texts
from keepwell.sources.simulation.people import ROLES
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.world import INDUSTRIES, PLACES, PLANS, REFERRALS

_SAID = {  # what customers say when they leave for a cause
    "usage_decline": "not used enough",
    "champion_left": "new management",
    "payment_trouble": "non-payment",
    "bad_support": "service quality",
    "poor_onboarding": "never got started",
    "no_visible_reason": "price",
}


def reasons(scene: Scene) -> list[str]:
    """The reason each leaver gave; three in ten give another one."""
    rng = scene.draws("reasons given")
    polite = rng.random(len(scene.life.ended)) < 0.3
    return [
        "" if cause < 0 else "other" if evasive else _SAID[CAUSES[cause]]
        for cause, evasive in zip(scene.life.cause, polite, strict=True)
    ]


def accounts(desk: Desk) -> None:
    """`crm/accounts.csv`: the present state of every account."""
    table = {
        "Account ID": texts(desk.scene.world.ids),
        "Cust. No.": texts(desk.scene.world.customer_numbers),
        "Account Name": text(desk.scene.world.names),
        "Customer Since": texts(desk.scene.world.began),
        "Cancelled On": texts(desk.scene.life.ended),
        "Cancel Reason": text(reasons(desk.scene)),
        "Parent Account": where(
            desk.scene.world.parent >= 0, desk.scene.world.ids[desk.scene.world.parent], ""
        ),
        "CSM": text(names.TEAM)[desk.scene.world.owner],
        "Plan (today)": text(PLANS)[desk.scene.world.plan],
        "Licences": texts(desk.scene.life.seats[-1]),
        "Employees": texts(desk.scene.world.size),
        "Industry": text(INDUSTRIES)[desk.scene.world.industry],
        "Country": text([place[0] for place in PLACES])[desk.scene.world.place],
        "Site TZ": text([place[1] for place in PLACES])[desk.scene.world.place],
        "Currency": texts(desk.scene.world.currency),
        "How did they find us?": text(REFERRALS)[desk.scene.world.referral],
    }
    unknown = {"Cust. No.": "000000", "Cancelled On": ""}  # nobody may be found through a spoiled row
    spoils = [
        REPEATED,
        Spoil("unreadable", 0.001, {**unknown, "Customer Since": "31.02.2024"}),
        Spoil("negative", 0.0005, {**unknown, "Licences": "-5"}),
        Spoil("in_future", 0.0005, {**unknown, "Customer Since": "2052-03-01"}),
    ]
    desk.delimited(
        "accounts",
        "crm/accounts.csv",
        table,
        key="Account ID",
        spoils=spoils,
        layout=Delimited(encoding="utf-8-sig"),
    )


def people(desk: Desk) -> None:
    """`crm/people.csv.gz`: Everyone known at the accounts."""
    rng = desk.draws("people names")
    called = names.people(rng, len(desk.scene.people))
    firms = [desk.scene.world.names[account] for account in desk.scene.people.account]
    table = {
        "Person": texts(desk.scene.people.ids),
        "Account": texts(desk.scene.world.ids[desk.scene.people.account]),
        "Full Name": text(called),
        "E-Mail": text(
            [
                names.address(name, number, firm)
                for number, (name, firm) in enumerate(zip(called, firms, strict=True))
            ]
        ),
        "Role": text(ROLES)[desk.scene.people.role],
        "First Seen": texts(desk.scene.people.joined),
        "Left On": texts(desk.scene.people.left),
    }
    spoils = [
        REPEATED,
        Spoil("unknown_account", 0.0003, {"Account": NOBODY}),
        Spoil("ended_before_begun", 0.0002, {"Left On": "2001-01-01"}),
        Spoil("unreadable", 0.0002, {"First Seen": "soon"}),
    ]
    desk.delimited("people", "crm/people.csv.gz", table, key="Person", spoils=spoils)


def outcomes(desk: Desk) -> None:
    """`crm/outcomes.csv`: what became of contracts: churned, renewed, expanded, contracted."""
    kinds = {"renewal": "renewed", "upgrade": "expanded", "downgrade": "contracted"}
    ended = np.nonzero(desk.scene.life.left)[0]
    said = reasons(desk.scene)
    rows = [(one.day, one.account, kinds[one.kind], "") for one in desk.scene.life.changes]
    rows += [(desk.scene.life.ended[one], int(one), "churned", said[one]) for one in ended]
    rows.sort(key=lambda row: (row[0], row[1]))
    account = np.array([row[1] for row in rows])
    kind = text([row[2] for row in rows])
    paid = text([row[3] for row in rows]) != "non-payment"
    table = {
        "No": texts(np.arange(len(rows)) + 1),
        "Date": texts(np.array([row[0] for row in rows], dtype="datetime64[D]")),
        "Account ID": texts(desk.scene.world.ids[account]),
        "Outcome": kind,
        "Reason": text([row[3] for row in rows]),
        "Voluntary": where(kind == "churned", where(paid, "yes", "no"), ""),
    }
    spoils = [REPEATED, Spoil("unknown_account", 0.001, {"Account ID": NOBODY})]
    desk.delimited("outcomes", "crm/outcomes.csv", table, key="No", spoils=spoils)
