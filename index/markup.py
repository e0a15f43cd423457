"""HTML that is known to be an article's body (a feed's content, a newsletter, a JSON field) to plain text."""

from __future__ import annotations

import re

_TAG = re.compile(r"</?(?:p|br|div|h[1-6]|ul|li|strong|em|blockquote|span|figure|table)\b[^>]{0,500}>", re.IGNORECASE)
_SILENT = frozenset(
    "script style noscript template head title nav form button select svg iframe object video audio "
    "canvas input textarea".split()
)
_BLOCKS = frozenset(
    "p div section article aside header footer main h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre "
    "figure figcaption table tr hr address center body details summary".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether `text` is marked up as HTML paragraphs rather than plain text that mentions a tag."""
    return len(_TAG.findall(text[:20_000])) >= 2


def html_text(markup: str) -> str:
    """The visible text of an HTML fragment or page, blocks separated by a blank line; "" when there is none."""
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root = lxml_html.document_fromstring(
            markup.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (etree.LxmlError, ValueError, AssertionError):
        return ""
    pieces: list[str] = []
    silent: object = None
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        name = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if silent is None and (name in _SILENT or _HIDDEN.search(node.get("style") or "")):
                silent = node
            if silent is None:
                pieces += ["\n\n" if name in _BLOCKS else "\n" if name == "br" else " " if name in ("td", "th") else ""]
                pieces.append(_inline(node.text))
            continue
        if silent is None and name in _BLOCKS:
            pieces.append("\n\n")
        if silent is node:
            silent = None
        if silent is None and node is not root:
            pieces.append(_inline(node.tail))
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(pieces))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _inline(text: str | None) -> str:
    """Markup's white space counts as one space; a non-breaking space stays."""
    return re.sub(r"[ \t\r\n\f]+", " ", text) if text else ""
