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
    operation = documented[path]["GET"]
    headers = {"Authorization": f"Bearer {secrets['ada']}"}

    @settings(
        max_examples=6,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:  # type: ignore[type-arg]
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    check()
