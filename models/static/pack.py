"""Writes the model file, and reads it as `ccr` does."""

import hashlib
import json
from pathlib import Path

import numpy as np

import fit
import wordpiece

VERSION = "2"
METADATA = {
    "name": "ccr-static",
    "version": VERSION,
    "teacher": "all-MiniLM-L6-v2",
    "license": "Apache-2.0",
    "dimensions": "256",
    "max_word_characters": "100",
    "lowercase": "true",
}


def write(path: Path, tokens: list[str], matrix: np.ndarray) -> str:
    """The file and its SHA-256: a row for each token, in the order of the tokens' bytes."""
    kept = [
        (token.encode(), number)
        for number, token in enumerate(tokens)
        if token not in wordpiece.SPECIAL and not token.startswith("[unused")
    ]
    kept.sort()
    rows, scales = fit.quantised(matrix[[number for _, number in kept]])
    offsets = np.cumsum([0] + [len(token) for token, _ in kept])
    tensors = {
        "embeddings": ("I8", rows),
        "scales": ("F32", scales.astype("<f4")),
        "offsets": ("U32", offsets.astype("<u4")),
        "vocabulary": ("U8", np.frombuffer(b"".join(token for token, _ in kept), np.uint8)),
    }
    data = safetensors(tensors)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def safetensors(tensors: dict) -> bytes:
    """Header and data; four-byte tensors lie at offsets that four divides."""
    ordered = sorted(tensors.items(), key=lambda item: -item[1][1].itemsize)
    header, data = {"__metadata__": METADATA}, b""
    for name, (kind, values) in ordered:
        raw = values.tobytes()
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    return len(head).to_bytes(8, "little") + head + data


class Model:
    """A model file, for evaluation: the vectors of texts."""

    def __init__(self, path: Path, tokenizer_json: Path):
        data = path.read_bytes()
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + size])
        kinds = {"I8": np.int8, "F32": "<f4", "U32": "<u4", "U8": np.uint8}

        def tensor(name):
            begin, end = header[name]["data_offsets"]
            raw = data[8 + size + begin : 8 + size + end]
            return np.frombuffer(raw, kinds[header[name]["dtype"]]).reshape(header[name]["shape"])

        raw, offsets = tensor("vocabulary").tobytes(), tensor("offsets")
        tokens = [raw[a:b].decode() for a, b in zip(offsets[:-1], offsets[1:])]
        self.rows = tensor("embeddings").astype(np.float32) * tensor("scales")[:, None]
        place = {token: number for number, token in enumerate(tokens)}
        _, known = wordpiece.load(tokenizer_json)
        # As in training: the words of the domain follow the teacher's vocabulary.
        words = sorted(set(tokens) - set(known))
        self.tokenizer, listed = wordpiece.load(tokenizer_json, words)
        self.place = np.array([place.get(token, -1) for token in listed])

    def tokens(self, text: str) -> list[str]:
        return self.tokenizer.encode(text).tokens

    def vectors(self, texts: list[str]) -> np.ndarray:
        """L2-normalised sums of rows [texts, dimensions]; zero where no token is known."""
        rows = [self.place[np.array(ids, np.int64)] for ids in wordpiece.encode(self.tokenizer, texts)]
        sums = fit.bags(rows, len(self.rows)) @ self.rows
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)


def write_reference(out: Path, teacher_folder: Path) -> None:
    """Tokens and vectors of texts that tokenizers get wrong, for the test of the program."""
    texts = json.loads(Path(__file__).with_name("reference-texts.json").read_text(encoding="utf-8"))
    plain, _ = wordpiece.load(teacher_folder / "tokenizer.json")
    model = Model(out / "ccr-static.safetensors", teacher_folder / "tokenizer.json")
    cases = [
        {
            "text": text,
            "teacher_tokens": plain.encode(text).tokens,
            "tokens": model.tokens(text),
            "vector": [float(f"{value:.6f}") for value in vector],
        }
        for text, vector in zip(texts, model.vectors(texts))
    ]
    lines = ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases)
    (out / "reference.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
