"""The firm with its scores, made once for all tests that only read."""

from collections.abc import Iterator

import pytest

from tests.runs.board.firm import scored
from tests.runs.firm import Firm


@pytest.fixture(scope="session")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """The firm of `tests.runs.board.firm`."""
    with scored(tmp_path_factory.mktemp("board")) as made:
        yield made
