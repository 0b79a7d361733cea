"""The billing systems' exports: contracts in German Latin-1, rates, bills of the present and of the legacy system."""

import numpy as np

from keepwell.sources.simulation.dirt import REPEATED, Spoil
from keepwell.sources.simulation.exports.desk import NOBODY, Desk, text, where
from keepwell.sources.simulation.formats import (
    Delimited,
    cents,
    compact_day,
    fixed_lines,
    german_day,
    styled,
    texts,
    write_lines,
    zulu,
)
from keepwell.sources.simulation.season import HOME, Rows, local
from keepwell.sources.simulation.world import PLANS

_TERMS = {1: "monatlich", 3: "vierteljährlich", 12: "jährlich"}
_CHANGES = {"new": "Neu", "renewal": "Verlängerung", "upgrade": "Aufstockung", "downgrade": "Kürzung"}
_WIDTHS = {"cust": 6, "invoice": 9, "issued": 8, "due": 8, "paid": 8, "failed": 8, "amount": 12, "cur": 3}


def contracts(desk: Desk, rows: Rows) -> None:
    """`billing/vertraege.csv`: Latin-1, semicolons, decimal commas, dd.mm.yyyy."""
    account = rows["account"]
    table = {
        "Vertragsnr": texts(np.arange(len(account)) + 70_001),
        "Kunde": texts(desk.scene.world.ids[account]),
        "Beginn": styled(rows["started"], german_day),
        "Ende": styled(rows["ended"], german_day),
        "Endegrund": texts(rows["reason"]),
        "Nächste Verlängerung": styled(rows["renews"], german_day),
        "Tarif": text(PLANS)[rows["plan"]],
        "Lizenzen": texts(rows["seats"]),
        "Listenpreis/Monat": _comma(rows["full"]),
        "Preis/Monat": _comma(rows["amount"]),
        "Rabatt %": texts(np.round(rows["discount"] * 100).astype(np.int64)),
        "Währung": texts(desk.scene.world.currency[account]),
        "Zahlweise": text([_TERMS[int(months)] for months in desk.scene.world.billing_months])[account],
        "Verlängert automatisch": where(desk.scene.world.annual[account], "Ja", "Nein"),
        "Vorgang": text([_CHANGES[kind] for kind in rows["change"]]),
    }
    spoils = [
        REPEATED,
        Spoil("unknown_account", 0.001, {"Kunde": NOBODY}),
        Spoil("negative", 0.0006, {"Preis/Monat": "-99,00"}),
        Spoil("unreadable", 0.0006, {"Lizenzen": "viele"}),
        Spoil("ended_before_begun", 0.0004, {"Ende": "01.01.2009"}),
    ]
    layout = Delimited(";", "latin-1")
    desk.delimited(
        "contracts", "billing/vertraege.csv", table, key="Vertragsnr", spoils=spoils, layout=layout
    )


def _comma(values: object) -> object:
    return np.array([one.replace(".", ",") for one in cents(values).tolist()], dtype=object)


def rates(desk: Desk, rows: Rows) -> None:
    """`billing/rates.csv`: what one unit of each currency was worth in EUR."""
    Delimited().write(desk.data / "billing/rates.csv", {name: texts(values) for name, values in rows.items()})


def invoices(desk: Desk, rows: Rows) -> None:
    """`billing/invoices.csv`, and before the change of systems, half a year in, `billing/legacy/*.txt`."""
    switch = (np.datetime64(desk.scene.calendar.start, "M") + 6).astype("datetime64[D]")
    old = rows["issued"] < switch
    number = np.arange(len(old)) + 500_001
    order = np.argsort(rows["issued"], kind="stable")
    rows = {name: values[order] for name, values in rows.items()}
    old = old[order]
    _present(desk, {name: values[~old] for name, values in rows.items()}, number[~old])
    _legacy(desk, {name: values[old] for name, values in rows.items()}, number[old])


def _present(desk: Desk, rows: Rows, number: object) -> None:
    table = {
        "Invoice": texts([f"INV-{one}" for one in np.asarray(number)]),
        "Customer": texts(desk.scene.world.ids[rows["account"]]),
        "Issued": texts(rows["issued"]),
        "Due": texts(rows["due"]),
        "Paid (UTC)": styled(rows["paid_at"], zulu),
        "Payment failed (UTC)": styled(rows["failed_at"], zulu),
        "Status": texts(rows["status"]),
        "Total": cents(rows["amount"]),
        "Cur": texts(desk.scene.world.currency[rows["account"]]),
        "Disc.": texts(rows["discount"]),
    }
    spoils = [
        REPEATED,
        Spoil("duplicate_key", 0.0004, {"Total": "1.00"}, same_key=True),
        Spoil("negative", 0.0004, {"Total": "-49.00"}),
        Spoil("unknown_account", 0.0004, {"Customer": NOBODY}),
        Spoil("in_future", 0.0002, {"Issued": "2052-01-01", "Paid (UTC)": "", "Payment failed (UTC)": ""}),
        Spoil("out_of_range", 0.0002, {"Disc.": "15"}),
    ]
    desk.delimited(
        "invoices", "billing/invoices.csv", table, key="Invoice", spoils=spoils, broken="INV-BROKEN,C-10000"
    )


def _legacy(desk: Desk, rows: Rows, number: object) -> None:
    """Fixed width, with the old customer numbers; a file a quarter."""
    table = {
        "cust": texts(desk.scene.world.customer_numbers[rows["account"]]),
        "invoice": texts([f"R{one}" for one in np.asarray(number)]),
        "issued": styled(rows["issued"], compact_day),
        "due": styled(rows["due"], compact_day),
        "paid": styled(local(rows["paid_at"], HOME), compact_day),
        "failed": styled(local(rows["failed_at"], HOME), compact_day),
        "amount": cents(rows["amount"]),
        "cur": texts(desk.scene.world.currency[rows["account"]]),
        "quarter": texts(rows["issued"].astype("datetime64[M]").astype(np.int64) // 3),
    }
    spoils = [
        Spoil("unmatched", 0.001, {"cust": "999999"}),
        Spoil("unreadable", 0.0005, {"amount": "#####"}),
    ]
    dirty = desk.spoil("legacy_invoices", table, "invoice", spoils)
    quarters = sorted(set(dirty["quarter"].tolist()))
    for part, quarter in enumerate(quarters, start=1):
        chosen = {name: values[dirty["quarter"] == quarter] for name, values in dirty.items()}
        write_lines(
            desk.data / f"billing/legacy/bills_{part}.txt",
            ["* LEGACY BILLING *", *fixed_lines(chosen, _WIDTHS)],
        )


def offers(desk: Desk, rows: Rows) -> None:
    """`billing/offers.tsv`: codes given to keep accounts."""
    order = np.argsort(rows["offered_at"], kind="stable")
    rows = {name: values[order] for name, values in rows.items()}
    table = {
        "offer": texts([f"O{one}" for one in range(1, len(order) + 1)]),
        "account": texts(desk.scene.world.ids[rows["account"]]),
        "offered": styled(rows["offered_at"], zulu),
        "redeemed": styled(rows["redeemed_at"], zulu),
        "expires": texts(rows["expires"]),
        "code": texts(rows["code"]),
        "cost": cents(rows["cost"]),
        "currency": texts(desk.scene.world.currency[rows["account"]]),
    }
    spoils = [Spoil("unknown_account", 0.004, {"account": NOBODY})]
    desk.delimited("offers", "billing/offers.tsv", table, key="offer", spoils=spoils, layout=Delimited("\t"))
