"""The answer in a language model's words: claims that are said only once their quotes bear them out.

Passages go out as numbered data, claims come back as JSON and are verified one by one while they come. Whatever goes
wrong ends in no claims and one line that says why; the caller then answers in the articles' own words.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.answers import Citation, Claim, Written
from bot.backing import backed
from bot.drafts import read
from bot.llm import Model, open_model
from bot.llm_call import Calls, Reply
from bot.llm_faults import Failed, note
from bot.orders import orders
from bot.prompting import numbered, plain
from bot.question import Meaning
from bot.reader import Reading
from bot.settings import Settings
from bot.templates import Templates, load_templates
from bot.usage import Usage
from index.retrieve import Found

_LOG = logging.getLogger(__name__)
_PASSAGES = 10  # that the model is given: some 3,000 tokens
_FEWER = 4  # when those are too long for it
# Log-odds by the reader that a sentence answers: of 49 right ones of the demonstration and the fixtures none is below,
# of all others three in four are.
_NEAR_ZERO = -15.0
_MOST_CLAIMS = 6
_SHOWN_TURNS = 6  # of a conversation, for a question made standalone
_LONGEST_QUESTION = 400  # characters of a question made standalone

Stands = Callable[[Claim], bool]


@dataclass
class _Claims:
    """Claims as they pass; each is verified once and shown once."""

    passages: Sequence[Found]
    meaning: Meaning
    readings: Sequence[Reading]
    stands: Stands
    shown: Callable[[Claim], None]
    passed: list[Claim] = field(default_factory=list)
    seen: set[object] = field(default_factory=set)

    def heard(self, text: str) -> None:
        """Verify what is new in a reply, or in the part of it that has come."""
        for draft in read(text).drafts:
            if draft in self.seen or len(self.passed) >= _MOST_CLAIMS:
                continue
            self.seen.add(draft)
            claim, fault = backed(draft, self.passages, self.meaning.text)
            if claim is not None and any(claim.text == other.text for other in self.passed):
                continue
            if claim is not None and (claim := self._answering(claim)) is None:
                fault = "the reader finds no answer in its quotes"
            if claim is not None and not self.stands(claim):
                claim, fault = None, "its quotes are no longer in the library"
            if claim is None:
                _LOG.debug("a claim was dropped: %s", fault)
                continue
            self.passed.append(claim)
            self.shown(claim)

    def _answering(self, claim: Claim) -> Claim | None:
        """The claim with the reader's probability for its best quote; None where it gives all of them next to none."""
        best, margin, words = 0.0, -math.inf, claim.answer
        for reading in self.readings:
            cited = [n for n, citation in enumerate(claim.citations) if _within(reading, citation)]
            if not cited:
                continue
            if cited[0] == 0 and reading.probability > best and reading.answer in claim.answer:
                words = reading.answer if reading.answer in claim.text else words
            best, margin = max(best, reading.probability), max(margin, reading.margin)
        return replace(claim, score=best, answer=words) if margin >= _NEAR_ZERO else None


def _within(reading: Reading, citation: Citation) -> bool:
    """Whether a sentence that was read is cited."""
    return reading.article.id == citation.article.id and citation.start <= reading.start and reading.end <= citation.end


class Writer:
    """Writes answers with the model that the settings name. Opened with the first question; thread-safe."""

    def __init__(self, settings: Settings, usage: Usage) -> None:
        """Raises UsageError or ModelMissing for what can be known without a call."""
        self.usage = usage
        self._seconds = settings.llm_seconds
        self._templates: Templates = load_templates(settings.prompts)
        self._model: Model = open_model(settings)
        self._calls = Calls(self._model)
        self.name = f"{self._model.name} {self._templates.version}"

    def write(
        self, meaning: Meaning, found: Sequence[Found], day: str, *, readings: Sequence[Reading], stands: Stands,
        place: str, shown: Callable[[Claim], None] = lambda claim: None,
    ) -> Written:  # fmt: skip
        """Claims from the best of `found`, which the reader has read. Never raises for what the model does."""
        deadline = time.monotonic() + self._seconds
        if not found:
            return Written()
        if used_up := self.usage.exhausted(place):
            return Written(note=note(used_up))
        given = [item for item in found if not orders(item.text) and not orders(item.article.title)][:_PASSAGES]
        if not given:
            return Written(note=note("nothing"))
        claims = _Claims(given, meaning, readings, stands, shown)
        try:
            fault = self._asked(claims, day, deadline, place)
        except Failed as failure:
            fault = failure.kind
        _LOG.info("%s: %d claims%s", self.name, len(claims.passed), f", {fault}" if fault else "")
        if claims.passed:
            return Written(tuple(claims.passed), note("partly") if fault else "", self.name)
        return Written(note=note(fault or ("unbacked" if claims.seen else "nothing")))

    def standalone(self, turns: Sequence[tuple[str, str]], question: str, place: str = "") -> str | None:
        """The question made standalone by what was said before, (question, answer) pairs; None when that failed.

        Whether it names only what the conversation does is for the caller to check.
        """
        if self.usage.exhausted(place):
            return None
        said = "\n".join(f"Question: {plain(asked)}\nAnswer: {plain(told)}" for asked, told in turns[-_SHOWN_TURNS:])
        told = self._templates("standalone", conversation=said, question=plain(question))
        deadline = time.monotonic() + self._seconds / 2
        try:
            reply = self._calls.reply(
                [("user", told)], deadline, lambda text: None, lambda n: self.usage.add(place, n), form=False
            )
        except Failed:
            return None
        lines = [line for line in reply.text.rpartition("</think>")[2].splitlines() if line.strip()]
        made = plain(lines[-1]).strip("\"“”' ") if lines else ""
        return made if 0 < len(made) <= _LONGEST_QUESTION else None

    def check(self) -> str:
        """What is wrong with the model's server, as a kind of `Failed`; "" when it answers."""
        deadline = time.monotonic() + self._seconds
        try:
            self._calls.reply([("user", "Reply with OK.")], deadline, lambda text: None, lambda n: None, form=False)
        except Failed as fault:
            return fault.kind
        return ""

    def close(self) -> None:
        self._model.close()

    def _asked(self, claims: _Claims, day: str, deadline: float, place: str) -> str:
        """Ask, once more with fewer passages or for a better form where that may help; the fault that is left."""
        try:
            messages, reply = self._said(claims, day, deadline, place)
        except Failed as fault:
            if fault.kind != "long" or len(claims.passages) <= _FEWER:
                raise
            claims.passages = claims.passages[:_FEWER]
            messages, reply = self._said(claims, day, deadline, place)
        if read(reply.text).whole:
            return ""
        if claims.passed:
            return "cut"
        fault_words = "it broke off" if read(reply.text).begun else "there was no list of claims in it"
        repair = [
            *messages,
            ("assistant", reply.text[:4_000] or "…"),
            ("user", self._templates("repair", fault=fault_words)),
        ]
        reply = self._reply(repair, claims, deadline, place)
        return "" if read(reply.text).whole else "form"

    def _said(self, claims: _Claims, day: str, deadline: float, place: str) -> tuple[list[tuple[str, str]], Reply]:
        question = self._templates(
            "question", passages=numbered(claims.passages), day=day, question=plain(claims.meaning.text)
        )
        messages = [("system", self._templates("write")), ("user", question)]
        return messages, self._reply(messages, claims, deadline, place)

    def _reply(self, messages: Sequence[tuple[str, str]], claims: _Claims, deadline: float, place: str) -> Reply:
        return self._calls.reply(messages, deadline, claims.heard, lambda tokens: self.usage.add(place, tokens))
