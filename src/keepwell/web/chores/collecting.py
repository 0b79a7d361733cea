"""Answers and bounces are read from the mailbox that they come into."""

import os

from keepwell.channels.mailbox import VARIABLE
from keepwell.outreach.links import SECRET, Links
from keepwell.runs.outreach import returning
from keepwell.web.server.logs import logger
from keepwell.web.server.serving import Serving

NOWHERE = "https://nowhere.invalid"
"""Where links would begin while the rules say no `public_url`: here they are only read."""


def collect(served: Serving) -> None:
    """Reads what has come into the mailbox, if the environment names one."""
    url = os.environ.get(VARIABLE, "")
    if not url:
        return
    links = Links(served.secret(SECRET), served.project().outreach.public_url or NOWHERE)
    heard = returning.collect(served.store, links, url)
    if heard.read:
        new = {str(what): count for what, count in heard.new.items()}
        logger("chores").info("mailbox read", read=heard.read, ours=heard.ours, **new)
