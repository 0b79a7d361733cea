"""The server of the API's tests, and the keys of people there."""

from tests.web.api.conftest import secrets, stands_on, url

__all__ = ["secrets", "stands_on", "url"]
