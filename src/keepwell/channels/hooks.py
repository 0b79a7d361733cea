"""Calls of webhooks, signed as standardwebhooks.com has it."""

import base64
import hashlib
import hmac
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx
from standardwebhooks.webhooks import Webhook

from keepwell.channels.addresses import Resolve, Target, resolved, target
from keepwell.errors import UserError

TIMEOUT_S = 15.0
MOST_ANSWER = 500
"""So many characters of an answer are kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call: the status (`None`: there was no answer), the beginning of the answer or what went wrong, how long it took.

    `wait_s` is how long whoever was called asks to be left alone.
    """

    status: int | None
    text: str
    seconds: float
    wait_s: int | None = None

    @property
    def arrived(self) -> bool:
        """Whether it was taken."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether whoever was called never wants to be called again."""
        return self.status == 410


def secret(server: bytes, salt: str) -> str:
    """The secret that signs for a webhook, as its receiver gets it: derived from the server's own, and kept nowhere."""
    return "whsec_" + base64.b64encode(hmac.digest(server, salt.encode(), hashlib.sha256)).decode()


def headers(message: str, body: str, signing: str, at: datetime) -> dict[str, str]:
    """The headers that say which message it is, when it was sent, and that it is ours."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Keepwell",
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(signing).sign(message, at, body),
    }


def call(
    url: str,
    body: str,
    said: Mapping[str, str],
    *,
    resolve: Resolve = resolved,
    tls: ssl.SSLContext | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Answer:
    """Calls a URL once. Redirects are not followed, and only the address that was looked at is called."""
    began = time.monotonic()
    try:
        to = target(url, resolve)
        status, text, wait_s = _posted(to, body, said, tls, timeout_s)
    except UserError as error:
        return Answer(None, error.what, time.monotonic() - began)
    except httpx.HTTPError as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:MOST_ANSWER], time.monotonic() - began)
    return Answer(status, text, time.monotonic() - began, wait_s)


def _posted(
    to: Target, body: str, said: Mapping[str, str], tls: ssl.SSLContext | None, timeout_s: float
) -> tuple[int, str, int | None]:
    ip = f"[{to.ip}]" if ":" in to.ip else to.ip
    usual = to.port == (443 if to.scheme == "https" else 80)
    host = to.host if usual else f"{to.host}:{to.port}"
    deadline = time.monotonic() + timeout_s
    with (
        httpx.Client(
            verify=tls or True, timeout=timeout_s, trust_env=False, follow_redirects=False
        ) as client,
        client.stream(
            "POST",
            f"{to.scheme}://{ip}:{to.port}{to.path}",
            content=body.encode(),
            headers={**said, "Host": host},
            extensions={"sni_hostname": to.host},
        ) as response,
    ):
        text = b""
        for piece in response.iter_raw():
            text += piece
            if len(text) >= 4 * MOST_ANSWER or time.monotonic() > deadline:
                break
        plain = text.decode("utf-8", "replace").replace("\0", "�")[:MOST_ANSWER]
        return response.status_code, plain, _seconds(response.headers.get("Retry-After"))


def _seconds(said: str | None) -> int | None:
    return int(said) if said is not None and said.isascii() and said.isdigit() and len(said) < 7 else None
