"""A question that leans on a conversation is put so that it stands on its own, without a language model. Pure.

A person's pronoun becomes the name; "And France?" takes the place of what the question before asked of; "By how many
votes?" goes on with its words; and what still lacks a subject gets the topic's words in brackets, as in expansion by
historical queries (Lin et al., 2021, "Multi-stage conversational passage retrieval", section 3). A question with its
own subject comes back as it was asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from bot.leaning import AUXILIARIES, BE, HE, SHE, WH, Leans, Token, about, anaphors, is_clause, leans, opened, tokens
from bot.referents import full, named, people, role, spelled
from bot.turns import Lean, Leaning, Standalone, Turn, with_topic, without_topic
from bot.wording import STOP_WORDS, stem, stems

_MOST_TOPIC = 12  # words added
_FRAGMENT = 6  # words of a question that goes on with the last one's
_SHORT = 6  # words of an answer that may be put into a question
_DETERMINERS = frozenset({"the", "a", "an", "this", "that", "it", "they", "he", "she", "there"})
_PERSON_PRONOUNS = HE | SHE


def standalone(question: str, turns: Sequence[Turn], background: str = "") -> Standalone:
    """What `question` means after `turns`, oldest first; `background` is the text of the article under discussion."""
    if not turns:
        return Standalone(question, topic=_phrases(question, ()))
    last = turns[-1]
    texts = [*last.quotes, background, *last.titles, last.standalone]
    known = _known(turns, background)
    how = leans(question, known)
    if how is Leans.NOT:
        return Standalone(question, topic=_phrases(spelled(question, texts), ()))
    preferred = frozenset(last.articles[:1])
    article = [Leaning(Lean.ARTICLE, "", title) for title in last.titles[:1]] if preferred else []
    if how is Leans.NEAR:
        topic = _merged([*_phrases(question, ()), *last.topic])
        return Standalone(question, preferred, topic, tuple(article))
    text, why = _rewritten(question, turns, texts)
    if question[:1].isupper():
        text = text[:1].upper() + text[1:]
    topic = _merged([*_names_of(why), *last.topic, *_answer_names(last)])
    added = _lacking(f"{text} {' '.join(lean.on for lean in why if lean.how is Lean.REPLACED)}", topic)
    if added:
        text = with_topic(text, added)
        why.append(Leaning(Lean.TOPIC, "", ", ".join(added)))
    return Standalone(text, preferred, topic, (*why, *article))


def _rewritten(question: str, turns: Sequence[Turn], texts: Sequence[str]) -> tuple[str, list[Leaning]]:
    """The question with its pronouns and gaps filled from the last turn."""
    last = turns[-1]
    text, why = _with_names(spelled(opened(question), texts), turns, texts)
    if about(question) is not None:
        subject = about(f"and {text}") or text.strip(" ?!.")
        put, replaced = _in_place(subject, without_topic(last.standalone), texts)
        if put:
            how = Lean.REPLACED if replaced else Lean.CONTINUED
            return put, [*why, Leaning(how, subject, replaced or without_topic(last.standalone))]
        return f"What about {subject}?", why
    found = tokens(text)
    if len(found) <= _FRAGMENT and not is_clause(found) and any(token.lower in WH for token in found):
        continued = _continued(text, last)
        if continued:
            return continued, [*why, Leaning(Lean.CONTINUED, text.strip(" ?!."), without_topic(last.standalone))]
    return text, why


def _with_names(text: str, turns: Sequence[Turn], texts: Sequence[str]) -> tuple[str, list[Leaning]]:
    """Each he and she that points out of the question replaced by the name it stands for."""
    why, background = list[Leaning](), texts[len(turns[-1].quotes)] if texts else ""
    used: dict[str, str] = {}
    for token in sorted(anaphors(text), key=lambda token: -token.start):
        if token.lower not in _PERSON_PRONOUNS:
            continue
        sort = "he" if token.lower in HE else "she"
        name = used.get(sort) or _referent(token.lower, text, turns, background)
        if not name:
            continue
        used[sort] = name
        possessive = token.lower in ("his", "hers") or (token.lower == "her" and _before_noun(text, token))
        put = f"{name}’s" if possessive else name
        text = text[: token.start] + put + text[token.end :]
        why.append(Leaning(Lean.MEANT, token.text, name))
    return text, why[::-1]


def _referent(pronoun: str, text: str, turns: Sequence[Turn], background: str) -> str:
    own = text.lower()
    for turn in reversed(turns):
        for one in people(turn, background if turn is turns[-1] else ""):
            # Not one whom the question names beside the pronoun.
            if one.fits(pronoun) and one.name.split()[-1].lower() not in own:
                return one.name
    return role(turns[-1])


def _before_noun(text: str, token: Token) -> bool:
    """Whether "her" is whose it is: a word of content follows."""
    after = [other for other in tokens(text) if other.start >= token.end]
    return bool(after) and after[0].lower not in STOP_WORDS


def _in_place(subject: str, before: str, texts: Sequence[str]) -> tuple[str, str]:
    """(the question before with `subject` in the place of its like; what it replaced), or nothing and nothing."""
    led = re.match(r"(on|in|at|by|for|from|to|after|before|since|with|without|during|under|over)\b", subject, re.I)
    if led:
        like = re.search(rf"\b{led[1]}\s(?:the\s)?(?:[A-Z][\w’-]*)(?:\s[A-Z][\w’-]*)*", before)
        if like:
            return before.replace(like[0], subject, 1), like[0]
        return f"{before.rstrip(' ?!.')} {subject}?", ""
    bare = re.sub(r"^(?:the|an?)\s", "", subject, flags=re.IGNORECASE)
    lone = bare == subject and re.fullmatch(r"[a-z]+(?<!s)", bare)  # "what about france": no article, no plural
    if bare[:1].isupper() or (lone and not any(re.search(rf"\b{bare}\b", text) for text in texts)):
        own = full(bare, texts)
        for one in named(before):
            if not set(one.name.split()) & set(own.name.split()) and full(one.name, texts).person == own.person:
                put = own.name if own.person else subject
                start = re.sub(r"\b(?:Mr|Mrs|Ms|Miss|Sir|Dr)\.?\s$", "", before[: before.index(one.name)])
                return f"{start}{put}{before[before.index(one.name) + len(one.name) :]}", one.name
        return "", ""
    asked = re.search(r"\b(?:how many|how much|which|what)\s([a-z’'-]+)\b", before, re.IGNORECASE)
    if asked and asked[1].lower() not in AUXILIARIES and " " not in bare:
        return f"{before[: asked.start(1)]}{bare}{before[asked.end(1) :]}", asked[1]
    owned = re.search(r"(?P<owner>[\w-]+)['’]s\s(?P<noun>[a-z-]+)", before)
    possessed = re.match(r"(?:its|their|his|her|the)\s([a-z-]+)$", subject)
    if owned and possessed:
        return f"{before[: owned.start('noun')]}{possessed[1]}{before[owned.end('noun') :]}", owned["noun"]
    return "", ""


def _continued(text: str, last: Turn) -> str:
    """`text`, a question word or phrase, before the clause of the last question; nothing where that has none.

    "When did Baltika stop the ferry?" "Why?" -> "Why did Baltika stop the ferry?"
    """
    before = without_topic(last.standalone)
    found = tokens(before)
    at = next((n for n, token in enumerate(found[:8]) if token.lower in AUXILIARIES), None)
    if at is None or (at and not any(token.lower in WH for token in found[:at])):
        return ""
    words, rest = text.strip(" ?!.,"), before[found[at].start :].rstrip(" ?!.")
    if found[0].lower in ("who", "what") and at == 1:
        after = found[at + 1] if at + 1 < len(found) else None
        if found[at].lower in BE and after and after.lower not in _DETERMINERS and not after.capital:
            answer = last.answer.strip(" .,") if 0 < len(last.answer.split()) <= _SHORT else ""
            if not answer:  # "Who was sent off?": the answer is its subject
                return ""
            rest = f"{found[at].text} {answer} {before[after.start :].rstrip(' ?!.')}"
        elif found[-1].lower in ("to", "for", "about", "of", "with", "on", "from"):
            rest += " it"  # "What did Russia object to?"
        else:
            rest = re.sub(r"\bdo\b(?!\s(?:it|that|about)\b)", "do that", rest, count=1)
    return f"{words} {rest}?"


def _known(turns: Iterable[Turn], background: str) -> Collection[str]:
    known = set(stems(background))
    for turn in turns:
        for text in (turn.question, turn.standalone, turn.said, *turn.quotes, *turn.titles):
            known |= stems(text)
    return known


def _phrases(text: str, known: Collection[str]) -> tuple[str, ...]:
    """The runs of content words of `text`, in order, without those whose stems are `known`."""
    runs: list[str] = []
    end = -1
    for token in tokens(max(re.split(r"(?<=[.!?])\s+", text), key=len)):  # "Wow! Is it treatable?"
        if not token.content or stem(token.text) in known:
            continue
        if runs and end >= 0 and text[end : token.start] == " ":
            runs[-1] += f" {token.text}"
        else:
            runs.append(token.text)
        end = token.end
    return tuple(re.sub(r"['’]s$", "", run) for run in runs)


def _merged(phrases: Iterable[str]) -> tuple[str, ...]:
    """Phrases without those whose words all stand in earlier ones, up to so many words."""
    kept: list[str] = []
    have: set[str] = set()
    for phrase in phrases:
        own = {stem(token.text) for token in tokens(phrase)}
        if not own <= have and sum(len(other.split()) for other in kept) + len(phrase.split()) <= _MOST_TOPIC:
            kept.append(phrase)
            have |= own
    return tuple(kept)


def _lacking(text: str, topic: Iterable[str]) -> list[str]:
    """What the topic's phrases have that is not in `text`; a phrase's words stay together where none is there."""
    have = {stem(token.text) for token in tokens(text)}
    return [rest for phrase in topic for rest in _phrases(phrase, have)]


def _names_of(why: Iterable[Leaning]) -> list[str]:
    return [lean.on for lean in why if lean.how is Lean.MEANT]


def _answer_names(last: Turn) -> list[str]:
    """The names in a short answer: what the next question may well be about."""
    return [one.name for one in named(last.answer)[:2]] if len(last.answer.split()) <= 2 * _SHORT else []
