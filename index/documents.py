"""E-mailed newsletters and PDF files as records."""

from __future__ import annotations

import email
import email.policy
import io
import re
from email.message import EmailMessage
from email.utils import parseaddr

from index.dates import parse_date
from index.decode import decode
from index.markup import html_text
from index.records import Raw, RefusedError, line, tidy

MOST_PAGES = 500
_PREFIX = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg)\s*:)+\s*", re.IGNORECASE)
_NO_TITLE = re.compile(r"untitled|microsoft word|\.(?:docx?|indd|qxd|pdf)\b|^document\d*$", re.IGNORECASE)


def read_mail(data: bytes) -> Raw:
    """A newsletter: subject, sender and date from its headers, text from its HTML part or else the plain one."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    if not message.get("subject") and not message.get("from") and not message.get("date"):
        raise RefusedError("not an article: it has no mail headers")
    modern = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    bodies: dict[str, str] = {}
    for part in modern.walk():
        kind = part.get_content_type()
        if kind in ("text/html", "text/plain") and kind not in bodies and not _header(part, "content-disposition"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                bodies[kind] = decode(payload, part.get_content_charset())
    text = html_text(bodies["text/html"]) if "text/html" in bodies else ""
    name, address = parseaddr(_header(modern, "from"))
    return Raw(
        text=text or bodies.get("text/plain", ""),
        title=_PREFIX.sub("", _header(modern, "subject")),
        outlet=line(name) or address.rpartition("@")[2],
        published=parse_date(_header(modern, "date")),
    )


def _header(part: EmailMessage, name: str) -> str:
    try:
        return line(str(part.get(name) or ""))
    except (ValueError, IndexError, AttributeError, TypeError, KeyError):  # the header parser's own faults
        return ""


def read_pdf(data: bytes) -> Raw:
    """A PDF's text with its lines joined to paragraphs. Its creation date is a file time, so no publication date."""
    import pypdf

    if b"%PDF-" not in data[:1024]:
        raise RefusedError("not an article: not a PDF file")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedError("encrypted")
        if len(reader.pages) > MOST_PAGES:
            raise RefusedError(f"too large: over {MOST_PAGES} pages")
        text = "\n".join(page.extract_text() for page in reader.pages)
        info = reader.metadata
        title, author = (line(info.title), line(info.author)) if info else ("", "")
    except pypdf.errors.DependencyError:
        raise RefusedError("encrypted") from None
    except (
        pypdf.errors.PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
        ArithmeticError,
        AssertionError,
        NotImplementedError,
        OSError,
        EOFError,
    ):
        raise RefusedError("not an article: the PDF cannot be read") from None
    return Raw(
        text=joined(tidy(text)), title="" if _NO_TITLE.search(title) else title, authors=(author,) if author else ()
    )


def joined(text: str) -> str:
    """Lines of a page set in type joined to paragraphs: a line that fills the column goes on in the next."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    full = sorted(map(len, filter(None, lines)))
    width = full[len(full) * 3 // 4] if full else 0
    out = ""
    previous = ""
    for current in lines:
        if not previous or not current or (len(previous) < 0.75 * width and not current[:1].islower()):
            out += ("\n\n" if out and current and not out.endswith("\n\n") else "") + current
        elif previous.endswith("-") and previous[-2:-1].isalpha() and current[:1].islower():
            out = out[:-1] + current
        else:
            out += " " + current
        previous = current
    return out
