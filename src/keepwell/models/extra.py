"""The libraries that fitting needs and predicting, mostly, does not: they come with the extra `models`."""

from importlib import import_module
from importlib.metadata import version
from typing import Any

from keepwell.errors import UserError, installing


def needed(module: str, by: str) -> Any:
    """A module of the extra `models`, imported when it is needed.

    Raises:
        UserError: the extra is not installed; `by` says what needs it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UserError(
            f"{by} needs the extra `models` ({module} cannot be imported: {error})",
            do=installing("models"),
        ) from error


def versions(*packages: str) -> dict[str, str]:
    """The installed version of each package."""
    return {package: version(package) for package in packages}
