"""`dateline doctor`: environment, settings, model, library and index, each checked, with what to do about a fault."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from rich.text import Text

from bot.edge import FAILED
from bot.opening import fault_on_opening
from bot.render import console
from bot.settings import Settings, unknown_settings
from bot.sources import counted
from bot.visible import one_line
from index.errors import DatelineError

_LEAST_ROOM, _LITTLE_ROOM = 200e6, 2e9  # bytes: without the first nothing can be built, 100,000 articles take the other
_ADVICE = {
    "encoder": "Name another model with DATELINE_ENCODER, or unset it for the bundled one.",
    "reader": "Name another model with DATELINE_READER, or unset it for the bundled one.",
    "language_model": "Correct DATELINE_LLM, or unset it: answers are then in the articles' own words.",
    "library": "Restore it from a backup, or move {home} aside and index your articles again.",
}
_STYLE = {"ok": "green", "warn": "yellow", "fail": "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `advice` says what to do unless it is ok."""

    grade: Literal["ok", "warn", "fail"]
    subject: str
    fact: str
    advice: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """All checks in order, each as it is made. None raises."""
    checks: list[Callable[[Settings], Iterator[Finding]]] = [
        _python, _packages, _unknown, _processor, _home, _encoder, _reader, _language_model, _library, _index,
        _questions,
    ]  # fmt: skip
    for check in checks:
        try:
            yield from check(settings)
        except DatelineError as error:
            subject = check.__name__.strip("_")
            yield Finding("fail", subject, str(error), _ADVICE.get(subject, "").format(home=settings.home))
        except Exception as error:
            yield Finding("fail", check.__name__.strip("_"), f"{type(error).__name__}: {error}")


def report(findings: Iterator[Finding]) -> int:
    """Print each finding as it comes; 1 when any is a failure."""
    out, failed = console(), False
    for finding in findings:
        failed = failed or finding.grade == "fail"
        advice = f" → {finding.advice}" if finding.advice else ""
        line = Text.assemble((f"{finding.grade:<5}", _STYLE[finding.grade]), f"{finding.subject:<9} ")
        out.print(line.append(one_line(finding.fact + advice)), soft_wrap=True)
    return FAILED if failed else 0


def _python(_: Settings) -> Iterator[Finding]:
    recent = sys.version_info >= (3, 11)
    advice = "" if recent else "Dateline needs Python 3.11 or newer."
    yield Finding("ok" if recent else "fail", "python", f"{platform.python_version()} at {sys.executable}", advice)


def _packages(_: Settings) -> Iterator[Finding]:
    try:
        wanted = metadata.requires("dateline") or []
    except metadata.PackageNotFoundError:
        yield Finding("warn", "packages", "dateline itself is not installed", "pip install -e . in its checkout.")
        return
    sound = True
    for requirement in (line.partition(";")[0].strip() for line in wanted if "extra ==" not in line):
        name, exact, pinned = requirement.partition("==")
        name = name if exact else requirement[: next(i for i, c in enumerate(requirement + " ") if c in "<>=!~[ ")]
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            sound = False
            yield Finding("fail", "packages", f"{name} is not installed", f"pip install '{requirement}'")
            continue
        if exact and installed.partition("+")[0] != pinned:
            sound = False
            yield Finding(
                "warn", "packages", f"{name} is {installed}, tested is {pinned}", f"pip install {name}=={pinned}"
            )
    if sound:
        yield Finding("ok", "packages", f"{len(wanted)} requirements, all pinned ones as tested")


def _unknown(_: Settings) -> Iterator[Finding]:
    unknown = unknown_settings()
    for sentence in unknown:
        yield Finding("warn", "settings", sentence, "It has no effect: correct or remove it.")
    if not unknown:
        yield Finding("ok", "settings", "all known")


def _processor(_: Settings) -> Iterator[Finding]:
    from index.embed import precision

    chosen, cores = precision(), os.cpu_count()
    slower = "" if chosen == "bf16" else "; without bf16 in hardware, indexing takes about three times as long"
    yield Finding("ok", "cpu", f"{cores} cores, encoding in {chosen}{slower}")


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home):
            pass
    except OSError as error:
        advice = "Choose another folder with DATELINE_HOME, or change its permissions."
        yield Finding("fail", "home", f"{home} cannot be written: {error.strerror}", advice)
        return
    free = shutil.disk_usage(home).free
    grade: Literal["ok", "warn", "fail"] = "fail" if free < _LEAST_ROOM else "warn" if free < _LITTLE_ROOM else "ok"
    advice = "" if grade == "ok" else "Make room, or choose another disk with DATELINE_HOME."
    yield Finding(grade, "home", f"{home}, {free / 1e9:,.1f} GB free", advice)


