"""Which models are exported to ONNX and which are left to sentence-transformers, and exports that are stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer
from transformers import AutoTokenizer, BertConfig, BertModel

import index.export_encoder
from index.embed import Encoders, TorchEncoder, load_encoder, model_id, model_path
from index.errors import DiskFull
from index.export_encoder import keep_export
from index.later import Later
from index.query_encoder import CARD, Card, NoExport, OnnxEncoder, encoder_folder
from tests.small_index import no_encoder


def tiny(folder: Path, *, prompts: dict[str, str] | None = None, pooling: str = "cls") -> str:
    """A sentence-transformers model of one small layer with random weights, saved in `folder`: its name."""
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(model_path())
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=128,
    )  # fmt: skip
    BertModel(config).eval().save_pretrained(folder / "bert")
    tokenizer.save_pretrained(folder / "bert")
    first = Transformer(str(folder / "bert"), max_seq_length=48)
    modules = [first, Pooling(32, pooling), Dense(32, 16)]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder / "model"))
    return str(folder / "model")


def export(home: Path, name: str, thorough: bool = False) -> Path:
    """Export as a build does; returns the folder."""
    keep_export(home, model_id(name), Later(lambda: load_encoder(name)), thorough=thorough, begin=lambda: None)
    return encoder_folder(home, name)


def test_prompts_pooling_and_windows_are_the_models_own(tmp_path: Path) -> None:
    name = tiny(tmp_path, prompts={"query": "question: ", "document": "article: "})
    folder = export(tmp_path, name)
    card = Card.read(folder)
    assert (card.refused, card.query_prompt, card.passage_prompt) == ("", "question: ", "article: ")
    assert (card.window, card.dimension) == (48, 16)
    ours, theirs = Encoders(tmp_path)(model_id(name)), load_encoder(name)
    assert isinstance(ours, OnnxEncoder)
    for text in ("Who?", "Who objected to the draft, and why? " * 20):
        assert ours.encode_query(text) @ theirs.encode_query(text) >= 0.999
        assert ours.encode([text])[0] @ theirs.encode([text])[0] >= 0.999


def test_a_model_whose_files_are_replaced_is_exported_again(tmp_path: Path) -> None:
    name = tiny(tmp_path)
    folder = export(tmp_path, name)
    before = Card.read(folder)
    tiny(tmp_path, pooling="mean")
    keep_export(tmp_path, model_id(name), Later(no_encoder), thorough=False, begin=lambda: None)
    assert Card.read(folder) == before
    loaded = Later(lambda: load_encoder(name))
    loaded.start()
    keep_export(tmp_path, model_id(name), loaded, thorough=False, begin=lambda: None)
    assert Card.read(folder).probe != before.probe
    assert OnnxEncoder(folder)


def wrong_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    encode = OnnxEncoder.encode
    monkeypatch.setattr(OnnxEncoder, "encode", lambda self, texts: -encode(self, texts))


def no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def forward(self: Any, features: dict[str, Any]) -> dict[str, Any]:
        return features | {"sentence_embedding": torch.tensor(features["token_embeddings"].tolist())[:, 0]}

    monkeypatch.setattr(Pooling, "forward", forward)


def no_exporter(monkeypatch: pytest.MonkeyPatch) -> None:
    def export(*args: Any, **options: Any) -> None:
        raise ImportError("No module named 'onnxscript'")

    monkeypatch.setattr(torch.onnx, "export", export)


def too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.export_encoder, "_MOST_BYTES", 1000)


@pytest.mark.parametrize("reason", [wrong_vectors, no_trace, no_exporter, too_large])
def test_what_does_not_export_is_served_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: Callable[[pytest.MonkeyPatch], None]
) -> None:
    name = tiny(tmp_path)
    with monkeypatch.context() as patch:
        reason(patch)
        folder = export(tmp_path, name)
    assert Card.read(folder).refused
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert isinstance(Encoders(tmp_path)(model_id(name)), TorchEncoder)
    keep_export(tmp_path, model_id(name), Later(no_encoder), thorough=True, begin=lambda: None)


def test_no_room_is_no_reason_to_give_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(home: Path, needed: int) -> None:
        raise DiskFull("no room")

    name = tiny(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(index.export_encoder, "check_disk", full)
        folder = export(tmp_path, name)
    with pytest.raises(NoExport, match="not been exported yet"):
        Card.read(folder)
    assert OnnxEncoder(export(tmp_path, name))


def test_a_kill_leaves_something_that_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    name = tiny(tmp_path)
    folder = export(tmp_path, name)
    (folder / CARD).write_text("damaged")
    rename = Path.rename
    for survived in (0, 1):
        done: list[Path] = []

        def deadly(self: Path, target: Path, done: list[Path] = done, survived: int = survived) -> Path:
            if len(done) == survived:
                raise Killed
            done.append(self)
            return rename(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", deadly)
            with pytest.raises(Killed):
                export(tmp_path, name)
        assert Encoders(tmp_path)(model_id(name)).encode_query("Who?").shape == (16,)
    assert OnnxEncoder(export(tmp_path, name))
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
