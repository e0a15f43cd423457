"""A sentence-transformers model to ONNX, for `index/query_encoder.py`: made and checked by a build, once a model.

Needs the build lock. What cannot be exported (a tokenizer in Python, modules that do not trace, more than memory holds,
vectors that differ) is written down as refused, and served by sentence-transformers as before.
"""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embed import BUNDLED, Encoder, TorchEncoder, load_model, model_name
from index.errors import DatelineError
from index.later import Later
from index.manifest import sync_folder
from index.publish import check_disk
from index.query_encoder import (
    LEAST_COSINE,
    MODEL,
    PROBE,
    TOKENIZER,
    Card,
    NoExport,
    OnnxEncoder,
    encoder_folder,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)
_MOST_BYTES = 2_000_000_000  # of weights: exporting takes several times their memory
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PACKAGES = ("torch", "transformers", "sentence-transformers", "onnx", "onnxscript")
_NEWS = (
    "The ferry to Kiel was cancelled on Monday, its owner said, because the crew of a second ship had not been paid. "
    "Passengers were told to take the train; some 400 of them had been waiting since six o'clock in the morning. "
)
# Short and long, beyond any window, of other scripts and cases: what a tokenizer or a mask gets wrong shows here.
_SAMPLES = (
    PROBE, "Who?", "HOW MANY SHIPS DID THE PORT OF CADIZ COUNT?", "Was sagte Präsident Nauseda über Öl aus Москва?",
    "«Es reicht», sagte 王毅 — at 7.30pm, for $3.5bn (€3.2bn).", _NEWS, 4 * _NEWS, 40 * _NEWS,
)  # fmt: skip


def keep_export(home: Path, model_id: str, encoder: Later, *, thorough: bool, begin: Callable[[], None]) -> None:
    """Export the model unless there is a good export or a refusal; `begin` is called before the seconds that it takes.

    `encoder` is the passages' encoder, loaded only where there is something to do; `thorough` tries an export that is
    there. Never fails: what goes wrong is logged, and sentence-transformers serves.
    """
    name = model_name(model_id)
    folder = encoder_folder(home, name)
    card = _settled(folder, thorough)
    if card is not None and not encoder.started:
        return
    try:
        passages = encoder.result()
        if card is not None and _agrees(card, passages):
            return
        if not isinstance(passages, TorchEncoder):
            raise NoExport(f"{type(passages).__name__} is not of sentence-transformers")
        begin()
        _make(home, name, passages)
        log.info("The encoder %s was exported to ONNX", name)
    except NoExport as error:
        log.info("The encoder %s was not exported to ONNX: %s", name, error)
        with suppress(OSError):
            _put(folder, Card(name, refused=str(error), made_with=_made_with()))
    except Exception as error:  # no room, no model: not the model's fault, so it is tried again by the next build
        log.info("The encoder %s was not exported to ONNX: %s", name, error, exc_info=True)


def _settled(folder: Path, thorough: bool) -> Card | None:
    """The card of an export, or of a refusal by the packages of today. `thorough` loads and tries the export."""
    try:
        card = Card.read(folder)
        if thorough and not card.refused:
            OnnxEncoder(folder)
    except NoExport:
        return None
    return None if card.refused and card.made_with != _made_with() else card


def _agrees(card: Card, encoder: Encoder) -> bool:
    """Whether the export is of the model that `encoder` has now: the files of a folder may be replaced by others."""
    return bool(card.refused) or float(encoder.encode_query(PROBE) @ card.probe) >= LEAST_COSINE


