#!/usr/bin/env python3
"""How well a model ranks, without any words in common being asked for: nDCG@10 of the vectors alone.

    python evaluate.py --teacher FOLDER --engine static|teacher|plain [--model FILE]
        [--bundles FILE --queries FILE --qrels FILE --collections FOLDER]
        [--cosqa CODE QUERIES] [--tldr FOLDER]

`--bundles` is the JSON of every CodeBundle (`ccr show ID --format json`, as one list);
`--collections` holds a clone of each collection. Nothing that is read here is trained on.
"""

import argparse
import ast
import json
import random
import re
from collections import defaultdict
from pathlib import Path

import numpy as np

import fit
import pack
import teacher
import wordpiece
from pairs import split_name


class Plain:
    """Distillation without training: the teacher's tokens, PCA, weights by Zipf's law."""

    def __init__(self, folder: Path, dimensions: int = 256):
        model = teacher.Teacher(folder)
        self.tokenizer = model.tokenizer
        rows = model.single_tokens()
        rows = rows - rows.mean(0)
        rows = rows @ fit.basis(rows, dimensions)
        self.rows = rows * np.log(1 + np.arange(1, len(rows) + 1))[:, None].astype(np.float32)

    def vectors(self, texts):
        rows = [np.array(ids, np.int64) for ids in wordpiece.encode(self.tokenizer, texts)]
        return teacher.normalised(fit.bags(rows, len(self.rows)) @ self.rows)


class TeacherEngine:
    def __init__(self, folder: Path):
        self.folder = folder

    def vectors(self, texts):
        return teacher.sentences(self.folder, texts, 254)


def gain(ranked, grades):
    """nDCG@10 with the grade as gain."""
    found = sum(grades.get(target, 0) / np.log2(n + 2) for n, target in enumerate(ranked[:10]))
    best = sorted(grades.values(), reverse=True)[:10]
    return found / sum(grade / np.log2(n + 2) for n, grade in enumerate(best))


def best_chunks(engine, chunks, queries):
    """For each query the targets by their best chunk."""
    names = list(chunks)
    flat = [(number, text) for number, name in enumerate(names) for text in chunks[name] if text.strip()]
    owners = np.array([number for number, _ in flat])
    scores = engine.vectors(queries) @ engine.vectors([text for _, text in flat]).T
    best = np.full((len(queries), len(names)), -1.0, np.float32)
    np.maximum.at(best.T, owners, scores.T)
    return [[names[n] for n in np.argsort(-row, kind="stable")[:10]] for row in best]


def bundle_chunks(path: Path):
    """Head, tasks and sections of the README of each CodeBundle."""
    out = {}
    for bundle in json.loads(path.read_text()):
        title = bundle.get("display_name") or bundle["directory"]
        texts = [f"{title}. {bundle.get('description') or ''}"]
        for task in bundle.get("tasks", []):
            texts.append(f"{title}. {variables(task['name'])}. {task.get('documentation') or ''}")
        for section in (bundle.get("readme") or {}).get("sections", []):
            body = section.get("text") or section.get("body") or section.get("content") or ""
            texts.append(f"{title}. {section.get('heading') or ''}. {' '.join(body.split()[:120])}")
        out[bundle["id"]] = texts
    return out


def variables(name):
    return re.sub(r"[$@&%]\{([^}]*)\}", lambda m: m[1].replace("_", " ").lower(), name)


def library_chunks(folder: Path):
    """Name and docstring of each function and class of the collections."""
    out = {}
    for path in sorted(folder.glob("*/**/*.py")):
        relative = path.relative_to(folder).as_posix()
        if not re.search(r"/(libraries|src)/", relative) or "/tests/" in relative:
            continue
        try:
            tree = ast.parse(path.read_text(errors="replace"))
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                doc = " ".join((ast.get_docstring(node) or "").split()[:120])
                text = f"{split_name(path.stem)} {split_name(node.name)}. {doc}"
                out.setdefault(f"{relative}#{node.name}", []).append(text)
    return out


def judged(engine, options):
    """The judged queries, by kind and by type."""
    queries = [json.loads(line) for line in options.queries.read_text().splitlines() if line]
    grades = defaultdict(dict)
    for line in options.qrels.read_text().splitlines():
        query, target, grade = line.split("\t")[:3]
        if int(grade):
            grades[query][target] = int(grade)
    chunks = {"codebundle": bundle_chunks(options.bundles), "library": library_chunks(options.collections)}
    for kind, texts in chunks.items():
        wanted = [q for q in queries if q["kind"] == kind and grades[q["id"]]]
        if kind == "library":
            missing = {t for q in wanted for t in grades[q["id"]]} - set(texts)
            if missing:
                print(f"judged, but not found: {sorted(missing)}")
        results = best_chunks(engine, texts, [q["query"] for q in wanted])
        by_type = defaultdict(list)
        for query, ranked in zip(wanted, results):
            by_type[query["type"]].append(gain(ranked, grades[query["id"]]))
        every = [value for values in by_type.values() for value in values]
        parts = "  ".join(f"{t} {np.mean(v):.3f} ({len(v)})" for t, v in sorted(by_type.items()))
        print(f"{kind:<11} {np.mean(every):.3f} ({len(every)})  {parts}", flush=True)


