#!/usr/bin/env python3
"""Prints the vectors of texts by a BERT model's folder, in 64-bit numpy: what our own is held against.

    dev/transformer_reference.py target/embedding-model/model texts.json > expected.json

`texts.json` is a list of texts. Needs: pip install numpy tokenizers. Written after the published
definition of BERT and of sentence-transformers, for clarity, not speed: one text at a time.
"""
import json
import math
import sys
from pathlib import Path

import numpy as np
from tokenizers import BertWordPieceTokenizer, Tokenizer

KINDS = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2")}
erf = np.vectorize(math.erf)


def read_json(path, otherwise=None):
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else otherwise


def read_tensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if entry.get("dtype") in KINDS:
            first, last = entry["data_offsets"]
            flat = np.frombuffer(data[start + first : start + last], KINDS[entry["dtype"]])
            tensors[name] = flat.reshape(entry["shape"]).astype(np.float64)
    return tensors


class Model:
    def __init__(self, folder):
        self.config = read_json(folder / "config.json")
        self.weights = read_tensors(folder / "model.safetensors")
        pooling = read_json(folder / "1_Pooling/config.json")
        self.first_only = pooling["pooling_mode_cls_token"]
        self.longest = read_json(folder / "sentence_bert_config.json")["max_seq_length"]
        if (folder / "tokenizer.json").exists():
            self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.tokenizer.no_padding()
        else:
            lower = read_json(folder / "tokenizer_config.json")["do_lower_case"]
            self.tokenizer = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=lower)
        self.tokenizer.no_truncation()

    def norm(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + self.config["layer_norm_eps"])
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def dense(self, x, name):
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def attention(self, x, name):
        heads = self.config["num_attention_heads"]
        split = lambda y: y.reshape(len(x), heads, -1).transpose(1, 0, 2)
        query, key, value = (split(self.dense(x, f"{name}.self.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = (weights @ value).transpose(1, 0, 2).reshape(x.shape)
        return self.norm(x + self.dense(mixed, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def vector(self, text):
        ids = self.tokenizer.encode(text).ids
        if len(ids) > self.longest:
            ids = ids[: self.longest - 1] + ids[-1:]
        w = self.weights
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][: len(ids)]
        x = self.norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for number in range(self.config["num_hidden_layers"]):
            name = f"encoder.layer.{number}"
            x = self.attention(x, f"{name}.attention")
            inner = self.dense(x, f"{name}.intermediate.dense")
            inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
            x = self.norm(x + self.dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        pooled = x[0] if self.first_only else x.mean(0)
        return pooled / np.linalg.norm(pooled)


def main():
    model = Model(Path(sys.argv[1]))
    texts = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    lines = (
        json.dumps({"text": text, "vector": [round(value, 7) for value in model.vector(text)]}) for text in texts
    )
    print("[\n" + ",\n".join(lines) + "\n]")


if __name__ == "__main__":
    main()
