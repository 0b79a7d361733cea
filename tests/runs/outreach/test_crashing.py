"""Workers are killed with SIGKILL at random points between planning and settlement: no message goes twice, and none is lost but those counted unknown.

`KEEPWELL_KILLS=400` kills that often in each database; without it a few times, so that the suite stays quick.
"""

import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from keepwell.outreach.consent import Basis, Consent
from keepwell.outreach.engine import Advanced, Intent
from keepwell.outreach.enrollment import begun
from keepwell.outreach.ledger import State
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import route_of
from keepwell.store import consents, enrollments, ledger
from keepwell.store.engine import Store
from tests.channels.sink import sink
from tests.docs.pages import ROOT
from tests.runs.firm import AS_OF
from tests.runs.outreach.crashing import BATCH, crashed
from tests.runs.outreach.posting import KEY

KILLS = int(os.environ.get("KEEPWELL_KILLS", "8"))
EACH = 8
"""So many messages are wanted for each kill."""


def _wanted(store: Store, count: int) -> None:
    """So many accounts whose journey wants a message."""
    project = crashed()
    journey = project.journey("rescue")
    version, route = project.journey_version(journey), route_of(journey)
    with store.writing() as connection:
        for number in range(1, count + 1):
            recipient = ledger.recipient(connection, "email", f"p{number}@firm.example")
            consents.grant(connection, recipient, Consent(Basis.CONSENT, AS_OF))
            begins = begun(route, version, f"A{number}", AS_OF, Drum(KEY))
            enrollments.begin(connection, begins)
            after = replace(begins, done=frozenset({"hello"}))
            intent = Intent(begins.id, route.steps["hello"], 1, AS_OF)
            enrollments.keep(connection, begins, Advanced(after, (intent,), None))


def test_nothing_goes_twice_and_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    workers = 2 if store.engine.dialect.name == "postgresql" else 1
    count, seed = KILLS * EACH * workers, random.randrange(10**9)
    _wanted(store, count)
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    with sink(tmp_path) as server:
        arguments = [str(tmp_path), str(server.port), str(KILLS), str(workers), str(seed)]
        command = [sys.executable, "-m", "tests.runs.outreach.crashing", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        arrived = Counter(server.ids())
    assert done.returncode == 0, done.stderr
    hit, over = map(int, done.stdout.split())
    with store.reading() as connection:
        entries = ledger.of(connection, most=2 * count)
        assert enrollments.wanted(connection, 1) == ()
    states = Counter(entry.state for entry in entries)
    names = {entry.key.message_id("acme.example"): entry.state for entry in entries}
    told = f"seed {seed}: {hit} kills, {over} of {count} handed over meanwhile, {dict(states)}"
    assert hit >= KILLS // 2, told
    assert over > 0, told
    assert len(names) == count, told
    assert set(states) <= {State.ACCEPTED, State.UNKNOWN}, told
    assert max(arrived.values()) == 1, told
    assert set(arrived) <= set(names), told
    assert {name for name, state in names.items() if state is State.ACCEPTED} <= set(arrived), told
    assert states[State.UNKNOWN] <= BATCH * hit, told
    if "KEEPWELL_KILLS" in os.environ:
        sys.stderr.write(f"\n{store.engine.dialect.name}: {told}, {len(arrived)} arrived\n")
