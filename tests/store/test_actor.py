"""The actor is who runs the process, whatever the environment says."""

import os
import pwd

import pytest

from keepwell.store.actor import actor


def test_the_environment_does_not_name_the_actor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert actor() == pwd.getpwuid(os.getuid()).pw_name
