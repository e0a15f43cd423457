"""Examples to train the reader with: questions with a passage and the answer's span in it, or none.

Answerable: SQuAD 1.1, QED (Natural Questions) and QAMR (half of it Wikinews). Unanswerable, each hard in a way of its
own: the same passage without the sentences that hold the answer; the nearest other passages that retrieval brings
back; the same passage with a name, a number or a telling word of the question exchanged (after SQuAD 2.0, Rajpurkar
et al., 2018). Nothing here is imported by what answers.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.wording import stems
from index.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class Example:
    """`text[start:end]` answers `question`; `start` is -1 where nothing in `text` does. `title` is the article's."""

    question: str
    title: str
    text: str
    start: int
    end: int

    @property
    def answer(self) -> str:
        return self.text[self.start : self.end] if self.start >= 0 else ""


_Way = tuple[tuple[int, int], str]  # a span of a question and what stands there instead

_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w’'-]+)(?: [A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_DENIED = 0.1  # of the exchanged questions
_HELPING = re.compile(r"\b(?:is|are|was|were|did|does|do|has|had|could|would|should)\b")
_DENIAL = re.compile(r"\b(?:not|never|no|without|neither|nor)\b|n['’]t\b", re.IGNORECASE)
_OPPOSITES = [
    pair.split("/")
    for pair in """first/last before/after north/south east/west northern/southern eastern/western increase/decrease
    increased/decreased increasing/decreasing most/least highest/lowest largest/smallest larger/smaller higher/lower
    won/lost win/lose oldest/youngest older/younger best/worst better/worse more/fewer born/buried founded/dissolved
    began/ended begin/end beginning/ending accept/reject accepted/rejected rose/fell rise/fall male/female men/women
    support/oppose supported/opposed inside/outside above/below major/minor early/late earliest/latest always/never
    bought/sold buy/sell allowed/banned allow/prohibit same/different longest/shortest longer/shorter started/stopped
    start/stop rural/urban top/bottom public/private positive/negative strong/weak stronger/weaker created/destroyed
    create/destroy built/demolished included/excluded include/exclude added/removed add/remove gained/lost gain/lose
    joined/left join/leave opened/closed open/close arrived/departed attacked/defended victory/defeat ally/enemy
    legal/illegal majority/minority maximum/minimum common/rare original/final upper/lower domestic/foreign
    internal/external agree/disagree agreed/disagreed approved/vetoed expanded/reduced expand/reduce import/export
    imported/exported internally/externally old/new older/newer fast/slow fastest/slowest heavy/light rich/poor
    wet/dry hot/cold warm/cool wide/narrow deep/shallow full/empty simple/complex easy/difficult safe/dangerous
    successful/unsuccessful known/unknown popular/unpopular possible/impossible able/unable like/dislike
    caused/prevented cause/prevent allows/prevents protect/endanger praised/criticized praise/criticize success/failure
    war/peace life/death birth/death parent/child husband/wife mother/father son/daughter brother/sister
    appointed/dismissed hired/fired elected/defeated conservative/liberal winter/summer day/night""".split()
]
_OPPOSITE = {a: b for pair in _OPPOSITES for a, b in (pair, pair[::-1])}


def squad(path: Path) -> Iterator[Example]:
    """Every question of a SQuAD file in its order. Raises OSError or KeyError where the file is not one."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        title = str(article.get("title", "")).replace("_", " ")
        for paragraph in article["paragraphs"]:
            for row in paragraph["qas"]:
                answer = next(iter(row["answers"]), None)
                start = answer["answer_start"] if answer else -1
                end = start + len(answer["text"]) if answer else -1
                yield Example(row["question"].strip(), title, paragraph["context"], start, end)


def qed(path: Path) -> Iterator[Example]:
    """Natural Questions with one answer span, spacing repaired."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if len(row["answer_spans"]) != 1:
                continue
            first, last = row["answer_spans"][0]
            at = [match.span() for match in re.finditer(r"\S+", row["paragraph_text"])]
            inside = [n for n, (start, end) in enumerate(at) if start < last and end > first]
            text, spans = joined([row["paragraph_text"][start:end] for start, end in at])
            if inside:
                question = row["question_text"].strip()
                yield Example(
                    question[:1].upper() + question[1:] + "?", row["title_text"], text,
                    spans[inside[0]][0], spans[inside[-1]][1],
                )  # fmt: skip


