"""A made-up consultancy: clients, projects, talks, bills, opinions, and the economy of the sectors they work in."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from keepwell.sources.simulation import names
from keepwell.sources.simulation.formats import (
    Delimited,
    american_time,
    cents,
    styled,
    texts,
    write_workbook,
    zulu,
)
from keepwell.sources.simulation.happenings import home, office, until
from keepwell.sources.simulation.season import (
    HOME,
    Calendar,
    Days,
    Instants,
    Integers,
    Numbers,
    Rows,
    local,
    stream,
)

SECTORS = ("automotive", "energy", "finance", "public", "retail")
_MONTHS = 30
_NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients: sector, how content each is (standard normal, fixed), its budget per project, and its end."""

    ids: np.ndarray[tuple[int], np.dtype[np.str_]]
    names: list[str]
    sector: Integers
    content: Numbers
    budget: Numbers
    began: Days
    ended: Days


@dataclass(frozen=True, slots=True)
class _Office:
    """What every export needs: the draws' seed, the calendar, the sectors' economy (months × sectors), the clients."""

    seed: int
    calendar: Calendar
    economy: Numbers
    clients: Clients

    def last_days(self) -> Days:
        """The last day of each client, or of the span."""
        return np.where(np.isnat(self.clients.ended), self.calendar.last, self.clients.ended)


def write(folder: Path, seed: int, clients: int = 200) -> None:
    """Writes the consultancy's exports to `folder/data` and its hidden truth to `folder/truth`."""
    calendar = Calendar.of(_MONTHS)
    economy = _economy(seed)
    firm = _Office(seed, calendar, economy, _clients(seed, clients, calendar, economy))
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "README.txt").write_text(_README, encoding="utf-8")
    Delimited().write(data / "clients.csv", _client_list(firm))
    projects = _projects(firm)
    Delimited("\t").write(data / "projects.tsv", _project_list(firm, projects))
    Delimited(";", "latin-1").write(data / "rechnungen.csv", _bills(firm, projects))
    Delimited().write(data / "feedback.csv", _feedback(firm, projects))
    Delimited().write(data / "sector_index.csv", _index(firm))
    sheets = {"Talks": _talks(firm), "Pulse": _pulses(firm)}
    write_workbook(data / "crm.xlsx", sheets, datetime.fromisoformat(calendar.end.isoformat()))
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    hidden = {
        str(one): round(float(mood), 3)
        for one, mood in zip(firm.clients.ids, firm.clients.content, strict=True)
    }
    (truth / "truth.json").write_text(
        json.dumps({"simulated": True, "seed": seed, "content": hidden}, indent=1) + "\n"
    )


def _economy(seed: int) -> Numbers:
    """Each sector's demand index, 100 at the start, month by month."""
    rng = stream(seed, "economy")
    drift = rng.normal(0, 0.006, len(SECTORS))
    return np.asarray(
        100 * np.exp(np.cumsum(drift + rng.normal(0, 0.015, (_MONTHS + 1, len(SECTORS))), axis=0))
    )


def _clients(seed: int, count: int, calendar: Calendar, economy: Numbers) -> Clients:
    rng = stream(seed, "clients")
    sector = rng.integers(0, len(SECTORS), count)
    content = rng.normal(size=count)
    began = calendar.first + rng.integers(-400, calendar.days - 200, count).astype("timedelta64[D]")
    weak = economy[-1, sector] < 97
    per_year = 0.10 * np.exp(-0.9 * content + 0.6 * weak)
    ended = np.maximum(began, calendar.first) + (60 + rng.exponential(365 / per_year)).astype(
        "timedelta64[D]"
    )
    return Clients(
        ids=np.array([f"CL-{100 + number}" for number in range(count)]),
        names=names.firms(rng, count),
        sector=sector,
        content=content,
        budget=np.exp(rng.normal(np.log(30_000), 0.6, count)),
        began=began,
        ended=np.where(ended < calendar.last, ended, _NO_DAY),
    )


def _client_list(firm: _Office) -> Rows:
    clients = firm.clients
    rng = stream(firm.seed, "partners")
    return {
        "client": texts(clients.ids),
        "name": texts(clients.names),
        "since": texts(clients.began),
        "until": texts(clients.ended),
        "sector": np.array(SECTORS, dtype=object)[clients.sector],
        "partner": np.array(names.TEAM, dtype=object)[rng.integers(0, len(names.TEAM), len(clients.ids))],
    }


def _projects(firm: _Office) -> Rows:
    """Two or three projects a year and client; the discontent ones' slip more."""
    rng = stream(firm.seed, "projects")
    clients, calendar = firm.clients, firm.calendar
    count = rng.poisson(2.4 * _MONTHS / 12, len(clients.ids))
    client = np.repeat(np.arange(len(clients.ids)), count)
    started = calendar.first + rng.integers(0, calendar.days, len(client)).astype("timedelta64[D]")
    kept = (started >= clients.began[client]) & (started < firm.last_days()[client])
    client, started = client[kept], started[kept]
    due = started + rng.integers(40, 150, len(client)).astype("timedelta64[D]")
    slip = np.round(6 - 9 * clients.content[client] + rng.normal(0, 12, len(client))).astype(np.int64)
    done = np.maximum(due + slip.astype("timedelta64[D]"), started + 10)
    order = np.argsort(started, kind="stable")
    columns: Rows = {
        "client": client,
        "started": started,
        "due": due,
        "done": until(office(rng, done), home(firm.last_days())[client]),
    }
    return {name: values[order] for name, values in columns.items()}


