"""What the demo firm does about its customers: worked playbooks, and rules of outreach under which nothing leaves."""

from pathlib import Path

from keepwell.project.playbooks import EXAMPLES, add
from keepwell.project.scaffold import with_schema

EXAMPLE = "saas"
RULES = "outreach.yml"
WAITING = "advocacy_ask"
"""The journey that nobody has approved yet, so that one can see what that looks like."""

OUTREACH = """\
# The firm is invented, and so are its people: everything is caught and shown, nothing leaves.
enabled: true
sandbox: true
public_url: https://care.fernway.example
from: {email: success@fernway.example, name: Fernway}
postal_address: Fernway GmbH, Torstrasse 1, 10119 Berlin
categories:
  onboarding: {about: Help with setting Fernway up, bases: [contract, consent]}
  product_education: {about: How to get more out of Fernway, bases: consent}
  service: {about: What went wrong and what we do about it, bases: contract}
  billing: {about: Invoices and payments, bases: contract, transactional: true}
  renewal: {about: Your contract, bases: contract}
  relationship: {about: Who looks after you, bases: contract}
  offers: {about: Offers and news, bases: consent}
  advocacy: {about: Whether you would tell others of us, bases: consent}
caps:
  - {most: 2, within: 7 days}
  - {most: 4, within: 7 days, per: account}
quiet_hours: {from: "20:00", to: "08:00"}
holdout: 5%
"""


def write(folder: Path) -> tuple[str, ...]:
    """Writes the playbooks that read the demo firm's signals, and outreach.yml; gives the journeys' names.

    Raises:
        UserError: one of the files is there already.
    """
    names = tuple(name for name, example in EXAMPLES.items() if example == EXAMPLE)
    for name in names:
        add(name, folder)
    (folder / RULES).write_text(with_schema(RULES, OUTREACH), encoding="utf-8")
    return names