def _encoder(settings: Settings) -> Iterator[Finding]:
    from index.embed import load_encoder

    began = time.monotonic()
    encoder = load_encoder(settings.encoder)
    vector = encoder.encode(["Is there any news?"])
    seconds = time.monotonic() - began
    yield Finding("ok", "encoder", f"{encoder.model_id}, {vector.shape[1]} dimensions, loaded in {seconds:.1f} s")


def _reader(settings: Settings) -> Iterator[Finding]:
    from bot.readers import load_reader

    load_reader(settings.reader)
    yield Finding("ok", "reader", f"{settings.reader or 'the bundled reader'} loads")
    if settings.reranker:
        from bot.reranker import Reranker

        Reranker(settings.reranker)
        yield Finding("ok", "reranker", f"{settings.reranker} loads")


def _language_model(settings: Settings) -> Iterator[Finding]:
    from bot.llm_check import examine_model

    if settings.llm:
        fault, fact, advice = examine_model(settings)
        yield Finding("fail" if fault else "ok", "llm", fact, advice)


def _library(settings: Settings) -> Iterator[Finding]:
    from index.library import FILE_NAME, Library

    path = settings.home / FILE_NAME
    if not path.exists():
        yield Finding("warn", "library", "there is none yet", "dateline index add PATH")
        return
    library = Library(path, read_only=True)
    try:
        faults, counts = library.faults(), library.counts()
    finally:
        library.close()
    if faults:
        yield Finding("fail", "library", f"damaged: {faults[0]}", _ADVICE["library"].format(home=settings.home))
    else:
        yield Finding(
            "ok", "library", f"sound; {counted(counts.articles, 'article')}, {counted(counts.passages, 'passage')}"
        )


def _index(settings: Settings) -> Iterator[Finding]:
    from index.embed import model_id
    from index.library import FILE_NAME, Library
    from index.manifest import current_manifest, generations_folder

    manifest = current_manifest(settings.home)
    if manifest is None:
        yield Finding("warn", "index", "none is published yet", "dateline index add PATH")
        return
    if fault := fault_on_opening(generations_folder(settings.home) / manifest.name):
        yield Finding("fail", "index", f"{manifest.name} does not open: {fault}", "dateline index rebuild")
        return
    yield Finding("ok", "index", f"{manifest.name} opens with its {counted(manifest.passages, 'passage')}")
    if manifest.model_id != model_id(settings.encoder):
        fact = f"the index was encoded by {manifest.model_id}, the settings name {model_id(settings.encoder)}"
        yield Finding("warn", "model", fact, "dateline index rebuild, or set DATELINE_ENCODER back.")
    try:
        library = Library(settings.home / FILE_NAME, read_only=True)
    except DatelineError:
        return  # told by the check of the library
    with suppress(DatelineError):
        if manifest.sequence != library.sequence:
            fact = "the library has changes that are not published"
            yield Finding("warn", "index", fact, "run the last `dateline index` command again.")
        elif manifest.passages != library.counts().passages:
            fact = f"the index has {manifest.passages:,} passages, the library {library.counts().passages:,}"
            yield Finding("fail", "index", fact, "dateline index rebuild")
    library.close()


def _questions(settings: Settings) -> Iterator[Finding]:
    """What encodes questions to the index: the model's export, or sentence-transformers."""
    from index.embed import model_name
    from index.manifest import current_manifest
    from index.query_encoder import Card, NoExport, OnnxEncoder, encoder_folder

    try:
        manifest = current_manifest(settings.home)
    except DatelineError:
        return  # told by the check of the index
    if manifest is None:
        return
    folder = encoder_folder(settings.home, model_name(manifest.model_id))
    began = time.monotonic()
    try:
        cosine = OnnxEncoder(folder).card.cosine
        fact = f"encoded by ONNX, cosine {cosine:.4f} to the passages' encoder"
        yield Finding("ok", "questions", f"{fact}, loaded in {time.monotonic() - began:.1f} s")
        return
    except NoExport as error:
        fact = f"encoded by sentence-transformers: {error}"
    try:
        refused = bool(Card.read(folder).refused)
    except NoExport:
        refused = False
    advice = "" if refused else "dateline index rebuild exports it: answering starts sooner and takes less memory."
    yield Finding("ok" if refused else "warn", "questions", fact, advice)
