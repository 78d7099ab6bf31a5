#!/usr/bin/env python3
"""Writes indexer/src/library/standard_types.rs from the Robot Framework that is installed.

    dev/libdoc-types.py > indexer/src/library/standard_types.rs && cargo fmt -p ccr-indexer

The texts are those that Libdoc itself prints of the types that Robot Framework converts arguments
to (robot/libdocpkg/standardtypes.py, Apache License 2.0, Copyright Robot Framework Foundation) and
of the Python classes whose documentation an undocumented class inherits (Python Software
Foundation License 2).
"""
import enum
import inspect

from robot.libdocpkg.datatypes import TypeDoc
from robot.libdocpkg.standardtypes import get_standard_type_doc
from robot.running.arguments.typeconverters import TypeConverter
from robot.utils import type_name
from robot.version import VERSION

CLASSES = [
    ("builtins.dict", dict),
    ("builtins.int", int),
    ("builtins.str", str),
    ("enum.Enum", enum.Enum),
    ("enum.Flag", enum.Flag),
    ("enum.IntEnum", enum.IntEnum),
    ("enum.IntFlag", enum.IntFlag),
    ("enum.StrEnum", enum.StrEnum),
]


def text(value):
    """A Rust raw string literal."""
    marks = "#"
    while f'"{marks}' in value:
        marks += "#"
    return f'r{marks}"{value}"{marks}'


def main():
    print(f"""//! What Libdoc says of the types that Robot Framework converts arguments to. Written by
//! `dev/libdoc-types.py` from Robot Framework {VERSION}; do not edit.
//!
//! The texts of `STANDARD` are Robot Framework's (Apache License 2.0, Copyright Robot Framework
//! Foundation), those of `PYTHON` Python's (Python Software Foundation License 2).

/// A type that Robot Framework converts to.
pub(super) struct StandardType {{
    /// Its name in Libdoc.
    pub(super) name: &'static str,
    /// Its documentation in Robot Framework's own format, and in Markdown.
    pub(super) doc: &'static str,
    pub(super) markdown: &'static str,
    /// Names of the types that are converted.
    pub(super) accepts: &'static [&'static str],
}}

/// The types, in the order in which Robot Framework tries them for a class.
pub(super) const STANDARD: &[StandardType] = &[""")
    for kind, converter in TypeConverter._converters.items():
        if not converter.type_name:
            continue
        accepts = TypeDoc("Standard", "", "", converter.value_types).accepts
        print(f"StandardType {{ name: {text(converter.type_name)},")
        print(f"doc: {text(get_standard_type_doc(kind, 'ROBOT'))},")
        print(f"markdown: {text(get_standard_type_doc(kind, 'MARKDOWN'))},")
        print(f"accepts: &[{', '.join(text(name) for name in accepts)}] }},")
    print("];\n\n/// Documentation that classes without their own inherit from Python's.")
    print("pub(super) const PYTHON: &[(&str, &str)] = &[")
    for name, kind in CLASSES:
        print(f"({text(name)}, {text(inspect.getdoc(kind))}),")
    print("];")
    assert type_name(str) == "string"


if __name__ == "__main__":
    main()
