"""Recipients, each in its one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.outreach.recipient import email, normalised, phone


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ana@firm.example", "ana@firm.example"),
        ("  Ana.Maria@FIRM.Example. ", "ana.maria@firm.example"),
        ("ana+news@firm.example", "ana+news@firm.example"),
        ("a@b@firm.example", "a@b@firm.example"),
        # Known names of the DNS: RFC 3492's Bücher, and the four letters that IDNA 2003 and 2008 part over.
        ("info@Bücher.example", "info@xn--bcher-kva.example"),
        ("info@BU\u0308CHER.example", "info@xn--bcher-kva.example"),
        ("info@xn--bcher-kva.example", "info@xn--bcher-kva.example"),
        ("info@faß.de", "info@xn--fa-hia.de"),
        ("info@例え.jp", "info@xn--r8jz45g.jp"),
        ("José@firm.example", "josé@firm.example"),
        ("Jose\u0301@firm.example", "josé@firm.example"),
    ],
)
def test_an_address_has_one_form(text: str, form: str) -> None:
    assert email(text) == form


@pytest.mark.parametrize(
    "text", ["", "ana", "@firm.example", "ana@", "a na@firm.example", "ana@fi rm", "ana@-firm", "ana@ü..de"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no e-mail address|domain"):
        email(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("+49 30 123456", "+4930123456"),
        ("0049 (0)30 12 34 56", "+4930123456"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("+1.212.555.0100", "+12125550100"),
        ("+49–30–123456", "+4930123456"),
        ("＋４９ ３０ １２３４５６", "+4930123456"),
    ],
)
def test_a_number_has_one_form(text: str, form: str) -> None:
    assert phone(text) == form


@pytest.mark.parametrize(
    "text", ["", "030 123456", "+0 123456789", "+49 12", "+49 30 CALL ME", "+1234567890123456"]
)
def test_what_is_no_number_with_its_country_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="country's code"):
        phone(text)


def test_the_channel_says_which_form() -> None:
    assert normalised("email", "Ana@Firm.example") == "ana@firm.example"
    assert normalised("sms", "+49 30 123456") == "+4930123456"
    assert normalised("in_app", " C17 ") == "C17"
    with pytest.raises(ValueError, match="missing"):
        normalised("in_app", " ")


@given(st.emails())
def test_a_form_is_its_own_form_and_case_makes_no_difference(address: str) -> None:
    form = email(address)
    assert email(form) == form
    assert email(address.upper()) == form
