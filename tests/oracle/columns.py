"""The columns that the tests' fact tables have, and how a warehouse keeps them."""

from collections.abc import Mapping

from keepwell.signals.tables import TABLES, Kind

PRIVATE = {"accounts": ("name", "parent_id"), "contacts": ("name", "email")}
ATTRIBUTES: Mapping[str, Mapping[str, Kind]] = {
    "accounts": {"is_trial": Kind.BOOLEAN, "fit": Kind.NUMBER, "lift": Kind.NUMBER},
    "events": {"tag": Kind.TEXT, "urgent": Kind.BOOLEAN},
    "tickets": {"promised_at": Kind.INSTANT},
}
TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.MONEY: "DECIMAL(18,4)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.INSTANT: "TIMESTAMP",
    Kind.CONTACT: "BIGINT",
}


def held(table: str) -> dict[str, Kind]:
    """The columns that a fact's values may fill: the canonical ones that are not private, and the attributes."""
    definition = TABLES[table]
    kept = {
        column.name: column.kind
        for column in definition.columns
        if column.name != definition.occurred and column.name not in PRIVATE.get(table, ())
    }
    return kept | dict(ATTRIBUTES.get(table, {}))


def physical(table: str) -> dict[str, Kind]:
    """The columns that a warehouse says the table has."""
    return {"occurred_at": Kind.INSTANT, "known_at": Kind.INSTANT} | held(table)
