"""Consents and suppressions, kept by recipient, as the arbiter reads them."""

from keepwell.outreach.consent import Basis, Category, Cause, Consent, Suppression, on_record
from keepwell.store import consents, ledger
from keepwell.store.engine import Store
from tests.outreach.made import BEGIN, DAY

TIPS, OFFERS = Category("tips"), Category("offers")
YES = Consent(Basis.CONSENT, BEGIN - 9 * DAY, source="form of 2025")
CONTRACT = Consent(Basis.CONTRACT, BEGIN - DAY, None, "email", "invoices", "CRM")


def test_a_basis_is_kept_once_with_its_source_and_by_recipient(store: Store) -> None:
    with store.writing() as connection:
        ana = ledger.recipient(connection, "email", "ana@firm.example")
        assert ledger.recipient(connection, "email", "ana@firm.example") == ana
        ben = ledger.recipient(connection, "email", "ben@firm.example")
        for each in (YES, CONTRACT, YES):
            consents.grant(connection, ana, each)
        assert consents.of(connection, ana) == (YES, CONTRACT)
        assert consents.of(connection, ben) == ()


def test_a_no_to_one_category_outlives_an_older_yes_to_all_and_is_harmless_twice(store: Store) -> None:
    with store.writing() as connection:
        ana = ledger.recipient(connection, "email", "ana@firm.example")
        consents.grant(connection, ana, YES)
        for _ in range(2):
            consents.withdraw(connection, ana, BEGIN, category="tips")
        kept = consents.of(connection, ana)
        assert len(kept) == 2
        assert [on_record(kept, "email", each, BEGIN + DAY) for each in (TIPS, OFFERS)] == [False, True]
        assert on_record(kept, "email", TIPS, BEGIN - DAY)


def test_a_suppression_is_kept_once(store: Store) -> None:
    bounce = Suppression(Cause.HARD_BOUNCE, BEGIN, BEGIN + DAY, "email")
    opt_out = Suppression(Cause.OPT_OUT, BEGIN, category="tips")
    with store.writing() as connection:
        ana = ledger.recipient(connection, "email", "ana@firm.example")
        for each in (bounce, opt_out, bounce):
            consents.suppress(connection, ana, each)
        assert consents.suppressions(connection, ana) == (bounce, opt_out)