def _project_list(firm: _Office, projects: Rows) -> Rows:
    return {
        "project": texts([f"PR{number}" for number in range(1, len(projects["client"]) + 1)]),
        "client": texts(firm.clients.ids[projects["client"]]),
        "start": texts(projects["started"]),
        "deadline": texts(projects["due"]),
        "accepted": styled(projects["done"], zulu),
    }


def _bills(firm: _Office, projects: Rows) -> Rows:
    """A bill for each third of a project, paid late by the discontent."""
    rng = stream(firm.seed, "bills")
    client = np.repeat(projects["client"], 3)
    length = (projects["due"] - projects["started"]).astype(np.int64)
    part = np.tile([1, 2, 3], len(length))
    issued = np.repeat(projects["started"], 3) + (np.repeat(length, 3) * part / 3).astype("timedelta64[D]")
    kept = issued < firm.last_days()[client]
    client, issued = client[kept], issued[kept]
    month = (issued.astype("datetime64[M]") - np.datetime64(firm.calendar.start, "M")).astype(np.int64)
    demand = firm.economy[month, firm.clients.sector[client]] / 100
    amount = firm.clients.budget[client] / 3 * demand**2 * np.exp(rng.normal(0, 0.15, len(client)))
    days = np.clip(24 - 7 * firm.clients.content[client] + rng.normal(0, 8, len(client)), 1, 90)
    paid = issued + np.ceil(days).astype("timedelta64[D]")
    order = np.argsort(issued, kind="stable")

    def day(values: Days) -> object:
        return styled(values, lambda iso: f"{iso[8:10]}.{iso[5:7]}.{iso[:4]}")

    return {
        "Nummer": texts(np.arange(len(client)) + 2001),
        "Kunde": texts(firm.clients.ids[client][order]),
        "Datum": day(issued[order]),
        "Fällig": day(issued[order] + 30),
        "Bezahlt": day(np.where(paid < firm.calendar.last, paid, _NO_DAY)[order]),
        "Betrag": np.array([one.replace(".", ",") for one in cents(amount[order]).tolist()], dtype=object),
    }


def _feedback(firm: _Office, projects: Rows) -> Rows:
    rng = stream(firm.seed, "feedback")
    asked = np.nonzero(~np.isnat(projects["done"]) & (rng.random(len(projects["done"])) < 0.6))[0]
    client = projects["client"][asked]
    score = np.clip(
        np.round(3.9 + 0.7 * firm.clients.content[client] + rng.normal(0, 0.6, len(client))), 1, 5
    )
    return {
        "no": texts(np.arange(len(client)) + 1),
        "client": texts(firm.clients.ids[client]),
        "score": texts(score.astype(np.int64)),
        "answered": styled(local(projects["done"][asked], HOME), american_time),
    }


def _index(firm: _Office) -> Rows:
    months = np.datetime64(firm.calendar.start, "M") + np.arange(_MONTHS)
    return {
        "month": texts(np.repeat(months.astype("datetime64[D]"), len(SECTORS))),
        "sector": np.tile(np.array(SECTORS, dtype=object), _MONTHS),
        "index": texts(np.round(firm.economy[:_MONTHS].ravel(), 1)),
    }


def _visits(firm: _Office, name: str, per_year: float) -> tuple[Integers, Instants, np.random.Generator]:
    rng = stream(firm.seed, name)
    clients = firm.clients
    count = rng.poisson(per_year * _MONTHS / 12, len(clients.ids))
    client = np.repeat(np.arange(len(clients.ids)), count)
    day = firm.calendar.first + rng.integers(0, firm.calendar.days, len(client)).astype("timedelta64[D]")
    kept = (day >= clients.began[client]) & (day < firm.last_days()[client])
    order = np.argsort(day[kept], kind="stable")
    return client[kept][order], office(rng, day[kept][order]), rng


def _talks(firm: _Office) -> Rows:
    client, at, rng = _visits(firm, "talks", 9.0)
    mood = np.clip(0.2 + 0.35 * firm.clients.content[client] + rng.normal(0, 0.3, len(client)), -1, 1)
    kinds = np.array(["call", "meeting", "review", "visit"], dtype=object)
    return {
        "Ref": texts([f"T{number}" for number in range(1, len(client) + 1)]),
        "Client": texts(firm.clients.ids[client]),
        "When": _clock(at),
        "Kind": kinds[rng.choice(4, size=len(client), p=[0.5, 0.3, 0.12, 0.08])],
        "Minutes": (15 * (1 + rng.integers(0, 6, len(client)))).astype(object),
        "Mood": np.round(mood, 1).astype(object),
    }


def _pulses(firm: _Office) -> Rows:
    client, at, rng = _visits(firm, "pulses", 3.0)
    score = np.clip(62 + 16 * firm.clients.content[client] + rng.normal(0, 9, len(client)), 0, 100)
    return {
        "Ref": texts([f"P{number}" for number in range(1, len(client) + 1)]),
        "Client": texts(firm.clients.ids[client]),
        "When": _clock(at),
        "Score": (np.round(score / 5) * 5).astype(np.int64).astype(object),
    }


def _clock(at: Instants) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.asarray(local(at, HOME).astype("datetime64[m]").astype("datetime64[s]").astype(object))


_README = """SIMULATED DATA

This consultancy and its clients are not real. They were drawn at random by Keepwell's simulator.
"""
