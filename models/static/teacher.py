"""all-MiniLM-L6-v2 in numpy: sentence vectors, and the vector of every single token.

Texts of one length make a batch, so nothing is padded and nothing masked. Two processes with one
BLAS thread each are faster than one process with two, because half of the time goes into what BLAS
does not do.
"""

import json
import multiprocessing
import os
from pathlib import Path

import numpy as np

import wordpiece

HEADS, LAYERS, WIDTH = 12, 6, 384
CLS, SEP = 101, 102
BATCH_TOKENS = 1024


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """The F32 tensors of a safetensors file."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            begin, end = entry["data_offsets"]
            raw = data[8 + size + begin : 8 + size + end]
            tensors[name] = np.frombuffer(raw, "<f4").reshape(entry["shape"])
    return tensors


class Teacher:
    """The forward pass over token ids."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.weights = read_safetensors(folder / "model.safetensors")
        self.tokenizer, self.tokens = wordpiece.load(folder / "tokenizer.json")
        w = self.weights
        for n in range(LAYERS):
            layer = f"encoder.layer.{n}.attention.self."
            parts = [w[f"{layer}{p}.weight"] for p in ("query", "key", "value")]
            w[f"{n}.qkv"] = np.ascontiguousarray(np.concatenate(parts).T)
            w[f"{n}.qkv.bias"] = np.concatenate(
                [w[f"{layer}{p}.bias"] for p in ("query", "key", "value")]
            )

    def hidden(self, ids: np.ndarray) -> np.ndarray:
        """Last hidden states [batch, length, 384] of token ids [batch, length]."""
        w, (batch, length) = self.weights, ids.shape
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][:length]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x.reshape(batch * length, WIDTH), "embeddings.LayerNorm")
        for n in range(LAYERS):
            layer = f"encoder.layer.{n}."
            x = self._norm(
                x + self._attention(x, n, batch, length), layer + "attention.output.LayerNorm"
            )
            inner = gelu(self._dense(x, layer + "intermediate.dense"))
            x = self._norm(x + self._dense(inner, layer + "output.dense"), layer + "output.LayerNorm")
        return x.reshape(batch, length, WIDTH)

    def _attention(self, x, n, batch, length):
        qkv = x @ self.weights[f"{n}.qkv"] + self.weights[f"{n}.qkv.bias"]
        qkv = qkv.reshape(batch, length, 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
        query, key, value = np.ascontiguousarray(qkv)
        scores = query @ key.transpose(0, 1, 3, 2)
        scores *= np.float32((WIDTH // HEADS) ** -0.5)
        scores -= scores.max(-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(batch * length, WIDTH)
        return self._dense(mixed, f"encoder.layer.{n}.attention.output.dense")

    def _dense(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def _norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(1e-12))
        return x * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def sentences(self, texts: list[str], limit: int = 254) -> np.ndarray:
        """L2-normalised mean vectors [len(texts), 384]; of each text the first `limit` tokens count."""
        encoded = [e.ids[:limit] for e in self.tokenizer.encode_batch_fast(texts)]
        out = np.zeros((len(texts), WIDTH), np.float32)
        for rows in batches([len(ids) for ids in encoded]):
            ids = np.array([[CLS, *encoded[row], SEP] for row in rows])
            out[rows] = normalised(self.hidden(ids).mean(1))
        return out

    def single_tokens(self) -> np.ndarray:
        """The mean vector [vocabulary, 384] of every token as a text of its own, not normalised."""
        ids = np.arange(len(self.tokens))
        out = [
            self.hidden(np.stack([np.full_like(part, CLS), part, np.full_like(part, SEP)], 1)).mean(1)
            for part in np.array_split(ids, len(ids) // (BATCH_TOKENS // 3))
        ]
        return np.concatenate(out)


def gelu(x: np.ndarray) -> np.ndarray:
    """GELU by its tanh form, in place and in blocks that stay in the cache.

    The exact form costs as much as the matrix products. Sentence vectors differ from it by less
    than 1e-4 in cosine.
    """
    for at in range(0, len(x), 64):
        block = x[at : at + 64]
        inner = block * block
        inner *= np.float32(0.044715 * 0.7978845608028654)
        inner += np.float32(0.7978845608028654)
        inner *= block
        np.tanh(inner, out=inner)
        inner += np.float32(1)
        block *= np.float32(0.5)
        block *= inner
    return x


def batches(lengths: list[int]) -> list[np.ndarray]:
    """Row numbers in batches of one length and about `BATCH_TOKENS` tokens."""
    order = np.argsort(lengths, kind="stable")
    values = np.asarray(lengths)[order]
    out = []
    for group in np.split(order, np.flatnonzero(np.diff(values)) + 1):
        size = max(1, BATCH_TOKENS // (lengths[group[0]] + 2)) if len(group) else 1
        out += [group[at : at + size] for at in range(0, len(group), size)]
    return out


def normalised(x: np.ndarray) -> np.ndarray:
    """Rows of length one; a zero row stays zero."""
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)


def _work(job):
    folder, texts, limit = job
    if not hasattr(_work, "teacher"):
        _work.teacher = Teacher(folder)
    return _work.teacher.sentences(texts, limit)


def sentences(folder: Path, texts: list[str], limit: int, processes: int = 2) -> np.ndarray:
    """`Teacher.sentences` by several processes. The environment is set before they load BLAS."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Texts sorted by length in each part keep the batches full.
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    parts = [order[at : at + 4096] for at in range(0, len(order), 4096)][::-1]
    jobs = [(folder, [texts[row] for row in part], limit) for part in parts]
    out = np.zeros((len(texts), WIDTH), np.float32)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for part, vectors in zip(parts, pool.imap(_work, jobs)):
            out[part] = vectors
    return out
