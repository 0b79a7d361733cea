"""Recipients in one form each, so that a person is written to once however their address is spelt."""

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping

import idna

_PLAIN_DOMAIN = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_BETWEEN_DIGITS = re.compile(r"[\s()./‐-―-]+")
_NATIONAL_ZERO = re.compile(r"\(0\)")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


def email(text: str) -> str:
    """An e-mail address in small letters, its domain as the DNS has it: `ana@xn--mller-kva.example` for `Ana@Müller.example`.

    Two mailboxes that differ in nothing but the case of letters are taken as one, though RFC 5321 would let them be two: a firm
    that has both writes to one person.

    Raises:
        ValueError: it is no address.
    """
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    spaced = any(each.isspace() or not each.isprintable() for each in local)
    if not at or not local or spaced or len(local.encode()) > 64:
        raise ValueError(f"{text!r} is no e-mail address such as ana@firm.example")
    return f"{local.lower()}@{_domain(domain, text)}"


def _domain(domain: str, text: str) -> str:
    lower = domain.rstrip(".").lower()
    if lower.isascii():
        if not _PLAIN_DOMAIN.fullmatch(lower) or len(lower) > 253:
            raise ValueError(f"{text!r} has no domain such as firm.example behind its @")
        return lower
    try:
        return idna.encode(lower, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(f"{text!r} has a domain that cannot be: {error}") from error


def phone(text: str) -> str:
    """A phone number as E.164 has it, a plus and digits alone: `+4930123456` for `0049 (0)30 12 34 56`.

    Raises:
        ValueError: it has no country's code, or is no number.
    """
    plain = _BETWEEN_DIGITS.sub("", _NATIONAL_ZERO.sub("", unicodedata.normalize("NFKC", text)))
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        raise ValueError(f"{text!r} is no phone number with its country's code, such as +49 30 123456")
    return plain


def _as_it_is(text: str) -> str:
    plain = text.strip()
    if not plain:
        raise ValueError("a recipient is missing")
    return plain


_FORMS: Mapping[str, Callable[[str], str]] = {"email": email, "sms": phone, "whatsapp": phone, "call": phone}


def normalised(channel: str, text: str) -> str:
    """The recipient on a channel in its one form; on channels other than e-mail and phone, the text without space around it.

    Raises:
        ValueError: it is no recipient on that channel.
    """
    return _FORMS.get(channel, _as_it_is)(text)


ERASED = "erased "
"""What stands in place of a recipient who was erased begins so; no address does."""


def erased(secret: bytes, channel: str, form: str) -> str:
    """What stands in place of a recipient (in its one form) who was erased: whoever has the secret and the address can tell that it is the same, nobody
    can read the address out of it.
    """
    return ERASED + hmac.new(secret, f"{channel} {form}".encode(), "sha256").hexdigest()
