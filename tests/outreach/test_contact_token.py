"""Tokens of contacts: as the documentation says they are made, and good for nothing else."""

import subprocess
from datetime import timedelta

from keepwell.outreach.contact_token import contact_of, token
from tests.outreach.made import BEGIN, HOUR

SECRET = b"0123456789abcdef0123456789abcdef"
MADE = token(SECRET, "C 17/ü", BEGIN + HOUR)


def test_a_token_is_what_openssl_makes_by_the_recipe() -> None:
    said = MADE.rpartition(".")[0]
    assert said == f"QyAxNy_DvA.{int((BEGIN + HOUR).timestamp())}"
    command = ["openssl", "dgst", "-sha256", "-hmac", SECRET.decode()]
    printed = subprocess.run(command, input=said.encode(), capture_output=True, check=True).stdout.decode()
    assert MADE.rpartition(".")[2] == printed.split()[-1]


def test_a_token_names_its_contact_until_it_is_over() -> None:
    assert contact_of(SECRET, MADE, BEGIN) == "C 17/ü"
    assert contact_of(SECRET, MADE, BEGIN + HOUR) is None
    assert contact_of(SECRET, token(SECRET, "C17", BEGIN + timedelta(days=8)), BEGIN) is None


def test_nobody_makes_one_up() -> None:
    other = token(b"f" * 32, "C 17/ü", BEGIN + HOUR)
    signature = MADE.rpartition(".")[2]
    for made_up in (
        other,
        "",
        ".",
        "..",
        f"QzE4.{MADE.split('.')[1]}.{signature}",
        MADE[:-1],
        MADE + "0",
        "ü.1.2",
    ):
        assert contact_of(SECRET, made_up, BEGIN) is None
    assert contact_of(SECRET, token(SECRET, "", BEGIN + HOUR), BEGIN) is None
