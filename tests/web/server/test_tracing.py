"""Traces, as a collector on this machine gets them: OTLP over HTTP, read by the protocol's own messages."""

import gzip
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from keepwell import __version__
from keepwell.errors import UserError
from keepwell.people import Role
from keepwell.web.app import app
from keepwell.web.server.tracing import ENDPOINT, Traced, tracing
from tests.runs.acme import copied
from tests.web.entered import key, program, user
from tests.web.served import running, serving

SERVER_KIND = 2
"""SPAN_KIND_SERVER in opentelemetry/proto/trace/v1/trace.proto."""

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
"""The example of the W3C's Trace Context, section 2.2: https://www.w3.org/TR/trace-context/."""


@dataclass
class Collected:
    """What a collector got: on which paths, and the messages."""

    paths: list[str] = field(default_factory=list)
    messages: list[ExportTraceServiceRequest] = field(default_factory=list)

    @property
    def spans(self) -> list[Any]:
        """All spans."""
        return [
            span
            for message in self.messages
            for resource in message.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@contextmanager
def collector() -> Iterator[tuple[str, Collected]]:
    """A collector and where it is."""
    got = Collected()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            got.paths.append(self.path)
            got.messages.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", got
        finally:
            server.shutdown()
            thread.join()


def _attributes(span: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


def test_a_request_is_a_span_that_says_what_the_log_says(
    acme_loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collector() as (endpoint, got), serving(copied(acme_loaded, tmp_path / "acme")) as stands_on:
        monkeypatch.setenv(ENDPOINT, endpoint)
        secret = key(stands_on.store, user(stands_on.store, "ada@firm.example", Role.ADMIN))
        with tracing() as tracer:
            assert tracer is not None
            application = app(stands_on)
            application.add_middleware(Traced, tracer=tracer)
            with running(application) as url, program(url, secret) as client:
                answer = client.get("/api/accounts/secret-id?text=geheim", headers={"traceparent": PARENT})
                nowhere = client.get("/nowhere/at-all")
        assert set(got.paths) == {"/v1/traces"}
        first, second = sorted(got.spans, key=lambda span: int(span.start_time_unix_nano))
        assert (first.name, first.kind) == ("GET /api/accounts/{account_id}", SERVER_KIND)
        assert first.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
        assert first.parent_span_id.hex() == "b7ad6b7169203331"
        assert 0 < first.end_time_unix_nano - first.start_time_unix_nano < 60e9
        assert _attributes(first) == {
            "http.request.method": "GET",
            "http.route": "/api/accounts/{account_id}",
            "http.response.status_code": answer.status_code,
            "keepwell.request": answer.headers["X-Request-Id"],
        }
        assert (second.name, _attributes(second)["http.response.status_code"]) == ("GET none", 404)
        assert not second.parent_span_id
        assert nowhere.headers["X-Request-Id"] == _attributes(second)["keepwell.request"]
        (resource,) = {
            (each.key, each.value.string_value)
            for message in got.messages
            for one in message.resource_spans
            for each in one.resource.attributes
            if each.key == "service.version"
        }
        assert resource == ("service.version", __version__)
        whole = b"".join(each.SerializeToString() for each in got.messages)
        for word in (b"secret-id", b"geheim", b"at-all", b"ada@firm.example", secret.encode()):
            assert word not in whole


def test_nothing_is_traced_where_no_collector_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENDPOINT, raising=False)
    with tracing() as tracer:
        assert tracer is None


def test_without_the_extra_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(UserError, match="there is no module opentelemetry") as caught, tracing():
        pass
    assert "keepwell[telemetry]" in caught.value.do


def test_a_collector_that_is_gone_does_no_harm(
    acme_loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with serving(copied(acme_loaded, tmp_path / "acme")) as stands_on, tracing() as tracer:
        assert tracer is not None
        application = app(stands_on)
        application.add_middleware(Traced, tracer=tracer)
        with running(application) as url:
            assert httpx.get(f"{url}/healthz").status_code == 200
