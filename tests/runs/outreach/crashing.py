"""A process that has workers send, and kills them with SIGKILL at random points; it is told how often, by how many at once, and the seed.

`python crashing.py FOLDER PORT KILLS AT_ONCE SEED`: the folder with the store (or where the environment says), the mail server's port.
Workers are forked, so that each is there within moments. In the end one works on undisturbed, an hour later, until nothing is due.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from keepwell import clock
from keepwell.channels.mail import MailServer
from keepwell.channels.smtp import Smtp
from keepwell.outreach.whom import Person
from keepwell.project.project import Project
from keepwell.runs.accounts import Account
from keepwell.runs.outreach import planning, sending
from keepwell.runs.outreach.facts import Facts
from keepwell.runs.outreach.people import Around
from keepwell.runs.outreach.planning import plan
from keepwell.runs.outreach.sending import Sending
from keepwell.runs.outreach.ways_out import WaysOut
from keepwell.runs.outreach.wording import Seen
from keepwell.store import engine, ledger
from keepwell.store.address import address
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse
from tests.runs.firm import project
from tests.runs.outreach.posting import KEY, RULES, TEMPLATES, journey

BATCH = 10
LEASE = timedelta(seconds=2)
LONGEST_S = 0.25
"""Workers live for so long at most."""

MORE = 60
"""So many more are killed at most where the machine is so busy that none has come to hand anything over."""


def crashed() -> Project:
    """The project whose journey is sent."""
    rules = replace(RULES, sandbox=False)
    return replace(project(as_of=None, templates=TEMPLATES), journeys=(journey(),), outreach=rules)


class Remembered(Facts):
    """Facts of accounts of one person each, P7 at A7, without a warehouse, which only one process can have."""

    def around(self, account_ids: Sequence[str]) -> Mapping[str, Around]:
        """The accounts."""
        return {id: _around(id) for id in account_ids}

    def seen(self, there: Mapping[str, Around], texts: Sequence[str]) -> Mapping[str, Seen]:
        """Three logins each."""
        return {id: Seen({"logins": 3}) for id in there}


def _around(id: str) -> Around:
    person = Person(f"P{id[1:]}", f"Person {id}", "champion", addresses={"email": f"p{id[1:]}@firm.example"})
    return Around(Account(int(id[1:]), id, id), people=(person,))


def work(folder: Path, port: int, tell: int | None = None) -> None:
    """Plans and sends what is due, in this order or, as often, the other way round first; says by a byte that it begins."""
    store = engine.existing(address(folder))
    assert store is not None
    planning.BATCH, sending.BATCH, sending.WINDOW = BATCH, BATCH, 5 * BATCH
    facts, ways = Remembered(crashed(), cast(Warehouse, None)), _ways(port)
    sends = Sending(crashed(), store, facts, ways, KEY, lease=LEASE)
    if tell is not None:
        os.write(tell, b".")
    if os.getpid() % 2:
        sends.everything()
    plan(crashed(), store, facts, clock.now())
    sends.everything()
    ways.close()


def _ways(port: int) -> WaysOut:
    return WaysOut({"email": Smtp(MailServer("127.0.0.1", port, False, "", "", ""))})


def forked(folder: Path, port: int) -> int:
    """A worker's process, once it has begun to work."""
    hears, tells = os.pipe()
    child = os.fork()
    if not child:
        try:
            work(folder, port, tells)
        finally:
            os._exit(0)
    os.close(tells)
    os.read(hears, 1)
    os.close(hears)
    return child


def over(store: Store) -> int:
    """How many messages were handed over so far."""
    with store.reading() as connection:
        return sum(ledger.counted(connection, "rescue", datetime.min.replace(tzinfo=UTC)).values())


def main() -> None:
    """Kills as often as is asked; says how many of the workers were at work then, and how many messages these had handed over."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    kills, at_once, seed = map(int, sys.argv[3:])
    chance, hit = random.Random(seed), 0
    store = engine.existing(address(folder))
    assert store is not None
    workers, done = [forked(folder, port) for _ in range(at_once)], 0
    while done < kills or (not over(store) and done < kills + MORE):
        time.sleep(chance.uniform(0, LONGEST_S))
        place = chance.randrange(at_once)
        os.kill(workers[place], signal.SIGKILL)
        _, status = os.waitpid(workers[place], 0)
        hit += os.WIFSIGNALED(status)
        workers[place] = forked(folder, port)
        done += 1
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        hit += os.WIFSIGNALED(status)
    meanwhile = over(store)
    with clock.pinned(clock.now() + timedelta(hours=1)):
        work(folder, port)
    sys.stdout.write(f"{hit} {meanwhile}\n")


if __name__ == "__main__":
    main()
