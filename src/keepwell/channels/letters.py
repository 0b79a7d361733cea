"""Letters as e-mails: what stands in the header, and the text and the page as two parts of which the reader's program shows one."""

import base64
from email.header import Header
from email.utils import format_datetime, formataddr

from keepwell.channels.channel import Letter

WIDTH = 76


def written(letter: Letter) -> bytes:
    """The e-mail, its lines ended by CRLF. The same letter is always written alike.

    Raises:
        ValueError: an address, the subject or a header holds a line break.
    """
    sender = letter.sender
    headers = {
        "From": _address(sender.name, sender.email),
        "To": _address(letter.to_name, letter.recipient),
        "Subject": _text(letter.subject),
        "Date": format_datetime(letter.at),
        "Message-ID": letter.message_id,
        **({"Reply-To": _address("", sender.reply_to)} if sender.reply_to else {}),
        **letter.headers,
        "MIME-Version": "1.0",
    }
    if any(
        "\r" in value.replace("\r\n ", "") or "\n" in value.replace("\r\n ", "") for value in headers.values()
    ):
        raise ValueError("a header of an e-mail holds a line break")
    parts = [("plain", letter.text), ("html", letter.html)] if letter.html else [("plain", letter.text)]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if len(parts) == 1:
        return (head + _part(*parts[0])).encode()
    border = f"=_{letter.key}"
    body = "".join(f"--{border}\r\n{_part(kind, said)}" for kind, said in parts)
    head += f'Content-Type: multipart/alternative;\r\n boundary="{border}"\r\n\r\n'
    return f"{head}{body}--{border}--\r\n".encode()


def _address(name: str, email: str) -> str:
    if not name:
        return email
    plain = " ".join(name.split())
    return formataddr((plain, email)) if plain.isascii() else f"{_text(plain)} <{email}>"


def _text(text: str) -> str:
    """A header's text; what is not ASCII, or too long for a line, is encoded and folded (RFC 2047)."""
    plain = " ".join(text.split())
    if plain.isascii() and len(plain) < WIDTH - 10:
        return plain
    charset = "us-ascii" if plain.isascii() else "utf-8"
    return Header(plain, charset, maxlinelen=WIDTH, header_name="Subject").encode(linesep="\r\n")


def _part(kind: str, text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    folded = base64.encodebytes(lines).decode().replace("\n", "\r\n")
    return f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{folded}"
