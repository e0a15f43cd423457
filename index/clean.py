"""Takes out what is not the story: newsletter boxes, share bars, "read more" lines, notices, credits.

Only whole lines go, each with the name of its rule in `boilerplate`; what stays, stays as written. A line of speech
is never dropped: a story may well quote a cookie notice. Photo captions stay, since they tell; bare credits go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.boilerplate import BOXES, STARTS, WHOLES

LONGEST = 1500  # characters of a line that can be boilerplate; no rule looks at a longer one
_WHOLE_LONGEST = 320
_WRAPPED = (45, 100)  # characters of a line that may go on in the next
_OPENING = re.compile(
    r"[\s(\[►▶•*|_-]*"
    r"(?:[A-Z][A-Za-z0-9'’ &-]{2,40}:\s*(?=(?:[Ss]ign up|[Ss]ubscribe|[Gg]et|[Ss]tart)\b))?"
)
_SPEECH = re.compile(r"\b(?:said|says|told|according to|wrote|asked|added|explained|announced|reported that)\b")
_RIGHTS = re.compile(r"\ball rights reserved\b", re.IGNORECASE)
_CONTACT = re.compile(
    r"(?:e-?mail|contact|reach|call|write to)\b[^\n]{0,120}|(?-i:(?:[A-Z][\w.'’-]+ ){2,3})(?:can|may) be reached at ",
    re.IGNORECASE,
)
_THE_AUTHOR = re.compile(
    r"(?:e-?mail|contact|reach) the (?:reporter|writer|author|columnist)s? (?:at|on) ", re.IGNORECASE
)
_HEADLINE = re.compile(r"\W*(?:more|related|see also|read more)\s?:", re.IGNORECASE)
_MAIL = re.compile(r"([\w.+-]{2,40})@([\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_BIO = re.compile(
    r"\b(?:reporter|editor|columnist|correspondent|writer|journalist|producer|covers|writes|critic|freelance)\b"
    r"[^\n]{0,300}?\b(?:(?-i:Follow) (?:him|her|them|me)\b|follow (?:him|her|them|me)\b[^\n]{0,60}(?:@|https?:)"
    r"|follow (?:him|her|them|me) on \w+(?: and \w+)?\.?\Z"
    r"|(?:reach|e-?mail|contact) (?:him|her|them|me)\b|(?:send|shoot) (?:him|her|them|me) an e-?mail\b"
    r"|(?:can |may )be reached\b|(?:is )?on (?:twitter|x) (?:at )?@)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that cleaning took out, with the name of the rule that did."""

    rule: str
    text: str


def clean(text: str) -> tuple[str, tuple[Dropped, ...]]:
    """(the story, what was dropped in order). The story is "" when there was nothing else. Cleaning twice is once."""
    lines = _units(text)
    rules = [_rule(line) for line in lines]
    if not any(rules):
        return text.strip(), ()
    _spread(lines, rules, range(len(lines)))
    _spread(lines, rules, range(len(lines) - 1, -1, -1))
    kept: list[str] = []
    for line, rule in zip(lines, rules, strict=True):
        if not rule and (line.strip() or not kept or kept[-1].strip()):
            kept.append(line)
    dropped = tuple(Dropped(rule, line.strip()) for line, rule in zip(lines, rules, strict=True) if rule)
    return "\n".join(kept).strip(), dropped


def _units(text: str) -> list[str]:
    """The lines of `text`, those that a mailer wrapped put together, so that no rule sees half a sentence."""
    units: list[str] = []
    last = ""
    for line in text.split("\n"):
        start = line[:1]
        if (
            last
            and start
            and (
                start.islower()
                or (
                    _WRAPPED[0] <= len(last) <= _WRAPPED[1]
                    and start.isalpha()
                    and last.rstrip()[-1:] not in '.!?…:”"»|'
                )
            )
        ):
            units[-1] += "\n" + line
        else:
            units.append(line)
        last = line
    return units


def _rule(line: str) -> str:
    """The name of the rule that drops `line` by itself, or ""."""
    if not 1 < len(line) <= LONGEST:
        return ""
    if "\n" in line:
        line = line.replace("\n", " ")
    opening = _OPENING.match(line)
    bare = line[opening.end() if opening else 0 :].rstrip()
    whole = line.strip()
    match = STARTS.match(bare) or (STARTS.match(whole) if whole != bare else None)
    if match is None and len(line) <= _WHOLE_LONGEST:
        match = WHOLES.match(whole)
    if match and (not _SPEECH.search(line) or (_HEADLINE.match(line) and whole[-1] not in ".”\"'’")):
        return (match.lastgroup or "").replace("_", " ")
    if len(line) <= 300 and "ights " in line and _RIGHTS.search(line) and not _SPEECH.search(line):
        return "copyright"
    return "contact" if ("@" in line or " on Twitter" in line) and _is_contact(bare) else ""


def _is_contact(line: str) -> bool:
    """A reporter's sign-off: "Contact Ann Smith at asmith@outlet.com", or a line about the author with an address."""
    if len(line) <= 700 and _BIO.search(line) and not _SPEECH.search(line):
        return True
    mail = _MAIL.search(line)
    if mail is None or len(line) > 300 or _SPEECH.search(line):
        return False
    if _THE_AUTHOR.match(line):
        return "contributed" not in line  # a credit is part of the story
    if not _CONTACT.match(line):
        return False
    local = mail[1].lower()
    names = re.findall(r"[A-Z][\w'’-]+", line[: mail.start()])[1:]
    return any(len(name) > 2 and local.endswith(name.lower()) and len(local) > len(name) for name in names)


def _spread(lines: list[str], rules: list[str], order: range) -> None:
    """Drop what belongs to a box: lines that only look like part of one, beside a line already dropped."""
    beside = ""
    for number in order:
        line = lines[number].strip().replace("\n", " ")
        if not line:
            continue
        if (
            not rules[number]
            and beside
            and len(line) <= _WHOLE_LONGEST
            and not _SPEECH.search(line)
            and (match := BOXES.match(line))
        ):
            rules[number] = (match.lastgroup or "").replace("_", " ")
        beside = rules[number]
