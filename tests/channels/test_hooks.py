"""Webhooks are signed so that the standard's own library takes them, and called where they were looked at, nowhere else."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from keepwell import clock
from keepwell.channels import hooks
from keepwell.channels.addresses import HOSTS_VARIABLE
from tests.channels.receiver import certificate, receiving
from tests.servers import free_port

SECRET = hooks.secret(b"s" * 32, "salt")
BODY = '{"type": "band.changed", "data": {"name": "Größe"}}'


@pytest.fixture(autouse=True)
def permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The receivers of these tests may be called."""
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1,hook.example")


def _said() -> dict[str, str]:
    return hooks.headers("msg_1", BODY, SECRET, clock.now())


def test_the_standards_own_example_is_signed_as_it_says() -> None:
    """The example of the specification: https://github.com/standard-webhooks/standard-webhooks, libraries' tests."""
    example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    said = hooks.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', example, at)
    assert said["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_arrives_is_verified_by_the_standards_library() -> None:
    with receiving() as receiver:
        answer = hooks.call(f"http://127.0.0.1:{receiver.port}/in?x=1", BODY, _said())
    assert (answer.arrived, answer.status) == (True, 204)
    ((path, headers, body),) = receiver.got
    assert (path, body) == ("/in?x=1", BODY)
    assert Webhook(SECRET).verify(body, headers)["type"] == "band.changed"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace("Größe", "Grösse"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hooks.secret(b"s" * 32, "another")).verify(body, headers)


def test_over_tls_the_name_is_asked_for_though_the_address_is_called(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "hook.example")
    with receiving(server) as receiver:
        url = f"https://hook.example:{receiver.port}/"
        answer = hooks.call(url, BODY, _said(), resolve=lambda *_: ["127.0.0.1"], tls=client)
        stranger = hooks.call(url, BODY, _said(), resolve=lambda *_: ["127.0.0.1"])
    assert answer.status == 204, answer.text
    assert receiver.got[0][1]["host"] == f"hook.example:{receiver.port}"
    assert (stranger.status, "CERTIFICATE_VERIFY_FAILED" in stranger.text) == (None, True)
    assert len(receiver.got) == 1


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "other.example")
    assert client.verify_mode is ssl.CERT_REQUIRED
    with receiving(server) as receiver:
        url = f"https://hook.example:{receiver.port}/"
        answer = hooks.call(url, BODY, _said(), resolve=lambda *_: ["127.0.0.1"], tls=client)
    assert (answer.status, "Hostname mismatch" in answer.text, receiver.got) == (None, True, [])


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 500, 503])
def test_any_other_answer_is_told_and_no_redirect_followed(status: int) -> None:
    with receiving() as receiver:
        receiver.statuses, receiver.body = [status], b"sorry \x00 " + b"x" * 5000
        receiver.headers = {"Location": f"http://127.0.0.1:{receiver.port}/other", "Retry-After": "120"}
        answer = hooks.call(f"http://127.0.0.1:{receiver.port}/", BODY, _said())
    assert (answer.arrived, answer.status, answer.gone, answer.wait_s) == (False, status, status == 410, 120)
    assert (answer.text[:8], len(answer.text)) == ("sorry � ", hooks.MOST_ANSWER)
    assert len(receiver.got) == 1


def test_nobody_there_or_not_permitted_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = hooks.call(f"http://127.0.0.1:{free_port()}/", BODY, _said())
    assert (nobody.arrived, nobody.status, "ConnectError" in nobody.text) == (False, None, True)
    monkeypatch.delenv(HOSTS_VARIABLE)
    with receiving() as receiver:
        refused = hooks.call(f"https://127.0.0.1:{receiver.port}/", BODY, _said())
    assert (refused.text, receiver.got) == ("127.0.0.1 is not of the open internet", [])


def test_who_never_answers_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        answer = hooks.call(url, BODY, _said(), timeout_s=0.2)
    assert (answer.status, "Timeout" in answer.text) == (None, True)
    assert answer.seconds < 5
