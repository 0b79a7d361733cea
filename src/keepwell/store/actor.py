"""Who does it: the operating system's user, until people can sign in."""

import os
import sys


def actor() -> str:
    """The name of the user that this process runs as; not what the environment says, which anybody can set."""
    if sys.platform == "win32":
        return os.getlogin()
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