def cosqa(engine, code: Path, queries: Path):
    functions = json.loads(code.read_text())
    asked = json.loads(queries.read_text())
    names = {number: [text] for text, number in functions.items()}
    results = best_chunks(engine, names, [q["doc"] for q in asked])
    values = [gain(ranked, {q["retrieval_idx"]: 1}) for q, ranked in zip(asked, results)]
    first = [next((1 / (n + 1) for n, t in enumerate(r) if t == q["retrieval_idx"]), 0) for q, r in zip(asked, results)]
    print(f"cosqa       nDCG@10 {np.mean(values):.3f}  MRR@10 {np.mean(first):.3f}  ({len(values)})", flush=True)


def tldr(engine, folder: Path, count: int = 1000):
    """The description of an example finds its page, from which the example was taken."""
    pages = {}
    for path in sorted(folder.glob("pages/*/*.md")):
        text = path.read_text(errors="replace")
        head = " ".join(line.lstrip("> ") for line in text.splitlines() if line.startswith((">", "#")) and "More information" not in line)
        examples = re.findall(r"^- (.+?):?\n\n`(.+)`", text, flags=re.M)
        if len(examples) > 1:
            pages[f"{path.parent.name}/{path.stem}"] = (head.lstrip("# "), [(d, re.sub(r"\{\{|\}\}", "", c)) for d, c in examples])
    names = list(pages)
    generator = random.Random(1)
    asked = [(name, generator.randrange(len(pages[name][1]))) for name in generator.sample(names, count)]

    def whole(name, without=None):
        head, examples = pages[name]
        return [f"{head} " + " ".join(f"{d}. {c}" for n, (d, c) in enumerate(examples) if n != without)]

    def parts(name, without=None):
        head, examples = pages[name]
        return [head] + [f"{head} {d}. {c}" for n, (d, c) in enumerate(examples) if n != without]

    queries = engine.vectors([pages[name][1][n][0] for name, n in asked])
    for label, chunks in (("page", whole), ("example", parts)):
        ranks = page_ranks(engine, queries, names, asked, chunks)
        values = [1 / np.log2(rank + 2) if rank < 10 else 0 for rank in ranks]
        print(f"tldr        nDCG@10 {np.mean(values):.3f}  ({count} of {len(names)} pages, a vector a {label})", flush=True)


def page_ranks(engine, queries, names, asked, chunks):
    """How many pages stand before the right one, whose asked example is left out."""
    texts = [chunks(name) for name in names]
    starts = np.concatenate([[0], np.cumsum([len(part) for part in texts])[:-1]])
    vectors = engine.vectors([text for part in texts for text in part])
    own_texts = [chunks(name, n) for name, n in asked]
    own_starts = np.concatenate([[0], np.cumsum([len(part) for part in own_texts])[:-1]])
    own_vectors = engine.vectors([text for part in own_texts for text in part])
    place = {name: number for number, name in enumerate(names)}
    ranks = []
    for query, (name, _), start, part in zip(queries, asked, own_starts, own_texts):
        scores = np.maximum.reduceat(vectors @ query, starts)
        score = (own_vectors[start : start + len(part)] @ query).max()
        scores[place[name]] = score
        ranks.append(int((scores > score).sum()))
    return ranks


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--teacher", type=Path, required=True)
    arguments.add_argument("--engine", choices=["static", "teacher", "plain"], default="static")
    arguments.add_argument("--model", type=Path, default=Path(__file__).with_name("ccr-static.safetensors"))
    for name in ("bundles", "queries", "qrels", "collections", "tldr"):
        arguments.add_argument(f"--{name}", type=Path)
    arguments.add_argument("--cosqa", type=Path, nargs=2)
    options = arguments.parse_args()
    engine = {
        "static": lambda: pack.Model(options.model, options.teacher / "tokenizer.json"),
        "teacher": lambda: TeacherEngine(options.teacher),
        "plain": lambda: Plain(options.teacher),
    }[options.engine]()
    if options.queries:
        judged(engine, options)
    if options.cosqa:
        cosqa(engine, *options.cosqa)
    if options.tldr:
        tldr(engine, options.tldr)


if __name__ == "__main__":
    main()
