"""The firm whose copies are served."""

from pathlib import Path

import pytest

from tests.runs.acme import loaded


@pytest.fixture(scope="session")
def acme_loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small firm with its facts in the warehouse; tests copy it."""
    return loaded(tmp_path_factory.mktemp("acme") / "acme")
