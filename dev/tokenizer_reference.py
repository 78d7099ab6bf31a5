#!/usr/bin/env python3
"""Prints the tokens of texts by the Python package tokenizers, with the vocabulary of a model file.

    dev/tokenizer_reference.py models/static/ccr-static.safetensors < texts.json

Standard input is a JSON list of texts, standard output a JSON list of lists of tokens.
"""
import json
import struct
import sys
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers


def vocabulary(file):
    data = Path(file).read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:start])

    def tensor(name):
        first, last = header[name]["data_offsets"]
        return data[start + first : start + last]

    places = [place for (place,) in struct.iter_unpack("<I", tensor("offsets"))]
    text = tensor("vocabulary")
    return [text[first:last].decode() for first, last in zip(places, places[1:])]


def main():
    tokens = {token: number for number, token in enumerate(["[UNK]", *vocabulary(sys.argv[1])])}
    tokenizer = Tokenizer(models.WordPiece(tokens, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    texts = json.loads(sys.stdin.buffer.read())
    json.dump([encoding.tokens for encoding in tokenizer.encode_batch(texts)], sys.stdout)


if __name__ == "__main__":
    main()
