"""Who is in a journey, and its messages one by one: of the accounts within somebody's reach."""

from dataclasses import dataclass

from keepwell.runs.board.desk import Desk
from keepwell.runs.board.row import Row
from keepwell.runs.board.rows import rows
from keepwell.store import enrolled, ledger
from keepwell.store.engine import Store
from keepwell.store.enrolled import Enrolled
from keepwell.store.ledger import Entry

LOOKED_AT = 2000
"""So many enrollments and messages are looked through for those within reach, the newest."""

SHOWN = 30
"""So many of each are shown at most."""


@dataclass(frozen=True, slots=True)
class Member:
    """An account in a journey, as it stands today."""

    row: Row
    enrolled: Enrolled


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, or one that was not sent, and the account that it was for."""

    row: Row
    entry: Entry


@dataclass(frozen=True, slots=True)
class People:
    """Those in a journey, under way first, and its messages, the newest first, of the accounts within reach.

    `more` counts those in it who are not shown, as far as was looked.
    """

    members: tuple[Member, ...]
    messages: tuple[Sent, ...]
    more: int


def people(store: Store, desk: Desk, journey: str) -> People:
    """Who is in a journey, and what was sent to whom."""
    with store.reading() as connection:
        members = enrolled.listed(connection, journey=journey, most=LOOKED_AT)
        messages = ledger.of(connection, journey=journey, most=LOOKED_AT)
    accounts = {each.account_id for each in members} | {each.account_id for each in messages}
    within = _within(desk, accounts)
    mine = [each for each in members if each.account_id in within]
    members = tuple(mine[:SHOWN])
    messages = tuple(each for each in messages if each.account_id in within)[:SHOWN]
    shown = dict.fromkeys([*(each.account_id for each in members), *(each.account_id for each in messages)])
    seen = {row.account_id: row for row in rows(desk, [within[each] for each in shown], {})}
    return People(
        tuple(Member(seen[each.account_id], each) for each in members),
        tuple(Sent(seen[each.account_id], each) for each in messages),
        len(mine) - len(members),
    )


def _within(desk: Desk, accounts: set[str]) -> dict[str, int]:
    """Where those of the accounts stand that are within reach."""
    sheet = desk.sheet
    if sheet is None:
        return {}
    places = ((account, sheet.position(account)) for account in accounts)
    return {account: place for account, place in places if place is not None and desk.reached[place]}
