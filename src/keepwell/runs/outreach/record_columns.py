"""The columns of a file of consents and suppressions, as they are written, and as others may call them."""

COLUMNS = (
    "recipient",
    "channel",
    "basis",
    "granted_at",
    "withdrawn_at",
    "category",
    "source",
    "cause",
    "since",
    "until",
)
"""In the order in which they are exported."""

NAMES = {
    "email": "recipient",
    "e_mail": "recipient",
    "address": "recipient",
    "phone": "recipient",
    "contact": "recipient",
    "legal_basis": "basis",
    "granted": "granted_at",
    "consented_at": "granted_at",
    "opted_in_at": "granted_at",
    "withdrawn": "withdrawn_at",
    "origin": "source",
    "reason": "cause",
    "suppressed": "cause",
    "suppressed_at": "since",
    "topic": "category",
}
"""What else a column may be called."""
