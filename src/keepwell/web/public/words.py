"""What the public pages say, in the languages that they speak."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of the public pages in one language; `{}` stands for what is put in. `frequencies`, `verdicts`, `channels` and `bases` are by name."""

    language: str
    day: str
    unsubscribe: str
    unsubscribe_ask: str
    unsubscribe_yes: str
    unsubscribed: str
    unsubscribed_note: str
    resubscribe: str
    resubscribed: str
    rather: str
    preferences: str
    preferences_link: str
    about: str
    about_note: str
    channels_about: str
    frequency_about: str
    pause: str
    pause_none: str
    pause_days: str
    sharing: str
    save: str
    saved: str
    why: str
    why_sent: str
    why_for: str
    why_category: str
    why_basis: str
    why_none: str
    why_since: str
    remark: str
    remark_words: str
    remark_send: str
    remarked: str
    call: str
    call_note: str
    call_words: str
    call_send: str
    called: str
    call_open: str
    confirm: str
    confirm_ask: str
    confirm_about: str
    confirm_yes: str
    confirmed: str
    gone: str
    gone_note: str
    often: str
    often_note: str
    survey_comment: str
    survey_send: str
    survey_thanks: str
    survey_kept: str
    frequencies: dict[str, str]
    verdicts: dict[str, str]
    channels: dict[str, str]
    bases: dict[str, str]
    surveys: dict[str, tuple[str, str, str]]

    def on(self, at: datetime, zone: ZoneInfo) -> str:
        """A day, as people of the language write it."""
        local = at.astimezone(zone)
        return self.day.format(d=local.day, m=_MONTHS[self.language][local.month - 1], y=local.year)


_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
}

ENGLISH = Words(
    language="en",
    day="{d} {m} {y}",
    unsubscribe="Unsubscribe",
    unsubscribe_ask="Do you want to get no more messages from {}?",
    unsubscribe_yes="Unsubscribe",
    unsubscribed="You are unsubscribed",
    unsubscribed_note="You get no more messages, except those about what you have bought, such as a payment that failed.",
    resubscribe="Get messages again",
    resubscribed="You get messages again.",
    rather="Or choose what you get",
    preferences="What you get from {}",
    preferences_link="Choose what you get",
    about="What it is about",
    about_note="Untick what you do not want.",
    channels_about="How we reach you",
    frequency_about="How often at most",
    pause="A pause",
    pause_none="No pause",
    pause_days="{} days without messages",
    sharing="My data may be shared with partners of {}",
    save="Save",
    saved="Saved.",
    why="Why did I get this?",
    why_sent="This message was sent on {}.",
    why_for="What it was for: {}",
    why_category="It belongs to: {}",
    why_basis="We write to you because {}.",
    why_none="No basis for writing to you is on record any more.",
    why_since=" (since {}, from: {})",
    remark="How was this message?",
    remark_words="In your own words, if you like",
    remark_send="Send",
    remarked="Thank you. We have noted it.",
    call="Would you rather talk?",
    call_note="Somebody will call you on a working day.",
    call_words="When and at which number",
    call_send="Please call me",
    called="Somebody will call you.",
    call_open="A call is noted already.",
    confirm="One more step",
    confirm_ask="Do you want to get messages from {}?",
    confirm_about="Do you want to get messages about “{}” from {}?",
    confirm_yes="Yes, please",
    confirmed="Thank you. You are on the list.",
    gone="This link does not work",
    gone_note="It is incomplete or too old. Use a link of a later message.",
    often="Too many requests",
    often_note="Wait a minute, and try again.",
    survey_comment="What is the main reason? (if you like)",
    survey_send="Send",
    survey_thanks="Thank you",
    survey_kept="Your answer is noted. You can still change what you wrote.",
    frequencies={"any": "As often as there is something", "weekly": "Once a week", "monthly": "Once a month"},
    verdicts={
        "useful": "Useful",
        "not_useful": "Not useful",
        "too_often": "Too often",
        "not_for_me": "Not meant for me",
    },
    channels={
        "email": "E-mail",
        "in_app": "In the app",
        "sms": "Text message",
        "push": "Push message",
        "slack": "Slack",
        "teams": "Microsoft Teams",
        "direct_mail": "Letter",
    },
    bases={
        "consent": "you have agreed to it",
        "contract": "it belongs to a contract with you",
        "legitimate_interest": "we have a legitimate interest in telling you, which you can object to at any time",
        "legal_obligation": "the law asks us to",
    },
    surveys={
        "nps": ("How likely are you to recommend us to a friend or colleague?", "Not at all", "Extremely"),
        "csat": ("How satisfied are you?", "Not at all", "Very"),
        "ces": ("It was easy to get done what I wanted.", "I disagree", "I agree"),
    },
)

