"""Questions to vectors without PyTorch: an encoder that a build exported to ONNX, beside the index.

<home>/encoders/<model>/encoder.json     what the export is, or why there is none
<home>/encoders/<model>/model.onnx       token ids to vectors; its weights, fp32, are in model.onnx.data: mapped into
                                         memory, so that words that nobody asks for take none
<home>/encoders/<model>/tokenizer.json   text to token ids, cut at the window

Knows nothing of sentence-transformers: how an export is made is `index/export_encoder.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.batches import batches

CARD, MODEL, WEIGHTS, TOKENIZER = "encoder.json", "model.onnx", "model.onnx.data", "tokenizer.json"
PROBE = "What did the ministers agree on in Geneva on Tuesday?"
LEAST_COSINE = 0.999  # to the passages' encoder: below it, rankings change
_FORMAT = 2
_BATCH_TOKENS = 512  # per forward pass: four times as many take 200 MB more, and are no quicker


class NoExport(Exception):
    """Why questions to this model's index are encoded by sentence-transformers. Not shown to the user as an error."""


@dataclass(frozen=True, slots=True)
class Card:
    """An export in words. `window` is in tokens, `cosine` the least that was measured to the passages' encoder.

    `probe` is that encoder's vector of the question PROBE, `sizes` the files' bytes. `refused` says why the model was
    not exported by the packages `made_with`; the rest is empty then.
    """

    model: str
    refused: str = ""
    made_with: dict[str, str] = field(default_factory=dict)
    dimension: int = 0
    window: int = 0
    query_prompt: str = ""
    passage_prompt: str = ""
    cosine: float = 0.0
    probe: tuple[float, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        text = json.dumps({"format": _FORMAT} | asdict(self), indent=1)
        (folder / CARD).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Card:
        """The card of a whole export or of a refusal. Raises NoExport where there is neither."""
        try:
            values = json.loads((folder / CARD).read_text(encoding="utf-8"))
            if values["format"] != _FORMAT:
                raise NoExport("it was exported by another version of Dateline")
            card = cls(**{each.name: values[each.name] for each in fields(cls)})
            sound = all((folder / name).stat().st_size == size for name, size in card.sizes.items())
        except FileNotFoundError:
            raise NoExport("it has not been exported yet") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NoExport(f"its export is damaged ({error})") from error
        if not sound:
            raise NoExport("its export is damaged (a file has another size)")
        return card


def encoder_folder(home: Path, name: str) -> Path:
    """Where the export of the model `name` is; names that differ have folders that differ."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[-60:]
    known = plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return home / "encoders" / known


class OnnxEncoder:
    """An `Encoder` on an export. Thread-safe; one forward pass uses all cores."""

    def __init__(self, folder: Path) -> None:
        """Load it (a fifth of a second) and try it. Raises NoExport where there is none that works."""
        self.card = Card.read(folder)
        if self.card.refused:
            raise NoExport(self.card.refused)
        self.model_id = f"{self.card.model}@fp32"
        self.dimension, self.window = self.card.dimension, self.card.window
        try:
            self._load(folder)
            cosine = float(self.encode_query(PROBE) @ np.array(self.card.probe, dtype=np.float32))
        except Exception as error:  # neither library documents what it raises over a damaged file
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise NoExport(f"its export is damaged ({reason[:200]})") from error
        if not cosine >= LEAST_COSINE:
            raise NoExport(f"its export's vectors differ from the passages' encoder's (cosine {cosine:.4f})")

    def _load(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(folder / TOKENIZER))
        self._left = (self._tokenizer.padding or {}).get("direction") == "left"
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what it would print is in the exception
        options.enable_cpu_mem_arena = False  # which keeps the memory of the largest batch for good
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the cores are others' meanwhile
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = [each.name for each in self._session.get_inputs()]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        from tokenizers import Tokenizer

        whole = Tokenizer.from_str(self._tokenizer.to_str())  # of its own: it takes ten megabytes, and none to answer
        whole.no_truncation()
        whole.no_padding()
        return [len(encoding) for encoding in whole.encode_batch_fast(list(texts), add_special_tokens=False)]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        encoded = self._tokenizer.encode_batch([self.card.passage_prompt + text for text in texts])
        lengths = [sum(encoding.attention_mask) for encoding in encoded]
        for batch in batches(lengths, self.window, _BATCH_TOKENS):
            longest = lengths[batch[0]]
            kept = slice(-longest, None) if self._left else slice(longest)  # without what pads the longest text of all
            vectors[batch] = self._forward([encoded[index] for index in batch], kept)
        return vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch([self.card.query_prompt + text])
        vector: NDArray[np.float32] = self._forward(encoded, slice(None))[0]
        return vector

    def _forward(self, encoded: Sequence[Any], kept: slice) -> NDArray[np.float32]:
        parts = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        fed = {
            name: np.array([getattr(encoding, parts[name])[kept] for encoding in encoded], dtype=np.int64)
            for name in self._inputs
        }
        vectors = self._session.run(None, fed)[0]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: NDArray[np.float32] = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
        return unit
