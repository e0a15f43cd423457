"""The reader as it ships: `python -m models.export_reader DATA TRAINED OUT` writes `model.onnx` and `tokenizer.json`.

Weights are rounded to 8 bits, activations as they come (dynamic quantization) but for the few that stand out
(models/outliers.py); the words' table row by row, since one scale for all 30,522 rows leaves a usual word some sixteen
levels; `--float` keeps them whole, to compare by. What the probabilities are fitted from stays apart:
models/fit_scale.py.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from index.export_encoder import quiet_exporter
from models.outliers import part
from models.reading_data import qed
from models.served import Served
from models.tokens import Tokens, tokenised

_INPUTS = ("input_ids", "token_type_ids", "places")
_OUTPUTS = ("start_logits", "end_logits")
_SAMPLE = 200  # passages whose inputs to the layers are looked at
_WORDS = "model.bert.embeddings.word_embeddings.weight"


def export(
    trained: Path, out: Path, *, sample: Sequence[Tokens] = (), rounded: bool = True, narrow: bool = True
) -> None:
    """Write the model of the folder `trained` into the folder `out`.

    Inputs that stand out on `sample` are kept apart from rounding; none without a sample. `narrow` uses 7 of the 8
    bits, without which processors that lack VNNI overflow in silence.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = Served(AutoModelForQuestionAnswering.from_pretrained(trained, dtype=torch.float32))
    if rounded and sample:
        part(model, sample)
    # Different tensors: what is the same or constant in an example is taken to be so always.
    example = (torch.arange(128).view(2, 64) + 1000, torch.zeros(2, 64).long(), torch.arange(20, 60))
    example[1][:, 20:] = 1
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=512)}
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, quiet_exporter():
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model,
            example,
            str(whole),
            dynamo=True,
            input_names=list(_INPUTS),
            output_names=list(_OUTPUTS),
            dynamic_shapes=(shape, shape, {0: torch.export.Dim("places", max=512)}),
            external_data=False,
        )
        if rounded:
            quantize_dynamic(
                whole,
                out / "model.onnx",
                op_types_to_quantize=["MatMul"],
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=narrow,
                nodes_to_exclude=_apart(whole),
            )
            _round_words(out / "model.onnx")
        else:
            shutil.copyfile(whole, out / "model.onnx")
    shutil.copyfile(trained / "tokenizer.json", out / "tokenizer.json")


def _apart(path: Path) -> list[str]:
    """The names of the multiplications of what models/outliers.py keeps apart."""
    graph = onnx.load(path).graph
    return [node.name for node in graph.node if node.op_type == "MatMul" and node.input[1].endswith(".apart")]


def sample_of(data: Path, trained: Path) -> list[Tokens]:
    """Questions with passages of the `data` folder, as the model of the folder `trained` reads them."""
    examples = list(islice(qed(data / "reading/qed-train.jsonl.xz"), _SAMPLE))
    return tokenised(examples, AutoTokenizer.from_pretrained(trained), 384, random.Random(0))


def _round_words(path: Path) -> None:
    """Keep the words' table as whole numbers of 8 bits with a scale for each row; the other two tables are small."""
    model = onnx.load(path)
    graph = model.graph
    table = next(tensor for tensor in graph.initializer if tensor.name == _WORDS)
    values = numpy_helper.to_array(table)
    scale = np.maximum(np.abs(values).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
    graph.initializer.remove(table)
    for name, held in (("_quantized", np.round(values / scale).astype(np.int8)), ("_scale", scale)):
        graph.initializer.append(numpy_helper.from_array(held, _WORDS + name))
    at, gather = next((n, node) for n, node in enumerate(graph.node) if _WORDS in node.input)
    ids, said = gather.input[1], gather.output[0]
    graph.node.remove(gather)
    for node in (  # in reverse: each is put before those that follow
        helper.make_node("Mul", [said + "_whole", said + "_row"], [said]),
        helper.make_node("Gather", [_WORDS + "_scale", ids], [said + "_row"]),
        helper.make_node("Cast", [said + "_rounded"], [said + "_whole"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Gather", [_WORDS + "_quantized", ids], [said + "_rounded"]),
    ):
        graph.node.insert(at, node)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main() -> None:
    """Export from the command line."""
    parser = argparse.ArgumentParser(description="Export the reader.")
    for name in ("data", "trained", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--float", action="store_true", help="keep the weights in fp32")
    parser.add_argument("--wide", action="store_true", help="use all eight bits")
    options = parser.parse_args()
    sample = () if options.float else sample_of(options.data, options.trained)
    export(options.trained, options.out, sample=sample, rounded=not options.float, narrow=not options.wide)


if __name__ == "__main__":
    main()
