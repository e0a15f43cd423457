"""The reader's network as it is served: the same numbers in fewer steps, and in such as onnxruntime is quick at.

Query, key and value are one multiplication; attention is one operation (FlashAttention-2 on processors, Dao, 2023),
which needs every passage read by itself, without padding; the last layer is computed for the tokens that are scored;
LayerNorm is written out, since onnxruntime's own is several times slower than its parts.
"""

from __future__ import annotations

from typing import Any

import torch


class Served(torch.nn.Module):  # type: ignore[misc]
    """A trained BERT reader, changed in place: token ids and types of shape (passages, length) to start and end scores.

    There is no padding: passages that are read together are of one length. Scores are of the tokens at `places`, shape
    (places,), or of all: nothing else needs the last layer, which only looks at the rest.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model.eval()
        for layer in model.bert.encoder.layer:
            layer.attention.self = Attention(layer.attention.self)
        for name, norm in [*model.named_modules()]:
            if isinstance(norm, torch.nn.LayerNorm):
                model.set_submodule(name, Norm(norm))

    def forward(
        self, input_ids: torch.Tensor, token_type_ids: torch.Tensor, places: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.model.bert.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        *lower, last = self.model.bert.encoder.layer
        for layer in lower:
            hidden = layer(hidden)
        seen, _ = last.attention.self(hidden, places=places)
        if places is not None:
            hidden = hidden.index_select(1, places)
        hidden = last.attention.output(seen, hidden)
        hidden = last.output(last.intermediate(hidden), hidden)
        scores = self.model.qa_outputs(hidden)
        return scores[..., 0], scores[..., 1]


class Attention(torch.nn.Module):  # type: ignore[misc]
    """`own`, a BertSelfAttention, with its three layers joined: their rows stand one after another in `joint`."""

    def __init__(self, own: Any) -> None:
        super().__init__()
        parts = (own.query, own.key, own.value)
        self.heads, self.size = own.num_attention_heads, own.query.out_features
        self.joint = torch.nn.Linear(own.query.in_features, 3 * self.size)
        with torch.no_grad():
            self.joint.weight.copy_(torch.cat([part.weight for part in parts]))
            self.joint.bias.copy_(torch.cat([part.bias for part in parts]))

    def forward(
        self, hidden: torch.Tensor, *_: Any, places: torch.Tensor | None = None, **__: Any
    ) -> tuple[torch.Tensor, None]:
        """What the tokens at `places`, or all, see of all."""
        parts = self.joint(hidden).split(self.size, dim=-1)
        if places is not None:
            parts = (parts[0].index_select(1, places), *parts[1:])
        if torch.compiler.is_exporting():
            operation, heads = "com.microsoft::MultiHeadAttention", {"num_heads": self.heads}
            joined = torch.onnx.ops.symbolic(
                operation, parts, heads, dtype=hidden.dtype, shape=parts[0].shape, version=1
            )
            return joined, None
        query, key, value = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        seen = torch.nn.functional.scaled_dot_product_attention(query, key, value)
        return seen.transpose(1, 2).flatten(2), None


class Norm(torch.nn.Module):  # type: ignore[misc]
    """`own`, a LayerNorm, written out with a reciprocal: onnxruntime does not know it again and fuse it."""

    def __init__(self, own: torch.nn.LayerNorm) -> None:
        super().__init__()
        self.weight, self.bias, self.eps = own.weight, own.bias, own.eps

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        apart = hidden - hidden.mean(-1, keepdim=True)
        scale = torch.reciprocal(torch.sqrt((apart * apart).mean(-1, keepdim=True) + self.eps))
        return apart * scale * self.weight + self.bias
