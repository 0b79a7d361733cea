"""Requests that schemathesis makes up find nothing: every answer is of the form that the documentation promises."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

ACCOUNT = "/api/accounts/{account_id}"
PATHS = (
    "/api/accounts",
    ACCOUNT,
    *(f"{ACCOUNT}/{part}" for part in ("score", "history", "moved", "remedies", "timeline", "signals")),
    "/api/portfolio",
    "/api/portfolio/trend",
    "/api/segments",
    "/api/signals",
    "/api/signals/{name}",
    "/api/scorecards",
    "/api/versions",
    "/api/evidence",
    "/api/runs",
    "/api/sources",
    "/api/rejects",
    "/api/export",
)

WRITES = (
    ("POST", f"{ACCOUNT}/overrides"),
    ("POST", f"{ACCOUNT}/overrides/{{number}}/end"),
    ("POST", f"{ACCOUNT}/pulses"),
    ("POST", f"{ACCOUNT}/notes"),
    ("PUT", f"{ACCOUNT}/notes/{{number}}"),
    ("DELETE", f"{ACCOUNT}/notes/{{number}}"),
    ("POST", f"{ACCOUNT}/feedback"),
    ("PUT", f"{ACCOUNT}/owner"),
    ("POST", f"{ACCOUNT}/tasks"),
    ("PUT", "/api/tasks/{number}"),
    ("POST", "/api/tasks/{number}/steps"),
    ("PUT", "/api/views"),
    ("DELETE", "/api/views/{number}"),
    ("PUT", "/api/digest"),
    ("POST", "/api/webhooks"),
    ("PUT", "/api/webhooks/{number}"),
    ("POST", "/api/invitations"),
    ("POST", "/api/teams"),
    ("PUT", "/api/teams/{number}"),
    ("PATCH", "/api/people/{number}"),
)
"""What changes something, but for what begins a process."""


@pytest.fixture(scope="session")
def documented(url: str) -> BaseSchema:
    """The server's own documentation."""
    return schemathesis.openapi.from_url(f"{url}/api/openapi.json")


@pytest.mark.parametrize(
    ("path", "mode"),
    [(path, GenerationMode.POSITIVE) for path in PATHS]
    + [(path, GenerationMode.NEGATIVE) for path in PATHS if path != "/api/versions"],  # which takes nothing
)
def test_reading_is_as_documented(
    documented: BaseSchema, secrets: dict[str, str], path: str, mode: GenerationMode
) -> None:
    # cursors and instants can be of the right form and still mean nothing: 400 and 422 are then the right answers, and documented
    _check(documented, "GET", path, mode, secrets["ada"], examples=6)


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_writing_is_as_documented(
    documented: BaseSchema, secrets: dict[str, str], method: str, path: str
) -> None:
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        _check(documented, method, path, mode, secrets["ada"], examples=3)


def _check(
    documented: BaseSchema, method: str, path: str, mode: GenerationMode, key: str, *, examples: int
) -> None:
    """Asks with made-up values; those of the right form are said of an account that is there."""
    operation = documented[path][method]
    headers = {"Authorization": f"Bearer {key}"}

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:  # type: ignore[type-arg]
        if method != "GET" and mode is GenerationMode.POSITIVE and "account_id" in case.path_parameters:
            case.path_parameters["account_id"] = "A2"
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    check()