def _make(home: Path, name: str, passages: Encoder) -> None:
    model = load_model(None if name == BUNDLED else name, "float32")
    size = sum(part.numel() * part.element_size() for part in model.state_dict().values())
    if size > _MOST_BYTES:
        raise NoExport(f"its {size / 1e9:.1f} GB take too much memory to export")
    check_disk(home, 2 * size)
    folder = encoder_folder(home, name)
    aside = _aside(folder)
    try:
        _write_tokenizer(model, passages.window, aside / TOKENIZER)
        _write_model(model, passages.window, aside / MODEL)
        card = Card(
            name,
            made_with=_made_with(),
            dimension=passages.dimension,
            window=passages.window,
            query_prompt=_prompt(model, "query"),
            passage_prompt=_prompt(model, "document", "passage", "corpus"),
            probe=tuple(passages.encode_query(PROBE).tolist()),
            sizes={file.name: file.stat().st_size for file in aside.iterdir()},
        )
        card.write(aside)
        cosine = _least_cosine(OnnxEncoder(aside), passages)
        if not cosine >= LEAST_COSINE:
            raise NoExport(f"its vectors differ (cosine {cosine:.4f})")
        _put(folder, replace(card, cosine=round(cosine, 6)))
    except (NoExport, DatelineError, OSError, MemoryError):
        raise
    except Exception as error:  # a model may have any code, and the exporter any complaint
        reason = (str(error).strip().splitlines() or [""])[0]
        raise NoExport(f"{type(error).__name__}: {reason[:200]}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _least_cosine(exported: Encoder, passages: Encoder) -> float:
    """The least cosine between the two encoders' vectors of the samples, as passages together and as questions."""
    cosines: list[float] = (exported.encode(_SAMPLES) * passages.encode(_SAMPLES)).sum(axis=1).tolist()
    return min(cosines + [float(exported.encode_query(text) @ passages.encode_query(text)) for text in _SAMPLES])


def _write_tokenizer(model: SentenceTransformer, window: int, file: Path) -> None:
    from tokenizers import Tokenizer

    outer: Any = model.tokenizer
    fast = getattr(outer, "backend_tokenizer", None)
    if fast is None:
        raise NoExport("its tokenizer is written in Python")
    tokenizer = Tokenizer.from_str(fast.to_str())
    tokenizer.enable_truncation(window, direction=outer.truncation_side)
    tokenizer.enable_padding(
        direction=outer.padding_side,
        pad_id=outer.pad_token_id,
        pad_type_id=outer.pad_token_type_id,
        pad_token=outer.pad_token,
    )
    tokenizer.save(str(file))


def _write_model(model: SentenceTransformer, window: int, file: Path) -> None:
    import torch

    fed = {name: value for name, value in model.preprocess(["Who?", PROBE]).items() if isinstance(value, torch.Tensor)}
    if strange := set(fed) - set(_INPUTS):
        raise NoExport(f"it reads more than tokens: {', '.join(sorted(strange))}")

    class Whole(torch.nn.Module):  # type: ignore[misc]  # mypy does not read torch
        """All modules of the model, whatever they are, from token ids to the sentence's vector."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> Any:
            return self.model(dict(zip(fed, tensors, strict=True)))["sentence_embedding"]

    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=window)}
    with quiet_exporter(), torch.inference_mode():
        program = torch.onnx.export(
            Whole().eval(),
            tuple(fed.values()),
            dynamo=True,
            verbose=False,
            input_names=list(fed),
            output_names=["dateline_vector"],  # a name that no model's own graph has
            dynamic_shapes={"tensors": tuple(axes for _ in fed)},
        )
        if program is None:
            raise NoExport("the exporter gave nothing")
        program.save(str(file), external_data=True)


def _prompt(model: SentenceTransformer, *names: str) -> str:
    """What sentence-transformers puts before a text: of the first of these names that has a prompt, else by default."""
    first = next((name for name in names if name in model.prompts), model.default_prompt_name)
    return (model.prompts.get(first) or "") if first else ""


def _made_with() -> dict[str, str]:
    versions = {}
    for package in _PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            versions[package] = metadata.version(package)
    return versions


def _aside(folder: Path) -> Path:
    """An empty folder beside `folder`; what killed builds have left is removed."""
    for left in folder.parent.glob("*.aside"):
        shutil.rmtree(left, ignore_errors=True)
    aside = folder.with_name(f"{folder.name}.new.aside")
    aside.mkdir(parents=True)
    return aside


def _put(folder: Path, card: Card) -> None:
    """Write the card and put what was made aside in place; a kill leaves the old export, none, or the new one."""
    aside, old = (folder.with_name(f"{folder.name}.{kind}.aside") for kind in ("new", "old"))
    if not aside.exists():
        _aside(folder)
    card.write(aside)
    for file in aside.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    sync_folder(aside)
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def quiet_exporter() -> Iterator[None]:
    """The exporter's own warnings and log lines, about things that concern its authors, are not shown."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript", "onnx_ir")]
    levels = [each.level for each in loggers]
    try:
        for each in loggers:
            each.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)
