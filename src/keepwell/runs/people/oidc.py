"""Signing in at a provider, by OpenID Connect: the code flow with PKCE, a state, and a nonce."""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import Role
from keepwell.runs.people import links, sessions, tokens
from keepwell.runs.people.links import Offer
from keepwell.runs.people.profile import checked_email, checked_name
from keepwell.runs.people.signing_in import From, SignedIn
from keepwell.store import audit, identities, sign_ins, users
from keepwell.store import links as kept
from keepwell.store.audit import Event
from keepwell.store.engine import Connection, Store
from keepwell.store.sign_ins import Kind
from keepwell.store.users import User

ANSWER_WAITS = timedelta(minutes=15)
"""How long a provider has to answer."""

SECONDS = 10
"""How long we wait for each of its pages."""

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How its tokens may be signed: by its own key alone, never by a secret that we share, and never not at all."""

NAME = "single sign-on"
"""What people call the provider, if nothing is said."""

_LEEWAY = 120
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Provider:
    """Where people of the firm sign in already. `joins`: what somebody becomes who was not invited; `None`: nobody does."""

    issuer: str
    client: str
    secret: str
    name: str
    joins: Role | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where to send the browser, and the token by which its sign-in is known when it comes back."""

    url: str
    token: str


def declared(environment: Mapping[str, str]) -> Provider | None:
    """The provider that the environment names by KEEPWELL_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET, _NAME and _JOIN_AS.

    Raises:
        UserError: a part is missing, or cannot be.
    """
    issuer = environment.get("KEEPWELL_OIDC_ISSUER", "").strip()
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise UserError(f"KEEPWELL_OIDC_ISSUER={issuer!r} is not an https:// address", do="type the issuer's")
    client, secret = (environment.get(f"KEEPWELL_OIDC_CLIENT_{part}", "") for part in ("ID", "SECRET"))
    if not client or not secret:
        raise UserError(
            "KEEPWELL_OIDC_ISSUER is set, but not who we are there",
            do="set KEEPWELL_OIDC_CLIENT_ID and KEEPWELL_OIDC_CLIENT_SECRET",
        )
    joins = environment.get("KEEPWELL_OIDC_JOIN_AS", "")
    if joins and joins not in set(Role):
        raise UserError(
            f"KEEPWELL_OIDC_JOIN_AS={joins!r} is no role", do=f"type one of {', '.join(Role)}, or unset it"
        )
    name = environment.get("KEEPWELL_OIDC_NAME") or NAME
    return Provider(issuer, client, secret, name, Role(joins) if joins else None)


def leave(store: Store, provider: Provider, back: str, after: str) -> Leaving:
    """Begins a sign-in at a provider, which answers at the address `back`; `after` is where somebody wants to go then.

    Raises:
        UserError: the provider cannot be reached, or does not say what it must.
    """
    state, nonce, verifier, at = tokens.made(), tokens.made(), tokens.made(), clock.now()
    with _told(provider), _client(provider, back) as client:
        where = _metadata(client, provider)["authorization_endpoint"]
        url, _ = client.create_authorization_url(where, state=state, nonce=nonce, code_verifier=verifier)
    content = {"nonce": nonce, "verifier": verifier, "back": back, "after": after}
    with store.writing() as connection:
        until = at + ANSWER_WAITS
        sign_ins.begin(connection, Kind.PROVIDER, tokens.digest(state), content, at=at, until=until)
    return Leaving(url, state)


def come_back(
    store: Store, provider: Provider, answer: Mapping[str, str], token: str, asker: From
) -> tuple[SignedIn, str]:
    """Signs in whom a provider knows; and where they wanted to go. `token` is what the browser kept, `answer` what came.

    Raises:
        UserError: the answer is not one to this browser's question, the provider refuses, or nobody has invited them.
    """
    waiting = _answered(store, answer, token)
    if "error" in answer:
        raise _refused(provider, answer.get("error_description") or answer["error"])
    claims = _claims(provider, answer, waiting)
    with store.writing() as connection:
        user = _user(connection, provider, claims)
        session = sessions.begin(
            connection, user, address=asker.address, agent=asker.agent, by=f"provider {provider.issuer}"
        )
    return SignedIn(user, session), waiting["after"]


