"""Customer success's exports: steps and goals as tab-separated text, the rest in the team's workbook."""

from datetime import datetime

import numpy as np

from keepwell.sources.simulation.dirt import REPEATED, Spoil
from keepwell.sources.simulation.exports.desk import NOBODY, Desk
from keepwell.sources.simulation.formats import Delimited, styled, texts, write_workbook, zulu
from keepwell.sources.simulation.season import HOME, Instants, Rows, local


def milestones(desk: Desk, rows: Rows) -> None:
    """`success/milestones.tsv`: onboarding steps and goals."""
    table = {
        "ref": texts([f"M{one}" for one in range(1, len(rows["account"]) + 1)]),
        "account": texts(desk.scene.world.ids[rows["account"]]),
        "type": texts(rows["kind"]),
        "what": texts(rows["name"]),
        "weight": texts(rows["weight"]),
        "started": texts(rows["started"]),
        "due": texts(rows["due"]),
        "done_utc": styled(rows["reached_at"], zulu),
    }
    spoils = [
        REPEATED,
        Spoil("unknown_account", 0.0006, {"account": NOBODY}),
        Spoil("ended_before_begun", 0.0004, {"done_utc": "1999-12-31T23:00:00Z"}),
    ]
    desk.delimited(
        "milestones", "success/milestones.tsv", table, key="ref", spoils=spoils, layout=Delimited("\t")
    )


def workbook(
    desk: Desk,
    pulses: Rows,
    meetings: Rows,
    overrides: Rows,
) -> None:
    """`success/csm.xlsx`: pulses, meetings and overrides, a sheet each, in the firm's own time."""
    sheets = {
        "Pulses": _pulses(desk, pulses),
        "Meetings": _meetings(desk, meetings),
        "Overrides": _overrides(desk, overrides),
    }
    created = datetime.fromisoformat(desk.scene.calendar.end.isoformat())
    write_workbook(desk.data / "success/csm.xlsx", sheets, created)


def _pulses(desk: Desk, rows: Rows) -> Rows:
    table = {
        "Ref": texts([f"PU{one}" for one in range(1, len(rows["account"]) + 1)]),
        "Account": texts(desk.scene.world.ids[rows["account"]]),
        "Date": _clock(rows["at"]),
        "Pulse (0-100)": rows["score"].astype(object),
        "By": texts(rows["author"]),
        "Why": texts(rows["reason"]),
    }
    spoils = [
        Spoil("out_of_range", 0.0006, {"Pulse (0-100)": 850}),
        Spoil("unknown_account", 0.0006, {"Account": NOBODY}),
    ]
    return desk.spoil("pulses", table, "Ref", spoils)


def _meetings(desk: Desk, rows: Rows) -> Rows:
    table = {
        "Ref": texts([f"ME{one}" for one in range(1, len(rows["account"]) + 1)]),
        "Account": texts(desk.scene.world.ids[rows["account"]]),
        "Person": texts(desk.scene.people.ids[rows["person"]]),
        "Held": _clock(rows["at"]),
        "Kind": texts(rows["kind"]),
        "Outcome": texts(rows["outcome"]),
        "Minutes": rows["minutes"].astype(object),
        "Mood (-1..1)": rows["sentiment"].astype(object),
        "By": texts(rows["author"]),
    }
    spoils = [
        Spoil("unknown_account", 0.0005, {"Account": NOBODY}),
        Spoil("out_of_range", 0.0004, {"Mood (-1..1)": 5}),
        Spoil("unreadable", 0.0003, {"Held": "tbd"}),
    ]
    return desk.spoil("meetings", table, "Ref", spoils)


def _overrides(desk: Desk, rows: Rows) -> Rows:
    table = {
        "Ref": texts([f"OV{one}" for one in range(1, len(rows["account"]) + 1)]),
        "Account": texts(desk.scene.world.ids[rows["account"]]),
        "From": _clock(rows["from_at"]),
        "Until": rows["until"].astype("datetime64[s]").astype(object),
        "What": texts(rows["target"]),
        "Value": rows["value"].astype(object),
        "By": texts(rows["author"]),
        "Because": texts(rows["reason"]),
    }
    return desk.spoil("overrides", table, "Ref", [])


def _clock(instants: Instants) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.asarray(local(instants, HOME).astype("datetime64[m]").astype("datetime64[s]").astype(object))
