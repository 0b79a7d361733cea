"""The exports of the helpdesk, the survey tool and the marketing tool."""

import numpy as np

from keepwell.sources.simulation.dirt import REPEATED, Spoil
from keepwell.sources.simulation.exports.desk import NOBODY, Desk, where
from keepwell.sources.simulation.formats import (
    american_time,
    json_lines,
    styled,
    texts,
    write_lines,
    zulu,
)
from keepwell.sources.simulation.season import Rows


def tickets(desk: Desk, rows: Rows) -> None:
    """`helpdesk/tickets.jsonl`"""
    table = {
        "id": texts(np.arange(len(rows["account"])) + 30_001),
        "org": texts(desk.scene.world.ids[rows["account"]]),
        "requester": texts(desk.scene.people.ids[rows["person"]]),
        "created_at": styled(rows["opened_at"], zulu),
        "first_reply_at": styled(rows["answered_at"], zulu),
        "solved_at": styled(rows["closed_at"], zulu),
        "escalated_at": styled(rows["escalated_at"], zulu),
        "reopens": texts(rows["reopened"]),
        "priority": texts(rows["priority"]),
        "topic": texts(rows["topic"]),
        "via": texts(rows["channel"]),
        "csat": texts(rows["rating"]),
    }
    spoils = [
        REPEATED,
        Spoil("duplicate_key", 0.0003, {"topic": "merged"}, same_key=True),
        Spoil("unknown_account", 0.0004, {"org": NOBODY}),
        Spoil("ended_before_begun", 0.0003, {"solved_at": "1970-01-01T00:00:00Z"}),
        Spoil("negative", 0.0002, {"reopens": "-1"}),
        Spoil("before_account", 0.0003, {"created_at": "2012-02-01T09:00:00Z"}, warned=True),
    ]
    dirty = desk.spoil("tickets", table, "id", spoils)
    lines = json_lines(dirty, plain=("id", "reopens", "csat"))
    broken = desk.broken("tickets", len(lines), '{"id": 99, "org": "C-1')
    write_lines(desk.data / "helpdesk/tickets.jsonl", lines, broken)


def surveys(desk: Desk, rows: Rows) -> None:
    """`surveys/responses.csv`: American dates, in UTC."""
    table = {
        "Response #": texts(np.arange(len(rows["account"])) + 1),
        "Company ID": texts(desk.scene.world.ids[rows["account"]]),
        "Respondent": texts(desk.scene.people.ids[rows["person"]]),
        "Survey": np.char.upper(rows["kind"]).astype(object),
        "Answer": texts(rows["score"]),
        "Answered (UTC)": styled(rows["at"], american_time),
    }
    spoils = [
        REPEATED,
        Spoil("out_of_range", 0.0006, {"Survey": "NPS", "Answer": "12"}),
        Spoil("out_of_range", 0.0003, {"Survey": "CSAT", "Answer": "9"}),
        Spoil("unknown_account", 0.0005, {"Company ID": NOBODY}),
        Spoil("unreadable", 0.0004, {"Answer": "n/a"}),
        Spoil("in_future", 0.0003, {"Answered (UTC)": "01/31/2052 10:00"}),
    ]
    desk.delimited("surveys", "surveys/responses.csv", table, key="Response #", spoils=spoils)


def messages(desk: Desk, rows: Rows) -> None:
    """`marketing/messages.csv.gz`: knows people, not accounts."""
    table = {
        "row": texts(np.arange(len(rows["account"])) + 1),
        "recipient": texts(desk.scene.people.ids[rows["person"]]),
        "when": styled(rows["at"], zulu),
        "what": texts(rows["action"]),
        "medium": where(rows["channel"] == "email", "e-mail", "in-app"),
        "campaign": texts(rows["campaign"]),
    }
    spoils = [
        Spoil("unmatched", 0.0002, {"recipient": "P000000"}),
        Spoil("unreadable", 0.0001, {"when": "yesterday"}),
        Spoil("in_future", 0.00005, {"when": "2052-01-01T00:00:00Z"}),
    ]
    desk.delimited("messages", "marketing/messages.csv.gz", table, key="row", spoils=spoils)


def permissions(desk: Desk, consents: Rows, suppressions: Rows) -> None:
    """`marketing/consents.csv.gz` and `marketing/suppressions.csv`: by person, like all that this tool knows."""
    table = {
        "consent": texts([f"CO{one}" for one in range(1, len(consents["person"]) + 1)]),
        "person": texts(desk.scene.people.ids[consents["person"]]),
        "category": texts(consents["category"]),
        "basis": texts(consents["basis"]),
        "granted": styled(consents["granted_at"], zulu),
        "withdrawn": styled(consents["withdrawn_at"], zulu),
    }
    spoils = [Spoil("unmatched", 0.0002, {"person": "P000000"})]
    desk.delimited("consents", "marketing/consents.csv.gz", table, key="consent", spoils=spoils)
    stopped = {
        "person": texts(desk.scene.people.ids[suppressions["person"]]),
        "since": styled(suppressions["since_at"], zulu),
        "why": texts(suppressions["reason"]),
    }
    desk.delimited("suppressions", "marketing/suppressions.csv", stopped, key="person")
