"""Signing in at a provider, by OpenID Connect: the code flow with PKCE, a state, and a nonce."""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from keepwell import clock
from keepwell.errors import UserError
from keepwell.runs.people import links, sessions, tokens
from keepwell.runs.people.links import Offer
from keepwell.runs.people.profile import checked_email, checked_name
from keepwell.runs.people.provider import Provider
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

SCOPE = "openid email profile"
"""What we ask to be told: who it is, their address and their name."""

_LEEWAY = 120


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where to send the browser, and the token by which its sign-in is known when it comes back."""

    url: str
    token: str


def leave(store: Store, provider: Provider, back: str, after: str) -> Leaving:
    """Begins a sign-in at a provider, which answers at the address `back`; `after` is where somebody wants to go then.

    Raises:
        UserError: the provider cannot be reached, or does not say what it must.
    """
    state, nonce, verifier, at = tokens.made(), tokens.made(), tokens.made(), clock.now()
    with _told(provider), httpx.Client(timeout=SECONDS) as client:
        where = _metadata(client, provider)["authorization_endpoint"]
    asks = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": back,
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    content = {"nonce": nonce, "verifier": verifier, "back": back, "after": after}
    with store.writing() as connection:
        until = at + ANSWER_WAITS
        sign_ins.begin(connection, Kind.PROVIDER, tokens.digest(state), content, at=at, until=until)
    return Leaving(f"{where}{'&' if '?' in where else '?'}{urlencode(asks)}", state)


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
    with _told(provider), httpx.Client(timeout=SECONDS) as client:
        metadata = _metadata(client, provider)
        if answer.get("iss", provider.issuer) != provider.issuer:
            raise _refused(provider, "another provider has answered")
        token = _token(client, provider, metadata["token_endpoint"], answer.get("code", ""), waiting)
        keys: Any = _json(client, metadata["jwks_uri"])
        decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
        must = {"iss": provider.issuer, "aud": provider.client}
        options = {name: {"essential": True, "value": value} for name, value in must.items()}
        access = token["access_token"]
        given = {"nonce": waiting["nonce"], "client_id": provider.client, "access_token": access}
        claims = CodeIDToken(decoded.claims, decoded.header, options, given)
        claims.validate(now=int(clock.now().timestamp()), leeway=_LEEWAY)
        said = dict(claims)
        if "email" not in said and "userinfo_endpoint" in metadata:
            bearer = {"Authorization": f"Bearer {access}"}
            more = _json(client, metadata["userinfo_endpoint"], bearer)
            if more.get("sub") != said["sub"]:
                raise _refused(provider, "it speaks of two people")
            said = {**more, **said}
        return said


def _token(
    client: httpx.Client, provider: Provider, url: str, code: str, waiting: Mapping[str, str]
) -> dict[str, Any]:
    """What a provider gives for the code of its answer."""
    asks = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": waiting["back"],
        "code_verifier": waiting["verifier"],
    }
    who = httpx.BasicAuth(quote_plus(provider.client), quote_plus(provider.secret))
    answer = client.post(url, data=asks, auth=who)
    given: dict[str, Any] = answer.json()
    if answer.is_error:
        raise _refused(
            provider, str(given.get("error_description") or given.get("error") or answer.status_code)
        )
    return given


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


def _metadata(client: httpx.Client, provider: Provider) -> dict[str, Any]:
    """What a provider says of itself, which must be of itself."""
    found = _json(client, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise _refused(provider, f"it calls itself {found.get('issuer')!r}")
    return found


def _json(client: httpx.Client, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = client.get(url, headers=headers).raise_for_status().json()
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
    except (httpx.HTTPError, httpx.InvalidURL, JoseError, KeyError, ValueError) as error:
        raise _refused(provider, f"{type(error).__name__}: {error}") from error