def qamr(folder: Path) -> Iterator[Example]:
    """Questions on single sentences, each sentence among its neighbours; those that a second worker agreed on."""
    tokens: dict[str, list[str]] = {}
    neighbours: dict[str, list[str]] = defaultdict(list)
    with lzma.open(folder / "wiki-sentences.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            id, _, sentence = line.rstrip("\n").partition("\t")
            tokens[id] = sentence.split()
            neighbours[id.rsplit(":", 2)[0]].append(id)
    for ids in neighbours.values():
        ids.sort(key=lambda id: [int(part) for part in id.rsplit(":", 2)[1:]])
    seen = set()
    for name in ("filtered-dev.tsv.xz", "filtered-test.tsv.xz"):
        with lzma.open(folder / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                id, _, _, _, _, question, *marked = line.rstrip("\n").split("\t")
                chosen = [int(n) for n in marked[0].split()]
                others = [set(map(int, answer.partition(":")[2].split())) for answer in marked[1:]]
                agreed = any(len(set(chosen) & other) * 2 > len(set(chosen) | other) for other in others)
                key = (id, question.lower())
                whole = chosen[-1] - chosen[0] == len(chosen) - 1 and len(question.split()) > 3
                if id not in tokens or key in seen or not agreed or not whole:
                    continue
                seen.add(key)
                yield _among_neighbours(id, question, chosen, tokens, neighbours[id.rsplit(":", 2)[0]])


def _among_neighbours(
    id: str, question: str, chosen: list[int], tokens: dict[str, list[str]], document: list[str]
) -> Example:
    at = document.index(id)
    around = document[max(0, at - 2) : at + 3]
    words = [word for other in around for word in tokens[other]]
    offset = sum(len(tokens[other]) for other in around[: around.index(id)])
    text, spans = joined(words)
    return Example(question, "", text, spans[offset + chosen[0]][0], spans[offset + chosen[-1]][1])


_PTB = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": "“", "''": "”", "--": "–"}


def joined(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Treebank tokens as running text, and the span of each in it."""
    text, spans = "", list[tuple[int, int]]()
    for token in tokens:
        word = _PTB.get(token, token)
        tight = not text or text[-1] in "([“$" or re.match(r"[,.;:!?)\]”%]|['’](?:s|t|re|ve|ll|d|m)?$|n['’]t$", word)
        text += word if tight else " " + word
        spans.append((len(text) - len(word), len(text)))
    return text, spans


def unambiguous(example: Example) -> bool:
    """Whether the answer's words stand in one sentence only: SQuAD's spans here are the first occurrence."""
    inside = [example.answer in example.text[start:end] for start, end in sentence_spans(example.text)]
    return sum(inside) == 1 and example.text.count(example.answer) == 1


def without_answer(example: Example) -> Example | None:
    """The passage with every sentence that holds the answer's words taken out; None where too little stays."""
    kept = [example.text[start:end] for start, end in sentence_spans(example.text)]
    kept = [sentence for sentence in kept if example.answer.lower() not in sentence.lower()]
    return replace(example, text=" ".join(kept), start=-1, end=-1) if len(kept) >= 2 else None


def exchanged(example: Example, chance: random.Random) -> Example | None:
    """The passage with a question that it no longer answers: a name, number or telling word exchanged, or a denial.

    Of the ways that the question allows every kind is as likely as another, but for denials: were there many more than
    questions with a "not" that are answered, the word alone would mean that there is no answer.
    """
    denied = chance.random() < _DENIED
    kinds = [ways for ways in ([_denied(example)] if denied else [*_swapped(example), _opposed(example)]) if ways]
    if not kinds:
        return None
    (start, end), other = chance.choice(chance.choice(kinds))
    question = example.question[:start] + other + example.question[end:]
    return replace(example, question=question, start=-1, end=-1)


def _swapped(example: Example) -> Iterator[list[_Way]]:
    """Names for names of the passage, and numbers for numbers, none of them in the answer."""
    answer = stems(example.answer)
    for pattern in (_NAME, _NUMBER):
        asked = list(pattern.finditer(example.question))
        offered = {m.group() for m in pattern.finditer(example.text)} - {m.group() for m in asked}
        offered = {name for name in offered if not stems(name) & answer and name not in example.question}
        yield [(match.span(), other) for match in asked for other in sorted(offered)]


def _opposed(example: Example) -> list[_Way]:
    words = _WORD.finditer(example.question)
    return [(word.span(), other) for word in words if (other := _OPPOSITE.get(word.group().lower()))]


def _denied(example: Example) -> list[_Way]:
    """The first helping verb denied, where neither question nor passage has a denial of its own."""
    verb = _HELPING.search(example.question)
    if verb is None or _DENIAL.search(example.question) or _DENIAL.search(example.text):
        return []
    return [(verb.span(), f"{verb.group()}n't"), (verb.span(), f"{verb.group()} never")]


def elsewhere(example: Example, other: Example) -> Example | None:
    """The question with another passage; None where the answer's words stand there too."""
    if example.text == other.text or example.answer.lower() in other.text.lower():
        return None
    return replace(other, question=example.question, start=-1, end=-1)


def kept(path: Path) -> list[Example]:
    """The examples in a file of one JSON object a line, as models/news_data.py writes it."""
    with path.open(encoding="utf-8") as lines:
        return [Example(**json.loads(line)) for line in lines]
