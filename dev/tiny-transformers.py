#!/usr/bin/env python3
"""Writes two transformers with random weights, small enough to be kept, for the tests.

    dev/tiny-transformers.py tests/fixtures/transformers

`first` is as BGE is: the state of [CLS], weights of 16 bits, a vocab.txt, prompts. `mean` is as E5 is:
the mean, 32 bits, a tokenizer.json, a family known by name. Needs: pip install numpy tokenizers
"""
import json
import sys
from pathlib import Path

import numpy as np
from tokenizers import BertWordPieceTokenizer

WIDTH, INNER, LAYERS, HEADS, POSITIONS = 16, 24, 2, 4, 20
WORDS = """pod pods restart why is the how do i a disk full in keep query passage : , . ? ! - _ $ { }
caf un ##aff ##able ##s ##ing ##ed ##e 漢 字 z""".split()
TOKENS = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]


def tensors(random):
    normal = lambda *shape: random.normal(0, 0.4, shape)
    found = {
        "embeddings.word_embeddings.weight": normal(len(TOKENS), WIDTH),
        "embeddings.position_embeddings.weight": normal(POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": normal(2, WIDTH),
    }

    def dense(name, outputs, inputs):
        found[f"{name}.weight"], found[f"{name}.bias"] = normal(outputs, inputs), normal(outputs)

    def norm(name):
        found[f"{name}.weight"], found[f"{name}.bias"] = 1 + normal(WIDTH), normal(WIDTH)

    norm("embeddings.LayerNorm")
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            dense(f"{layer}.attention.{part}", WIDTH, WIDTH)
        norm(f"{layer}.attention.output.LayerNorm")
        dense(f"{layer}.intermediate.dense", INNER, WIDTH)
        dense(f"{layer}.output.dense", WIDTH, INNER)
        norm(f"{layer}.output.LayerNorm")
    return found


def safetensors(found, kind, numbers):
    header, data = {}, b""
    for name, values in found.items():
        raw = values.astype(numbers).tobytes()
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    return len(head).to_bytes(8, "little") + head + data


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write(folder, name, first_only, kind, numbers, seed):
    config = {
        "_name_or_path": name,
        "model_type": "bert",
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "intermediate_size": INNER,
        "max_position_embeddings": POSITIONS,
        "vocab_size": len(TOKENS),
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
    }
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for number, (path, kind) in enumerate(kinds)
    ]
    pooling = {
        "word_embedding_dimension": WIDTH,
        "pooling_mode_cls_token": first_only,
        "pooling_mode_mean_tokens": not first_only,
    }
    write_json(folder / "config.json", config)
    write_json(folder / "modules.json", modules)
    write_json(folder / "1_Pooling/config.json", pooling)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 12, "do_lower_case": False})
    found = tensors(np.random.default_rng(seed))
    (folder / "model.safetensors").write_bytes(safetensors(found, kind, numbers))


def main():
    folder = Path(sys.argv[1])
    write(folder / "first", "somebody/first", True, "F16", "<f2", 1)
    (folder / "first/vocab.txt").write_text("\n".join(TOKENS) + "\n", encoding="utf-8")
    write_json(folder / "first/tokenizer_config.json", {"do_lower_case": True, "model_max_length": 512})
    prompts = {"prompts": {"query": "why is ", "document": ""}, "default_prompt_name": None}
    write_json(folder / "first/config_sentence_transformers.json", prompts)
    write(folder / "mean", "intfloat/e5-tiny", False, "F32", "<f4", 2)
    tokenizer = BertWordPieceTokenizer({token: number for number, token in enumerate(TOKENS)})
    tokenizer.save(str(folder / "mean/tokenizer.json"))


if __name__ == "__main__":
    main()
