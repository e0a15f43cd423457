"""RealTimeQA's questions of every second quiz week as distant supervision (Mintz et al., 2009), checked by the reader.

That the answer's words stand in a passage does not prove that it answers: of the sentences that hold them the one is
taken of which the reader is surest, and none where it is much surer of another. Passages that hold no word of the
answer are the negatives, those first of which the reader is surest all the same.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from bot.desk import Desk
from bot.news_reader import NewsReader
from bot.progress import progress
from bot.settings import Settings
from bot.spans import Candidate
from evals.data import NewsQuestion, news_questions
from models.reading_data import Example

_MORE = 6.0  # log-odds by which the reader may be surer of another sentence
_POSITIVES, _NEGATIVES = 6, 6  # for each question
_REFUSED = 0.5  # of the questions: once more with passages alone that do not answer


def examples_of(question: NewsQuestion, candidates: Sequence[Candidate]) -> list[Example]:
    """The examples of one question, by `candidates`, what the reader says of each sentence of the passages found.

    None where no passage and no remark of the quiz answers: then other words may, in any of the passages.
    """
    pattern = _pattern(question.answers)
    most = max((candidate.margin for candidate in candidates), default=0.0)
    right, silent = list[tuple[float, Example]](), list[tuple[float, Example]]()
    for _, group in groupby(candidates, key=lambda candidate: candidate.rank):
        sentences = list(group)
        found = sentences[0].found
        title, text, offset = found.article.title, found.text, found.passage.start
        said = [
            (one.margin, match.span())
            for one in sentences
            if (match := pattern.search(text, one.start - offset, one.end - offset)) and _believed(one, pattern)
        ]
        if said:
            margin, span = max(said)
            right += [(margin, Example(question.question, title, text, *span))] * (margin >= most - _MORE)
        elif not _words(" ".join(question.answers)) & _words(f"{title} {text}"):
            surest = max(one.margin for one in sentences)
            silent.append((surest, Example(question.question, title, text, -1, -1)))
    made = _surest(right, _POSITIVES)
    if match := pattern.search(question.evidence):
        made.append(Example(question.question, "", question.evidence, *match.span()))
    return made + _surest(silent, _NEGATIVES) if made else []


def _pattern(answers: Sequence[str]) -> re.Pattern[str]:
    bare = [re.sub(r"^(?:the|an?) (?=\w)", "", answer.strip("“”\"'‘’. "), flags=re.IGNORECASE) for answer in answers]
    return re.compile(rf"(?<![\w$])(?:{'|'.join(map(re.escape, bare))})(?!\w)", re.IGNORECASE)


def _believed(sentence: Candidate, pattern: re.Pattern[str]) -> bool:
    """A bare number stands in many places: the reader must have chosen it itself."""
    return bool(pattern.search(sentence.answer)) or bool(re.search(r"[^\W\d]{3}", pattern.pattern))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2 or word.isdigit()}


def _surest(rows: Sequence[tuple[float, Example]], most: int) -> list[Example]:
    return [example for _, example in sorted(rows, key=lambda row: -row[0])[:most]]


def with_refusals(asked: Sequence[Sequence[Example]], chance: random.Random) -> list[Example]:
    """All examples in the order of `asked`, one list a question, then some questions with their negatives alone."""
    again = chance.sample(asked, int(_REFUSED * len(asked)))
    return [e for some in asked for e in some] + [e for some in again for e in some if e.start < 0]


def main() -> None:
    """Write the examples of the questions under DATA, asked over the index under HOME, to OUT, one JSON a line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    for name in ("data", "home", "out"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    questions = [question for question in news_questions(options.data) if question.taught]
    reader, asked = NewsReader(), []
    with closing(Desk.open(Settings(home=options.home))) as desk, progress() as shown:
        shown.start("asking the quiz", len(questions))
        for question in questions:
            meaning, found = desk.found(question.question, question.asked_on)
            asked.append(examples_of(question, reader.candidates(meaning.text, found)))
            shown.advance()
    with options.out.open("w", encoding="utf-8") as out:
        for example in with_refusals([some for some in asked if some], random.Random(0)):
            out.write(json.dumps(asdict(example)) + "\n")


if __name__ == "__main__":
    main()
