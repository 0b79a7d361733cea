"""The account in an address, for whoever reaches it: what every route of one account depends on."""

from typing import Annotated

from fastapi import Depends, Path
from pydantic import BeforeValidator

from keepwell.client.address import account_id as account_id_of
from keepwell.people import Person
from keepwell.runs import reaching
from keepwell.runs.reaching import Reached
from keepwell.web.server.asking import Served, asker

AccountId = Annotated[
    str,
    BeforeValidator(account_id_of),
    Path(
        min_length=1,
        max_length=500,
        description="The account's id, as the firm calls it, percent-encoded (a slash is %2F); for the ids . and .. write ~. and ~..",
    ),
]


def reached(
    account_id: AccountId,
    served: Served,
    person: Annotated[Person, Depends(asker)],
) -> Reached:
    """The account in the address, if whoever asks reaches it.

    Raises:
        AbsentError: it is not there, or not for them.
    """
    with served.warehouse.reading() as warehouse:
        return reaching.reached(warehouse, served.store, person, account_id)


Account = Annotated[Reached, Depends(reached)]
