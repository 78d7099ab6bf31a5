#!/usr/bin/env python3
"""What Robot Framework itself makes of suite and resource files, for our parser to be held against.

    dev/robot_reference.py FILE ...

Prints a JSON line for each file: {"model": to_dict() of the running model, without "source"}, or
{"refused": message} for what Robot Framework does not take. Needs: pip install robotframework==7.5
"""
import json
import sys

from robot.api import TestSuite
from robot.output import LOGGER
from robot.running import ResourceFile


def without_source(node):
    if isinstance(node, dict):
        return {key: without_source(value) for key, value in node.items() if key != "source"}
    if isinstance(node, (list, tuple)):
        return [without_source(value) for value in node]
    return node


def read(path):
    model = ResourceFile if path.endswith(".resource") else TestSuite
    try:
        return {"model": without_source(model.from_file_system(path).to_dict())}
    except Exception as error:  # Not only DataError: its own validation fails on some broken files.
        return {"refused": f"{type(error).__name__}: {error}"}


def main():
    LOGGER.unregister_console_logger()
    for path in sys.argv[1:]:
        print(json.dumps(read(path)), flush=True)


if __name__ == "__main__":
    main()