def _answered(store: Store, answer: Mapping[str, str], token: str) -> dict[str, Any]:
    """What is known of the sign-in that an answer belongs to, which is then over."""
    state = answer.get("state", "")
    with store.writing() as connection:
        same = hmac.compare_digest(state.encode(), token.encode())
        waiting = sign_ins.find(connection, Kind.PROVIDER, tokens.digest(token), clock.now())
        sign_ins.end(connection, tokens.digest(token))
    if not same or waiting is None:
        raise UserError("this sign-in was not begun here, or has waited for too long", do="begin again")
    return waiting


def _claims(provider: Provider, answer: Mapping[str, str], waiting: Mapping[str, str]) -> dict[str, Any]:
    """What a provider says of somebody, after every check of its token."""
    with _told(provider), _client(provider, waiting["back"]) as client:
        metadata = _metadata(client, provider)
        if answer.get("iss", provider.issuer) != provider.issuer:
            raise _refused(provider, "another provider has answered")
        token = client.fetch_token(
            metadata["token_endpoint"],
            code=answer.get("code", ""),
            code_verifier=waiting["verifier"],
            grant_type="authorization_code",
        )
        keys: Any = _json(client, metadata["jwks_uri"])
        decoded = jwt.decode(
            token.get("id_token", ""), KeySet.import_key_set(keys), algorithms=list(ALGORITHMS)
        )
        must = {"iss": provider.issuer, "aud": provider.client}
        options = {name: {"essential": True, "value": value} for name, value in must.items()}
        given = {
            "nonce": waiting["nonce"],
            "client_id": provider.client,
            "access_token": token["access_token"],
        }
        claims = CodeIDToken(decoded.claims, decoded.header, options, given)
        claims.validate(now=int(clock.now().timestamp()), leeway=_LEEWAY)
        said = dict(claims)
        if "email" not in said and "userinfo_endpoint" in metadata:
            more = client.get(metadata["userinfo_endpoint"]).raise_for_status().json()
            if more.get("sub") != said["sub"]:
                raise _refused(provider, "it speaks of two people")
            said = {**more, **said}
        return said


def _user(connection: Connection, provider: Provider, claims: Mapping[str, Any]) -> User:
    """The user whom a provider speaks of: known, or with a verified address that is known, invited, or may join."""
    at, subject = clock.now(), str(claims["sub"])
    number = identities.user(connection, provider.issuer, subject)
    if number is not None:
        return _active(users.get(connection, number))
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise _refused(provider, "it does not say that it has verified your e-mail address")
    email = checked_email(str(claims["email"]))
    user = users.by_email(connection, email) or _joined(connection, provider, email, claims, at)
    identities.tie(connection, provider.issuer, subject, _active(user).number, at)
    audit.note(connection, Event.IDENTITY_TIED, user.email, user.email, at, issuer=provider.issuer)
    return user


def _joined(
    connection: Connection, provider: Provider, email: str, claims: Mapping[str, Any], at: datetime
) -> User:
    said = " ".join(str(claims.get("name") or "").split())[:100]
    name = checked_name(said or email.partition("@")[0])
    invited = (each for each in kept.waiting(connection, at) if each.kind is kept.Kind.INVITATION)
    link = next((each for each in invited if each.email == email), None)
    if link is not None:
        kept.use(connection, link, at)
        return links.join(connection, email, name, links.of(link))
    if provider.joins is None:
        raise UserError(f"{email} has not been invited", do="ask an admin for an invitation")
    return links.join(connection, email, name, Offer(provider.joins))


def _active(user: User | None) -> User:
    if user is None or not user.active:
        raise UserError("you cannot sign in here any more", do="ask an admin")
    return user


def _client(provider: Provider, back: str) -> OAuth2Client:
    return OAuth2Client(
        provider.client,
        provider.secret,
        scope="openid email profile",
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=SECONDS,
    )


def _metadata(client: OAuth2Client, provider: Provider) -> dict[str, Any]:
    """What a provider says of itself, which must be of itself."""
    found = _json(client, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise _refused(provider, f"it calls itself {found.get('issuer')!r}")
    return found


def _json(client: OAuth2Client, url: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(url, withhold_token=True).raise_for_status().json()
    return found


def _refused(provider: Provider, why: str) -> UserError:
    return UserError(
        f"signing in with {provider.name} did not work: {why[:200]}", do="begin again, or ask an admin"
    )


@contextmanager
def _told(provider: Provider) -> Iterator[None]:
    """Whatever goes wrong at a provider, as a message."""
    try:
        yield
    except (httpx.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError) as error:
        raise _refused(provider, f"{type(error).__name__}: {error}") from error
