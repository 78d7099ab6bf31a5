#!/usr/bin/env python3
"""Public question sets as files that `ccr eval --corpus` reads: CosQA and tldr pages.

    dev/quality-sets.py cosqa CLONE OUT [dev]   a clone of github.com/Jun-jie-Huang/CoCLR
    dev/quality-sets.py tldr  CLONE OUT [dev]   a clone of github.com/tldr-pages/tldr

OUT gets corpus.jsonl, queries.jsonl and qrels.tsv; with `dev` other questions of the same set, for choosing weights.
Nothing of the sets is part of this project.

CosQA: 500 questions that people typed into a search engine, each answered by one of 6,267 Python functions.
tldr:  the description of an example finds its page, with that example taken out of it; one example of each of
       1,000 pages, taken at even distances. Where another page has the same description word for word, as
       "Display help", the type of the question is `shared` and it has no one answer; of others it is `own`.
"""
import json
import re
import sys
import zlib
from pathlib import Path

QUERIES = 1000


def cosqa(clone: Path, dev: bool):
    search = clone / "data" / "search"
    functions = json.loads((search / "code_idx_map.txt").read_text(encoding="utf-8"))
    texts = []
    for code, number in functions.items():
        name = re.search(r"def\s+(\w+)", code)
        texts.append((str(number), name.group(1) if name else "", code))
    split = "dev" if dev else "test"
    judged = json.loads((search / f"cosqa-retrieval-{split}-500.json").read_text(encoding="utf-8"))
    questions = [(entry["idx"], entry["doc"], str(entry["retrieval_idx"]), None) for entry in judged]
    return texts, questions


def tldr(clone: Path, dev: bool):
    texts, questions = [], []
    for path in sorted((clone / "pages").glob("*/*.md")):
        page = str(path.relative_to(clone / "pages").with_suffix(""))
        lines = path.read_text(encoding="utf-8").splitlines()
        title = next((line[2:] for line in lines if line.startswith("# ")), path.stem)
        examples = [at for at, line in enumerate(lines) if line.startswith("- ")]
        # An alias says no more than the page that it stands for.
        if len(examples) < 2:
            texts.append((page, title, "\n".join(lines[1:])))
            continue
        taken = examples[zlib.crc32(page.encode()) % len(examples)]
        end = next((at for at in examples if at > taken), len(lines))
        questions.append((page, lines[taken][2:].rstrip(":"), page))
        texts.append((page, title, "\n".join(lines[1:taken] + lines[end:])))
    step = max(1, len(questions) // QUERIES)
    if dev:
        questions = [question for at, question in enumerate(questions) if at % step or at >= step * QUERIES]
    # The page that is asked for has lost its example, so that whoever has it is another.
    descriptions = {folded(line[2:]) for _, _, text in texts for line in text.splitlines() if line.startswith("- ")}
    questions = questions[::step][:QUERIES]
    return texts, [(*each, "shared" if folded(each[1]) in descriptions else "own") for each in questions]


def folded(description: str) -> str:
    return description.strip().rstrip(":").lower()


def main() -> None:
    sets = {"cosqa": cosqa, "tldr": tldr}
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in sets or sys.argv[4:] not in ([], ["dev"]):
        sys.exit(__doc__)
    texts, questions = sets[sys.argv[1]](Path(sys.argv[2]), sys.argv[4:] == ["dev"])
    out = Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "corpus.jsonl", "w", encoding="utf-8") as corpus:
        for id, title, text in texts:
            corpus.write(json.dumps({"id": id, "title": title, "text": text}) + "\n")
    with open(out / "queries.jsonl", "w", encoding="utf-8") as queries:
        for id, query, _, form in questions:
            queries.write(json.dumps({"id": id, "query": query} | ({"type": form} if form else {})) + "\n")
    with open(out / "qrels.tsv", "w", encoding="utf-8") as qrels:
        for id, _, target, _ in questions:
            qrels.write(f"{id}\t{target}\t1\n")
    print(f"{len(texts)} texts, {len(questions)} questions")


main()
