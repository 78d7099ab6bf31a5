"""The static matrix: first values from the teacher's tokens, then Adam towards its sentences.

Each batch holds queries and their texts. Three things are asked of the student at once: the vector
of every text points where the teacher's does; among the texts of the batch each query ranks as the
teacher ranks; and its own text comes first. Batches are made of neighbours, so that what comes
second is close.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from teacher import normalised


@dataclass(frozen=True)
class Settings:
    """What decides the result."""

    dimensions: int = 256
    steps: int = 4000
    batch: int = 512
    neighbours: int = 16
    rate: float = 0.005
    temperature: float = 0.05
    own: float = 0.3  # share of a query's own text in what is aimed at; the teacher has the rest
    direction: float = 4.0  # weight of pointing as the teacher points
    dropout: float = 0.1
    seed: int = 1


@dataclass
class Material:
    """Token ids of queries (some spellings each) and texts, and what the teacher says of them."""

    queries: list[list[np.ndarray]]
    texts: list[np.ndarray]
    query_vectors: np.ndarray
    text_vectors: np.ndarray
    # Vectors alone, without an answer.
    others: list[np.ndarray]
    other_vectors: np.ndarray


def basis(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """The directions [384, dimensions] that keep most of the vectors' products."""
    values, directions = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors)
    directions = directions[:, np.argsort(-values)[:dimensions]]
    # Either sign would do; one is chosen, so that the file is the same every time.
    directions *= np.sign(directions[np.abs(directions).argmax(0), np.arange(dimensions)])
    return directions.astype(np.float32)


def bags(rows: list[np.ndarray], width: int, keep=None) -> sparse.csr_array:
    """Token counts [texts, width]; `keep` is a generator and a share of tokens to take."""
    lengths = np.array([len(row) for row in rows])
    ids = np.concatenate(rows) if len(rows) else np.zeros(0, np.int64)
    values = np.ones(len(ids), np.float32)
    if keep is not None:
        generator, share = keep
        values *= generator.random(len(ids), dtype=np.float32) < share
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_array((values, ids, offsets), shape=(len(rows), width))


def common_weights(rows: list[np.ndarray], width: int) -> np.ndarray:
    """a / (a + p) for the share p of each token in the texts."""
    counts = np.bincount(np.concatenate(rows), minlength=width) + 0.1
    share = counts / counts.sum()
    return (1e-3 / (1e-3 + share)).astype(np.float32)[:, None]


class Adam:
    """Adam that touches only the rows of a batch."""

    def __init__(self, values: np.ndarray):
        self.values, self.step = values, 0
        self.mean, self.square = np.zeros_like(values), np.zeros_like(values)

    def update(self, rows: np.ndarray, gradient: np.ndarray, rate: float):
        self.step += 1
        mean = self.mean[rows]
        mean += 0.1 * (gradient - mean)
        square = self.square[rows]
        square += 0.01 * (gradient * gradient - square)
        self.mean[rows], self.square[rows] = mean, square
        scale = rate * np.sqrt(1 - 0.99**self.step) / (1 - 0.9**self.step)
        self.values[rows] -= np.float32(scale) * mean / (np.sqrt(square) + 1e-8)


def fit(start: np.ndarray, material: Material, settings: Settings, report=print) -> np.ndarray:
    """The matrix [vocabulary, dimensions] after training, from its first values."""
    random = np.random.default_rng(settings.seed)
    adam = Adam(start.copy())
    near = neighbours(material.query_vectors, material.text_vectors, settings, random)
    total = np.zeros(3)
    for step in range(settings.steps):
        chosen = near[random.integers(len(near), size=settings.batch // settings.neighbours)]
        chosen = np.unique(chosen)
        gone = settings.dropout
        losses = _step(adam, material, chosen, settings, random, step, gone)
        total += losses
        if step % 250 == 249:
            report(f"step {step + 1}: rank {total[0] / 250:.3f} direction {total[1] / 250:.4f} others {total[2] / 250:.4f}")
            total[:] = 0
    return adam.values


def neighbours(queries, texts, settings, random) -> np.ndarray:
    """For some pairs [n, neighbours]: pairs whose texts the teacher takes for close to the query."""
    out = []
    pairs = random.permutation(len(queries))
    for part in np.array_split(pairs, max(1, len(pairs) // 512)):
        scores = queries[part] @ texts.T
        wide = np.argpartition(-scores, 4 * settings.neighbours, axis=1)[:, : 4 * settings.neighbours]
        near = random.permuted(wide, axis=1)[:, : settings.neighbours]
        near[:, 0] = part
        out.append(near)
    return np.concatenate(out)


def _step(adam, material, chosen, settings, random, step, gone):
    width = len(adam.values)
    spelling = [material.queries[row][random.integers(len(material.queries[row]))] for row in chosen]
    alone = random.integers(len(material.others), size=settings.batch // 2)
    keep = (random, 1 - gone)
    bag = bags(
        [*spelling, *(material.texts[row] for row in chosen), *(material.others[row] for row in alone)],
        width,
        keep,
    )
    sums = bag @ adam.values
    lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    student = sums / lengths
    aims = np.concatenate(
        [material.query_vectors[chosen], material.text_vectors[chosen], material.other_vectors[alone]]
    )
    n = len(chosen)
    rank, slope = _ranking(student[:n], student[n : 2 * n], aims[:n], aims[n : 2 * n], settings)
    gradient = -settings.direction * aims / len(aims)
    gradient[: 2 * n] += slope
    cosines = (student * aims).sum(1)
    gradient -= (gradient * student).sum(1, keepdims=True) * student
    gradient /= lengths
    rows = np.unique(bag.indices)
    dense = (bag.T.tocsr()[rows] @ gradient).astype(np.float32)
    progress = step / settings.steps
    rate = settings.rate * min(1, step / 100) * 0.5 * (1 + np.cos(np.pi * progress))
    adam.update(rows, dense, rate)
    return rank, 1 - cosines[: 2 * n].mean(), 1 - cosines[2 * n :].mean()


def _ranking(queries, texts, query_aims, text_aims, settings):
    """Cross entropy of ranks in both directions, and its slope for queries and texts."""
    scores = queries @ texts.T / settings.temperature
    wanted = query_aims @ text_aims.T / settings.temperature
    loss, slope = 0.0, np.zeros_like(scores)
    for axis in (1, 0):
        aim = (1 - settings.own) * softmax(wanted, axis) + settings.own * np.eye(len(scores), dtype=np.float32)
        have = softmax(scores, axis)
        loss += -(aim * np.log(have + 1e-9)).sum() / len(scores) / 2
        slope += (have - aim) / len(scores) / 2 / settings.temperature
    return loss, np.concatenate([slope @ texts, slope.T @ queries])


def softmax(x: np.ndarray, axis: int) -> np.ndarray:
    x = np.exp(x - x.max(axis, keepdims=True))
    return x / x.sum(axis, keepdims=True)


def quantised(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows as signed bytes, and the scale of each."""
    scales = np.maximum(np.abs(matrix).max(1), 1e-12) / 127
    return np.rint(matrix / scales[:, None]).astype(np.int8), scales.astype(np.float32)
