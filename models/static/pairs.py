"""What the readers give, and how text is made plain."""

import html
import re
from dataclasses import dataclass

WORDS = 70


@dataclass(frozen=True)
class Pair:
    """A query, a text that answers it, what the two are to each other, and whose they are."""

    query: str
    text: str
    kind: str
    package: str = ""


def plain(text: str) -> str:
    """One line of text without the markup of HTML, reStructuredText and Markdown."""
    text = html.unescape(re.sub(r"<[^>]{1,200}>", " ", text))
    text = re.sub(r":[\w:+-]+:`~?([^`<]*?)(?:\s*<[^`]*>)?`", r"\1", text)
    text = re.sub(r"`([^`<]+?)\s*<[^`]+>`_*", r"\1", text)
    text = re.sub(r"^\s*\.\. .*$", " ", text, flags=re.M)
    text = re.sub(r"[`*]+|^[=~^\-\"#]{3,}$", "", text, flags=re.M)
    return re.sub(r"\s+", " ", text).strip()


def short(text: str, words: int = WORDS) -> str:
    """The first `words` words."""
    return " ".join(text.split()[:words])


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence and the rest."""
    match = re.match(r"(.{15,}?[.!?])\s+(?=[A-Z\"'(`])(.*)", text, flags=re.S)
    return (match[1].strip(), match[2].strip()) if match else (text.strip(), "")


def split_name(name: str) -> str:
    """`describeDBInstances`, `get_pod_logs`, `az-vm` as words."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", name)
    return re.sub(r"[\s_\-./]+", " ", name).strip()


def usable(text: str, least: int = 2, most: int = 60) -> bool:
    """Whether a text has words enough, mostly of Latin letters."""
    count = len(text.split())
    letters = sum(c.isascii() and (c.isalpha() or c == " ") for c in text)
    return least <= count <= most and letters >= 0.7 * len(text)
