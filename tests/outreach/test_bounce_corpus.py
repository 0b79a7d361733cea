"""Real bounces of many servers are read as a person reads them (see `bounces/README.md`)."""

from pathlib import Path

import pytest

from keepwell.outreach.returned import What, read

BOUNCES = Path(__file__).parent / "bounces"

READ = {
    What.HARD: """
        bounce_02 userx@example.com
        dsn_10 anne.person@dom.ain
        dsn_11 joem@example.com
        dsn_12 userx@example.jp
        dsn_13 userx@example.com
        dsn_14 userx@example.com.dk
        dsn_15 userx@example.com
        dsn_16 userx@example.com
        dsn_18 email@replaced.net
        exim_01 userx@its.example.nl
        groupwise_01
        microsoft_02 userx@example.com
        postfix_01 xxxxx@local.ie
        qmail_03 userx@example.jp
        qmail_04 userx@example.au
        qmail_05 userx@example.com
        simple_05 userx@example.net
        simple_08 userx@example.de
        simple_11 userx@example.com
        simple_12 userx@example.ac.jp
        simple_13 userx@example.fr
        simple_15 userx@example.be
        simple_23 userx@example.it
        simple_26 userx@example.it
        simple_27 userx@example.net.py
        simple_29 userx@example.com
        simple_30 userx@example.com
        simple_36 userx@example.com
        simple_39 userx@example.ru
        simple_41 userx@example.com
        simple_43
        smtp32_06 absolute_garbage_addr@example.net
        yahoo_03 userx@example.com
        yahoo_11 bad_user@aol.com
        yahoo_13 bogus-address@example.net
        yale_01
    """,
    What.SOFT: """
        bounce_03 userx@example.uk
        caiwireless_01 userx@example.com
        dsn_02 zzzzz@example.uk
        dsn_03 userx@example.be
        hotpop_01 userx@example.com
        netscape_01 aaaaa@corel.com
        newmailru_01 zzzzz@newmail.ru
        postfix_02 yyyyy@digicool.com
        postfix_05 userx@example.net
        qmail_02 userx@example.com
        qmail_06 ntl@xxx.com
        sendmail_01 zzzzz@shaft.coal.nl
        simple_07 userx@example.net
        simple_09 userx@example.de
        simple_14
        simple_17 userx@example.com
        simple_18 userx@example.com
        simple_38 userx@example.com
        simple_44 user@example.com
        simple_45 subscriber@earthlink.net
        yahoo_01 userx@example.com
        yahoo_02 userx@example.es
    """,
    What.BLOCK: """
        aol_01
        dsn_09 userx@example.com
        simple_42
    """,
    What.DELAYED: """
        dsn_05 userx@example.cz
        dsn_06 userx@example.com
        dsn_07 userx@example.nz
        dsn_08 userx@example.de
        dsn_17 userx@example.fi
        simple_03 userx@example.za
        simple_21 userx@example.com
        simple_22 user@example.org
        simple_35 calvin@example.com
        simple_40 user@example.com
    """,
    What.AUTO_REPLY: "qmail_08",
}
LINES = {
    line.split()[0]: (what, line.split()[1:])
    for what, lines in READ.items()
    for line in lines.strip().splitlines()
}


@pytest.mark.parametrize("name", LINES)
def test_a_bounce_is_read_as_a_person_reads_it(name: str) -> None:
    what, addresses = LINES[name]
    found = read((BOUNCES / f"{name}.txt").read_bytes())
    assert found.what is what
    if addresses:
        assert found.recipients[:1] == (addresses[0],)
    assert len(found.mark) == 64


def test_every_bounce_that_is_kept_is_looked_at() -> None:
    assert {path.stem for path in BOUNCES.glob("*.txt")} == set(LINES)
