"""Whether a text gives orders to a language model. Pure.

No such list is ever whole, and what a claim says is verified whatever the passages are. It keeps what is plainly meant
for a model from being given to one, and from being quoted as if it were news.
"""

from __future__ import annotations

import re
import unicodedata

# Cyrillic and Greek letters that look like Latin ones.
_ALIKE = str.maketrans(
    "аеорсухіјѕԁһкмтвнАЕОРСУХІЈЅКМТВНοαενρΑΒΕΗΙΚΜΝΟΡΤΧ",
    "aeopcyxijsdhkmtbhAEOPCYXIJSKMTBHoaevpABEHIKMNOPTX",
)
_TOLD = r"(?:instructions?|prompts?|rules|guidelines|directives|orders|commands|system\s+messages?|safety)"
_MODEL = (
    r"(?:a\.?i\.?s?|l\.?l\.?m\.?s?|gpt|(?:large\s+)?language\s+models?|(?:ai\s+)?assistants?|chat\s?bots?"
    r"|bots?|models?)"
)
_SAY = r"(?:say|answer|reply|respond|output|print|repeat|write|state|claim)"
_KEPT = r"(?:prompts?|settings|keys?|tokens?|passwords?|instructions|secrets?|environment|conversations?|chats?)"
_MUST = r"(?:must|should|shall|has\s+to|have\s+to|please|will\s+now)"
_BEGINS = r"(?:^|[\n.!?:>\]\"“])\s*(?:please,?\s+|now,?\s+|instead,?\s+)?"
_ORDERS = re.compile(
    rf"""\b(?:ignore|disregard|forget|override|bypass)\b[^.!?]{{0,40}}\b(?:your|all|any|previous|prior|above|earlier|these
        |those|the)\b[^.!?]{{0,30}}\b{_TOLD}\b
    |\b(?:ignore|disregard|forget)\s+(?:everything|anything|all)\b[^.!?]{{0,40}}\b(?:above|before|said|told|earlier)\b
    |\byour\s+(?:\w+\s+)?(?:instructions|prompt)\b|\bsystem\s*(?:prompt|message|override|note)\b
    |(?:^|[\n.!?>\]"“])\s*(?:system|assistant|user|human|developer|instructions?)\s*:
    |\b(?:note|message|attention|instructions?|reminder|hint|notice)\s*(?:to|for|:)\s+(?:all\s+|any\s+|the\s+|an?\s+)*
        {_MODEL}\b
    |\b(?:dear|hey|hello|attention,?)\s+{_MODEL}\b
    |\b(?:you\s+are|act\s+as|pretend\s+to\s+be|behave\s+as)\s+(?:now\s+)?(?:an?\s+|the\s+)(?:\w+\s+)?{_MODEL}\b
    |\b(?:any|every|all|each|if\s+you\s+are\s+an?)\s+{_MODEL}\b[^.!?]{{0,60}}\b{_MUST}\b
    |\byou\s+(?:must|should|shall|are\s+to|will\s+now)\s+(?:now\s+|always\s+|only\s+)?
        (?:answer|reply|respond|output|print|repeat)\b
    |{_BEGINS}{_SAY}\s+(?:that|with|only|exactly|the\s+following|verbatim|["“:{{])
    |\b(?:correct|right|only|expected|final)\s+answer\s+(?:is|to)\b
    |\bwhen\s+(?:you\s+are\s+)?asked\b[^.!?]{{0,60}},\s*(?:always\s+|please\s+)?{_SAY}\b
    |\b(?:reveal|print|show|send|leak|repeat|output|disclose)\b[^.!?]{{0,30}}\b(?:your|its|system|api|all)\s+
        (?:\w+\s+)?{_KEPT}\b
    |"\s*(?:claims|passage|quotes|words|role|content)\s*"\s*:
    |<\s*/?\s*(?:passages?|system|user|assistant|instructions?|articles?|documents?|context)\b[^>]*>
    |<\|[^|]{{1,40}}\|>|\[/?INST\]|\#\#\#\s*(?:instruction|system|response|end)
    |\b(?:end|begin|start)\s+of\s+(?:the\s+)?(?:passages?|articles?|context|documents?|quoted|data|instructions?|prompt)\b
    |(?:^|\n)\s*[\[［【(]\s*\d{{1,3}}\s*[\]］】)]\s+[^\n]{{0,200}}\s·\s
    |!\[[^\]]*\]\(|\]\(\s*(?:https?|javascript|data):|<\s*(?:img|script|iframe|a\s)[^>]*>
    """,
    re.IGNORECASE | re.VERBOSE,
)


def orders(text: str) -> bool:
    """Whether a text speaks to a language model: orders, forms of ours, marks of a prompt."""
    return bool(_ORDERS.search(text) or _ORDERS.search(_seen(text)))


def _seen(text: str) -> str:
    """The text as a reader sees it: what shows nothing left out, wide and look-alike letters as the plain ones."""
    shown = "".join(
        c for c in text if unicodedata.category(c) not in ("Cf", "Mn", "Co") and (c == "\n" or c.isprintable())
    )
    return unicodedata.normalize("NFKC", shown).translate(_ALIKE)
