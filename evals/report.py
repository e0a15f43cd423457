"""The benchmarks as one HTML page that needs nothing else: no network, no script, readable on a phone.

Every text from outside is escaped. The page is well-formed XML as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from evals.aims import AIMS, figure_at
from evals.pictures import pictures

_STYLE = """
:root { color-scheme: light }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; background: #fff; color: #1a1a1a;
  font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; border-top: 1px solid #ccc;
  padding-top: 1rem }
p { margin: .4rem 0; max-width: 46rem } code { font-size: .9em; overflow-wrap: anywhere }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem }
figure { margin: 1rem 0 0; max-width: 34rem } figcaption { font-size: .9rem; color: #333 }
svg { display: block; width: 100%; height: auto }
.wide { overflow-x: auto } table { border-collapse: collapse; margin: .75rem 0; font-size: .92rem }
th, td { text-align: left; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.about { font-size: .85rem; color: #444 } .missing { color: #8a1c00; font-weight: 600 }
"""
_ABOUT = ("commit", "data", "machine", "reader", "encoder", "sample")


@dataclass(frozen=True, slots=True)
class Section:
    """A benchmark: `figures` of this run (`now`) or as kept before, empty when there are none.

    `reason` says why it was not run this time, if it was tried.
    """

    name: str
    about: str
    figures: dict[str, Any]
    now: bool
    reason: str | None = None


def page(sections: Sequence[Section]) -> str:
    """The whole page."""
    body = "\n".join(_section(section) for section in sections)
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>Dateline: benchmarks</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        "<h1>Dateline: benchmarks</h1>\n"
        "<p>What was measured, on which data, at which commit. Shares are from 0 to 1, in plots in per cent; figures "
        "that were not measured in this run are the ones last kept. <code>dateline eval</code> makes this page.</p>\n"
        f"{_aims(sections)}\n{body}\n</body>\n</html>\n"
    )


def _aims(sections: Sequence[Section]) -> str:
    """The figures that have an aim, with it."""
    figures = {section.name: section.figures for section in sections}
    rows = []
    for aim in AIMS:
        found = figure_at(figures.get(aim.benchmark, {}), aim.path)
        verdict = "not measured" if found is None else "met" if aim.met(found) else "not met"
        shown = "–" if found is None else _number(found)
        bound = f"{'≤' if aim.at_most else '≥'} {_number(aim.bound)}"
        rows.append(_row([aim.about, shown, bound, verdict], numbers={1, 2}))
    head = "<tr><th>what</th><th class='n'>figure</th><th class='n'>aim</th><th>verdict</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
    return f"<h2>At a glance</h2>\n<div class='wide'>{table}</div>"


def _section(section: Section) -> str:
    parts = [f"<h2 id='{escape(section.name)}'>{escape(section.name)}</h2>", f"<p>{escape(section.about)}.</p>"]
    if section.reason is not None:
        parts.append(f"<p class='missing'>Not run: {escape(section.reason)}</p>")
    if not section.figures:
        if section.reason is None:
            parts.append("<p class='missing'>Not run yet.</p>")
        return "\n".join([*parts, f"<p>{_command(section.name)}</p>"])
    about = "; ".join(f"{what} {section.figures[what]}" for what in _ABOUT if what in section.figures)
    when = "Measured in this run" if section.now else "Kept from an earlier run"
    parts.append(f"<p class='about'>{when}: {escape(about)}.</p>")
    drawn = [
        f"<figure>{svg}<figcaption>{escape(caption)} {_command(section.name)}</figcaption></figure>"
        for svg, caption in pictures(section.name, section.figures)
    ]
    if drawn:
        parts.append(f"<div class='plots'>{''.join(drawn)}</div>")
    parts.append(_tables(section.figures))
    return "\n".join([*parts, *([] if drawn else [f"<p>{_command(section.name)}</p>"])])


def _tables(figures: dict[str, Any]) -> str:
    """Plain figures as rows; groups of figures as columns."""
    shown = {what: figure for what, figure in figures.items() if what not in (*_ABOUT, "curves")}
    groups = {what: some for what, some in shown.items() if isinstance(some, dict)}
    plain = [_row([what, _number(figure)], {1}) for what, figure in shown.items() if what not in groups]
    out = f"<div class='wide'><table><tbody>{''.join(plain)}</tbody></table></div>" if plain else ""
    nested = {what: some for what, some in groups.items() if any(isinstance(x, dict) for x in some.values())}
    flat = {what: some for what, some in groups.items() if what not in nested}
    for title, some in [("", flat), *nested.items()]:
        if some:
            names = dict.fromkeys(name for group in some.values() for name in group)
            head = "".join(f"<th class='n'>{escape(str(what))}</th>" for what in some)
            rows = [
                _row([name, *(_number(group.get(name, "")) for group in some.values())], set(range(1, len(some) + 1)))
                for name in names
            ]
            out += (
                f"<div class='wide'><table><thead><tr><th>{escape(title)}</th>{head}</tr></thead>"
                f"<tbody>{''.join(rows)}</tbody></table></div>"
            )
    return out


def _row(cells: Sequence[str], numbers: set[int]) -> str:
    tags = ("<td class='n'>" if at in numbers else "<td>" for at in range(len(cells)))
    return f"<tr>{''.join(f'{tag}{escape(cell)}</td>' for tag, cell in zip(tags, cells, strict=True))}</tr>"


def _number(figure: object) -> str:
    if isinstance(figure, list):
        return ", ".join(map(str, figure)) or "none"
    if isinstance(figure, float):
        return f"{figure:,.3f}" if abs(figure) < 10 else f"{figure:,.1f}"
    return "–" if figure is None else f"{figure:,}" if isinstance(figure, int) else str(figure)


def _command(name: str) -> str:
    return f"<code>dateline eval {escape(name)}</code>"
