"""A Python client of Keepwell's API: `Keepwell(url, key)` lists accounts, explains scores, and takes what people say.

from keepwell.client import Keepwell

with Keepwell("https://keepwell.firm.example", key) as keepwell:
    for account in keepwell.accounts(band=["red"], sort="-value_at_risk"):
        print(account.name, account.score, account.cost.text if account.cost else "")
"""

from keepwell.client.answers import (
    Account,
    Cost,
    History,
    Moved,
    Part,
    Point,
    Portfolio,
    PortfolioBand,
    Reason,
    Remedies,
    Remedy,
    Run,
    Score,
    Signal,
    Written,
)
from keepwell.client.calls import ApiError, Keepwell

__all__ = [
    "Account",
    "ApiError",
    "Cost",
    "History",
    "Keepwell",
    "Moved",
    "Part",
    "Point",
    "Portfolio",
    "PortfolioBand",
    "Reason",
    "Remedies",
    "Remedy",
    "Run",
    "Score",
    "Signal",
    "Written",
]
