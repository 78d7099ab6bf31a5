"""The teacher's tokenizer, over its own vocabulary or one extended by whole words."""

import json
from pathlib import Path

from tokenizers import Tokenizer

SPECIAL = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}


def load(tokenizer_json: Path, words: list[str] = ()) -> tuple[Tokenizer, list[str]]:
    """The tokenizer and its tokens by id. `words` are appended to the vocabulary as whole words.

    Nothing in a text is taken for a special token, and none is added to it.
    """
    rules = json.loads(tokenizer_json.read_text(encoding="utf-8"))
    for word in words:
        rules["model"]["vocab"].setdefault(word, len(rules["model"]["vocab"]))
    rules.update(truncation=None, padding=None, post_processor=None, added_tokens=[])
    vocabulary = rules["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.get)
    return Tokenizer.from_str(json.dumps(rules)), tokens


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    """Token ids of each text; `[UNK]` is left out."""
    unknown = tokenizer.token_to_id("[UNK]")
    return [
        [token for token in encoding.ids if token != unknown]
        for encoding in tokenizer.encode_batch_fast(texts)
    ]
