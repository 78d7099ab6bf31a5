#!/usr/bin/env python3
"""What Libdoc itself prints of libraries and resource files, for our reading of them to be held against.

    dev/libdoc_reference.py PATH_OR_NAME ...

Prints a JSON line for each: Libdoc's spec without "source" and "generated", or {"refused": message}.
Needs: pip install robotframework==7.5
"""
import json
import sys

from robot.libdoc import LibraryDocumentation
from robot.output import LOGGER


def without_machine(node):
    if isinstance(node, dict):
        return {key: without_machine(value) for key, value in node.items() if key not in ("source", "generated")}
    if isinstance(node, list):
        return [without_machine(value) for value in node]
    return node


def read(path):
    try:
        return without_machine(json.loads(LibraryDocumentation(path).to_json(include_private=False)))
    except BaseException as error:  # A library may even call sys.exit.
        return {"refused": f"{type(error).__name__}: {error}"}


def main():
    LOGGER.unregister_console_logger()
    for path in sys.argv[1:]:
        sys.stdout.write(json.dumps(read(path)) + "\n")


if __name__ == "__main__":
    main()
