"""Pairs from Python modules: names, docstrings, code and the messages of errors."""

import ast
import re
import warnings

from pairs import Pair, first_sentence, plain, short, split_name, usable

LOG_CALLS = {"error", "warning", "exception", "critical", "warn"}
FIELDS = re.compile(r"\n\s*(:\w|Args:|Attributes:|Arguments:|Parameters\b|Returns\b|Raises\b|Examples?\b|>>> |@param|\.\. )")


def pairs(source: str):
    """Pairs of every class and function with a docstring."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = source.splitlines()
    yield from _walk(tree, "", lines)


def _walk(node, owner, lines):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _class(child, owner)
            yield from _walk(child, split_name(child.name), lines)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _function(child, owner, lines)
        elif isinstance(child, ast.If | ast.Try):
            yield from _walk(child, owner, lines)


def _described(node):
    """Name in words, first sentence and the rest of the prose of a docstring."""
    doc = ast.get_docstring(node) or ""
    prose = plain(FIELDS.split(doc, maxsplit=1)[0] if not doc.startswith(":") else "")
    summary, rest = first_sentence(prose)
    return split_name(node.name), summary, rest


def _class(node, owner):
    name, summary, rest = _described(node)
    if usable(summary, 4):
        yield Pair(name, short(f"{summary} {rest}"), "name")
        if usable(rest, 8, 2000):
            yield Pair(summary, short(f"{name}. {rest}"), "summary")
    for statement in node.body:
        # Checks of configuration scanners carry what they ask for in a variable.
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            for line in ast.walk(statement):
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "name":
                    if isinstance(line.value, ast.Constant) and usable(str(line.value.value), 4):
                        yield Pair(name, line.value.value, "check")


def _function(node, owner, lines):
    name, summary, rest = _described(node)
    if node.name.startswith("__") or not usable(summary, 3):
        return
    yield Pair(f"{owner} {name}".strip(), short(f"{summary} {rest}"), "name")
    if usable(rest, 10, 2000):
        yield Pair(summary, short(f"{name}. {rest}"), "summary")
    code = _code(node, lines)
    if code:
        yield Pair(summary, code, "code")
        if len(name.split()) > 1:
            documented = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            yield Pair(name, documented[:700], "code")
    for message in _messages(node):
        yield Pair(message, short(f"{owner}: {name}. {summary} {rest}", 50), "error")


def _code(node, lines):
    """The function without its docstring, where it is neither trivial nor long."""
    if len(node.body) < 2 or node.end_lineno - node.lineno > 60:
        return None
    head = lines[node.lineno - 1 : node.body[0].lineno - 1]
    body = lines[node.body[1].lineno - 1 : node.end_lineno]
    text = "\n".join([*head, *body])
    return text[:700] if len(body) >= 2 else None


def _messages(node):
    """Texts of raised exceptions, with their names, and of logged errors."""
    for inner in ast.walk(node):
        call = None
        if isinstance(inner, ast.Raise) and isinstance(inner.exc, ast.Call):
            call = inner.exc
            prefix = getattr(call.func, "id", getattr(call.func, "attr", ""))
        elif isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") in LOG_CALLS:
            call, prefix = inner, ""
        if call is None or not call.args:
            continue
        text = plain(_literal(call.args[0]))
        if usable(text, 4, 40):
            yield f"{prefix}: {text}" if prefix else text


def _literal(value):
    """The literal parts of a string expression; what is filled in becomes nothing."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return re.sub(r"%[(\w)]*[sdrif]|\{[^}]*\}", " ", value.value)
    if isinstance(value, ast.JoinedStr):
        return " ".join(_literal(part) for part in value.values)
    if isinstance(value, ast.BinOp):
        return f"{_literal(value.left)} {_literal(value.right)}"
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return _literal(value.func.value)
    if isinstance(value, ast.Call) and value.args:
        return _literal(value.args[0])
    return ""
