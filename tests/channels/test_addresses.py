"""Only the open internet is called, however an address is dressed up."""

import pytest

from keepwell.channels.addresses import HOSTS_VARIABLE, Target, target
from keepwell.errors import UserError

OPEN = "93.184.215.14"


@pytest.fixture(autouse=True)
def nothing_permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has permitted any host."""
    monkeypatch.delenv(HOSTS_VARIABLE, raising=False)


def test_where_a_url_leads() -> None:
    found = target("https://hook.example:8443/in?x=1", lambda *_: [OPEN])
    assert found == Target("https://hook.example:8443/in?x=1", "https", "hook.example", 8443, OPEN, "/in?x=1")
    assert target("https://hook.example", lambda *_: [OPEN]).path == "/"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "not an address",
    ],
)
def test_what_is_not_of_the_open_internet_is_refused(address: str) -> None:
    for addresses in ([address], [OPEN, address]):
        with pytest.raises(UserError, match=r"hook\.example is not of the open internet"):
            target("https://hook.example/", lambda *_: addresses)  # noqa: B023 - called at once


@pytest.mark.parametrize("address", [OPEN, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_the_open_internet_is_not(address: str) -> None:
    assert target("https://hook.example/", lambda *_: [address]).ip == address


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://hook.example/", "is not of HTTPS"),
        ("ftp://hook.example/", "is no URL"),
        ("file:///etc/passwd", "is no URL"),
        ("https:///path", "is no URL"),
        ("hook.example", "is no URL"),
        ("https://hook.example:99999/", "is no URL"),
        ("https://[::1", "is no URL"),
        ("https://hook.example/\r\nHost: other", "is no URL"),
        ("https://hook.example/\u202e", "is no URL"),
        ("https://hook.example/" + "x" * 2000, "is no URL"),
        ("https://kim:secret@hook.example/", "the URL holds a password"),
    ],
)
def test_what_is_no_address_is_told_without_secrets(url: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as caught:
        target(url, lambda *_: [OPEN])
    assert "secret" not in str(caught.value)


def test_the_names_of_this_machine_lead_nowhere() -> None:
    for url in (
        "https://localhost/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
    ):
        with pytest.raises(UserError):
            target(url)


def test_a_host_that_is_permitted_is_called_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, "other.example, CRM.internal")
    assert target("http://crm.internal:8080/in", lambda *_: ["10.0.0.7"]).ip == "10.0.0.7"
    with pytest.raises(UserError, match="is not of the open internet"):
        target("https://hook.example/", lambda *_: ["10.0.0.7"])


def test_a_host_that_is_not_there_is_told() -> None:
    def nowhere(*_: object) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(UserError, match=r"there is no host hook\.example"):
        target("https://hook.example/", nowhere)
