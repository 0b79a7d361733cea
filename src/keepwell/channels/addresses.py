"""Addresses that others name and the server calls: only those of the open internet, so that nobody reaches through it what stands behind it."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from keepwell.errors import UserError

HOSTS_VARIABLE = "KEEPWELL_WEBHOOK_HOSTS"
"""The environment's list of hosts, separated by commas, that may be called wherever they are, also without TLS."""

MOST = 2000
_NAT64 = ip_network("64:ff9b::/96")
Resolve = Callable[[str, int], Sequence[str]]
"""Gives the IP addresses of a host and port."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads: the host as it is called, and the IP address that was looked at and is called, none else."""

    url: str
    scheme: str
    host: str
    port: int
    ip: str
    path: str


def resolved(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host, as the system has them.

    Raises:
        OSError: there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


def permitted() -> frozenset[str]:
    """The hosts that whoever runs the server permits wherever they are."""
    said = os.environ.get(HOSTS_VARIABLE, "")
    return frozenset(each.strip().casefold() for each in said.split(",") if each.strip())


def target(url: str, resolve: Resolve = resolved) -> Target:
    """Where a URL leads, if it may be called.

    Raises:
        UserError: it is no URL, not of HTTPS, or leads (also) to an address that is not of the open internet.
    """
    parts, host, port = _parts(url)
    if host.casefold() not in permitted() and parts.scheme != "https":
        raise UserError(
            f"{_shown(parts)} is not of HTTPS", where="url", do="name one that begins with https://"
        )
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise UserError(f"there is no host {host}", where="url", do="check how it is spelt") from error
    if not addresses:
        raise UserError(f"there is no host {host}", where="url", do="check how it is spelt")
    if host.casefold() not in permitted() and not all(_open(each) for each in addresses):
        raise UserError(
            f"{host} is not of the open internet",
            where="url",
            do=f"name another host, or have who runs the server permit it by {HOSTS_VARIABLE}",
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url, parts.scheme, host, port, addresses[0], path)


def _parts(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise UserError(
            f"{url[:100]!r} is no URL", where="url", do="name one that begins with https://"
        ) from error
    printable = all("!" <= each <= "~" for each in url)
    if parts.scheme not in ("https", "http") or not parts.hostname or not printable or len(url) > MOST:
        raise UserError(f"{url[:100]!r} is no URL", where="url", do="name one that begins with https://")
    if parts.username is not None or parts.password is not None:
        raise UserError("the URL holds a password", where="url", do="leave it out; requests are signed")
    return parts, parts.hostname, port


def _shown(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.hostname}"


def _open(address: str) -> bool:
    """Whether an IP address, and every one that it carries within, is of the open internet."""
    try:
        return all(
            each.is_global and not each.is_multicast
            for each in _within(ip_address(address.partition("%")[0]))
        )
    except ValueError:
        return False


def _within(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            yield address.ipv4_mapped
            return
        if address in _NAT64:
            yield IPv4Address(int(address) & 0xFFFFFFFF)
        if address.sixtofour is not None:
            yield address.sixtofour
        if address.teredo is not None:
            yield from address.teredo
    yield address
