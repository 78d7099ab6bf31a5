"""Texts and query-text pairs from the documentation inside pinned Python packages.

Packages are downloaded as wheels and read as files: Python by `ast`, help and service models as
YAML and JSON. Nothing of them is imported or run.
"""

import hashlib
import multiprocessing
import re
import subprocess
import sys
import sysconfig
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import cloud_docs
import python_docs
from pairs import Pair

LIBRARY_MOST = 2500
SKIPPED = re.compile(r"(^|/)(tests?|testing|_vendor|vendored|node_modules|locale|migrations)(/|_|\.|$)")


@dataclass(frozen=True)
class Package:
    """A line of packages.txt: the pinned requirement, its licence, how many pairs it may give."""

    requirement: str
    licence: str
    most: int

    @property
    def name(self) -> str:
        return self.requirement.split("==")[0]


def packages(path: Path) -> list[Package]:
    """The packages that are trained on; `#` starts a comment."""
    lines = (line.split("#")[0].split() for line in path.read_text().splitlines())
    return [Package(line[0], line[1], int(line[2])) for line in lines if line]


def download(wanted: list[Package], folder: Path) -> None:
    """Every wheel into `folder` that is not there yet, without dependencies."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [p.requirement for p in wanted if not wheel(p, folder)]
    if missing:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run(
            [*pip, "--only-binary=:all:", "--dest", str(folder), *missing], check=True
        )


def wheel(package: Package, folder: Path) -> Path | None:
    """The downloaded file of a package."""
    name, version = package.requirement.split("==")
    name = re.sub(r"[-_.]+", "_", name).lower()
    found = [p for p in folder.glob(f"*-{version}-*.whl") if p.name.split("-")[0].lower() == name]
    return found[0] if found else None


def pairs(wanted: list[Package], folder: Path, processes: int = 2) -> list[Pair]:
    """At most `most` pairs of each package, chosen by their digests; what repeats is left out."""
    jobs = [(p.name, p.most, wheel(p, folder)) for p in wanted]
    jobs.append(("standard-library", LIBRARY_MOST, Path(sysconfig.get_path("stdlib"))))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        found = pool.map(_read, jobs, chunksize=1)
    seen: set[str] = set()
    out = []
    for pair in (pair for part in found for pair in part):
        if (key := f"{pair.query}\0{pair.text[:80]}".lower()) not in seen:
            seen.add(key)
            out.append(pair)
    return out


def _read(job) -> list[Pair]:
    name, most, place = job
    files = library_files(place) if place.is_dir() else wheel_files(place)
    found = list(extract(name, files))
    # A query that many texts answer (the same message in every method) teaches nothing.
    times = Counter(pair.query for pair in found)
    chosen = balanced([pair for pair in found if times[pair.query] <= 2], most)
    return [replace(pair, package=name) for pair in chosen]


def extract(name: str, files):
    """Pairs of one package, by what its files are."""
    reader = cloud_docs.READERS.get(name)
    for path, read in files:
        if reader and (special := reader(path, read)) is not None:
            yield from special
        elif path.endswith(".py"):
            yield from python_docs.pairs(read().decode("utf-8", "replace"))


def balanced(found: list[Pair], most: int) -> list[Pair]:
    """`most` pairs, an equal share of each kind while it lasts."""
    kinds = defaultdict(list)
    for pair in found:
        kinds[pair.kind].append(pair)
    out, left = [], most
    for number, kind in enumerate(sorted(kinds, key=lambda k: (len(kinds[k]), k))):
        share = left // (len(kinds) - number)
        chosen = sorted(kinds[kind], key=digest)[:share]
        out += chosen
        left -= len(chosen)
    return sorted(out, key=digest)


def digest(pair: Pair) -> bytes:
    return hashlib.sha256(f"{pair.query}\0{pair.text}".encode("utf-8", "replace")).digest()


def wheel_files(path: Path):
    """Path and reader of each file of a wheel, sorted by path."""
    archive = zipfile.ZipFile(path)
    names = sorted(archive.namelist())
    # Of a service's models the newest: their folders are dates.
    newest = {name.rsplit("/", 2)[0]: name for name in names if name.endswith("/service-2.json.gz")}
    for name in names:
        if name.endswith("/service-2.json.gz") and name not in newest.values():
            continue
        if not SKIPPED.search(name):
            yield name, lambda name=name: archive.read(name)


def library_files(root: Path):
    """Path and reader of each module of the standard library, sorted by path."""
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not SKIPPED.search(name) and not name.startswith(("site-packages/", "idlelib/", "lib2to3/")):
            yield name, path.read_bytes
