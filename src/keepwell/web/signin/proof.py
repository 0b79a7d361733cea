"""Where much depends on it, people have shown lately who they are."""

from starlette.requests import HTTPConnection

from keepwell.web.server.asking import NotSignedInError
from keepwell.web.signin.asked import asked


def proven(request: HTTPConnection) -> None:
    """Lets through who signed in within the last hour, and keys, which prove themselves each time.

    Raises:
        NotSignedInError: that was longer ago; they sign in once more.
    """
    session = asked(request).session
    if session is not None and not session.proven:
        raise NotSignedInError("you signed in a while ago, and much depends on this", do="sign in once more")