GERMAN = Words(
    language="de",
    day="{d}. {m} {y}",
    unsubscribe="Abmelden",
    unsubscribe_ask="Möchten Sie keine Nachrichten von {} mehr bekommen?",
    unsubscribe_yes="Abmelden",
    unsubscribed="Sie sind abgemeldet",
    unsubscribed_note="Sie bekommen keine Nachrichten mehr, außer zu dem, was Sie gekauft haben, etwa wenn eine Zahlung scheitert.",
    resubscribe="Wieder Nachrichten bekommen",
    resubscribed="Sie bekommen wieder Nachrichten.",
    rather="Oder auswählen, was Sie bekommen",
    preferences="Was Sie von {} bekommen",
    preferences_link="Auswählen, was Sie bekommen",
    about="Worum es geht",
    about_note="Wählen Sie ab, was Sie nicht möchten.",
    channels_about="Wie wir Sie erreichen",
    frequency_about="Wie oft höchstens",
    pause="Eine Pause",
    pause_none="Keine Pause",
    pause_days="{} Tage ohne Nachrichten",
    sharing="Meine Daten dürfen an Partner von {} weitergegeben werden",
    save="Speichern",
    saved="Gespeichert.",
    why="Warum habe ich das bekommen?",
    why_sent="Diese Nachricht wurde am {} verschickt.",
    why_for="Wozu sie diente: {}",
    why_category="Sie gehört zu: {}",
    why_basis="Wir schreiben Ihnen, weil {}.",
    why_none="Dafür, Ihnen zu schreiben, ist keine Grundlage mehr vermerkt.",
    why_since=" (seit {}, Herkunft: {})",
    remark="Wie war diese Nachricht?",
    remark_words="In eigenen Worten, wenn Sie mögen",
    remark_send="Senden",
    remarked="Danke. Wir haben es vermerkt.",
    call="Möchten Sie lieber sprechen?",
    call_note="Jemand ruft Sie an einem Werktag an.",
    call_words="Wann und unter welcher Nummer",
    call_send="Bitte rufen Sie mich an",
    called="Jemand ruft Sie an.",
    call_open="Ein Anruf ist schon vermerkt.",
    confirm="Noch ein Schritt",
    confirm_ask="Möchten Sie Nachrichten von {} bekommen?",
    confirm_about="Möchten Sie Nachrichten zu „{}“ von {} bekommen?",
    confirm_yes="Ja, bitte",
    confirmed="Danke. Sie stehen auf der Liste.",
    gone="Dieser Link funktioniert nicht",
    gone_note="Er ist unvollständig oder zu alt. Nehmen Sie den Link einer späteren Nachricht.",
    often="Zu viele Anfragen",
    often_note="Warten Sie eine Minute, und versuchen Sie es noch einmal.",
    survey_comment="Was ist der wichtigste Grund? (wenn Sie mögen)",
    survey_send="Senden",
    survey_thanks="Danke",
    survey_kept="Ihre Antwort ist vermerkt. Was Sie geschrieben haben, können Sie noch ändern.",
    frequencies={"any": "Sooft es etwas gibt", "weekly": "Einmal in der Woche", "monthly": "Einmal im Monat"},
    verdicts={
        "useful": "Nützlich",
        "not_useful": "Nicht nützlich",
        "too_often": "Zu oft",
        "not_for_me": "Nicht für mich bestimmt",
    },
    channels={
        "email": "E-Mail",
        "in_app": "In der App",
        "sms": "SMS",
        "push": "Push-Nachricht",
        "slack": "Slack",
        "teams": "Microsoft Teams",
        "direct_mail": "Brief",
    },
    bases={
        "consent": "Sie zugestimmt haben",
        "contract": "es zu einem Vertrag mit Ihnen gehört",
        "legitimate_interest": "wir ein berechtigtes Interesse daran haben, dem Sie jederzeit widersprechen können",
        "legal_obligation": "das Gesetz es verlangt",
    },
    surveys={
        "nps": (
            "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
            "Überhaupt nicht",
            "Äußerst wahrscheinlich",
        ),
        "csat": ("Wie zufrieden sind Sie?", "Gar nicht", "Sehr"),
        "ces": ("Was ich wollte, war einfach zu erledigen.", "Stimmt nicht", "Stimmt"),
    },
)

LANGUAGES = {"en": ENGLISH, "de": GERMAN}

_CHOICE = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


def preferred(header: str) -> Words:
    """The words in the language that the header `Accept-Language` likes best of those that are there; English where it likes none."""
    liked: list[tuple[float, int, Words]] = []
    for place, part in enumerate(header.split(",")):
        found = _CHOICE.fullmatch(part)
        words = LANGUAGES.get(found[1].lower()) if found else None
        quality = float(found[2] or 1) if found else 0.0
        if words is not None and quality > 0:
            liked.append((-quality, place, words))
    return min(liked, key=lambda each: each[:2])[2] if liked else ENGLISH
