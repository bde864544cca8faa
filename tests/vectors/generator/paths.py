"""Documents with values at a path in a column beside them."""

import json
import re

from .format1 import Refused
from .scenario import outcome_of, scenario

MARK = re.compile(r"tgp1\.[A-Za-z0-9_-]{16}")
A, B = "tgp1.AAAAAAAAAAAAAAAA", "tgp1.bbbbbbbbbbbbbb_-"


def steps(path):
    assert re.fullmatch(r"\$(\.[A-Za-z_][A-Za-z0-9_]*|\[\*])+", path), path
    return re.findall(r"[A-Za-z_][A-Za-z0-9_]*|\[\*]", path)


def joined(node, way, values):
    if node is None:
        return None
    if not way:
        if not isinstance(node, str) or not MARK.fullmatch(node):
            raise Refused("not-an-envelope")
        if node not in values:
            raise Refused("integrity")
        return values[node]
    step, rest = way[0], way[1:]
    if step == "[*]":
        if not isinstance(node, list):
            raise Refused("not-an-envelope")
        return [joined(element, rest, values) for element in node]
    if not isinstance(node, dict):
        raise Refused("not-an-envelope")
    return {name: joined(value, rest, values) if name == step else value for name, value in node.items()}


def read(path, document, values):
    if document is None:
        if values is not None:
            raise Refused("integrity")
        return None
    return joined(document, steps(path), values or {})


def scenarios():
    phones = "$.contacts[*].phone"
    two = {"city": "Bern", "contacts": [{"name": "Ben", "phone": A}, {"name": "Cleo"}, {"phone": B}]}
    cases = {
        "values": ("Marks become their values.", phones, two, {A: "+41 44 1", B: "+41 44 2"}, "ok"),
        "values-of-every-kind": ("A value is any JSON.", "$.list[*][*]", {"list": [[A], [B, None], [], None]},
                                 {A: {"deep": [1, None, True]}, B: []}, "ok"),
        "value-like-a-mark": ("A value is not looked at.", "$.a", {"a": A}, {A: B}, "ok"),
        "elsewhere": ("Only paths are looked at.", "$.a", {"a": A, "b": B, "c": {"a": B}}, {A: 1}, "ok"),
        "moved": ("A mark goes with its element.", phones, {"contacts": [{"phone": B}, {"phone": A}]}, {A: 1, B: 2}, "ok"),
        "removed": ("A value without its mark is left out.", phones, {"contacts": []}, {A: 1}, "ok"),
        "twice": ("A mark that stands twice is one value.", phones, {"contacts": [{"phone": A}, {"phone": A}]}, {A: 1}, "ok"),
        "none": ("Absent and null have no value.", phones, {"contacts": [{"phone": None}, None, {}]}, None, "ok"),
        "null-on-the-way": ("Absent and null have no value.", phones, {"contacts": None}, None, "ok"),
        "no-document": ("NULL is null.", phones, None, None, "ok"),
        "values-without-document": ("One column without the other.", phones, None, {A: 1}, "integrity"),
        "document-without-values": ("One column without the other.", phones, two, None, "integrity"),
        "mark-of-another": ("A mark has its value.", phones, two, {A: 1}, "integrity"),
        "text-in-clear": ("What is no mark is refused.", phones, {"contacts": [{"phone": "+41 44 1"}]}, {A: 1}, "not-an-envelope"),
        "number-in-clear": ("What is no mark is refused.", "$.a", {"a": 7}, None, "not-an-envelope"),
        "object-in-clear": ("What is no mark is refused.", "$.a", {"a": {A: A}}, {A: 1}, "not-an-envelope"),
        "mark-too-short": ("What is no mark is refused.", "$.a", {"a": A[:-1]}, {A[:-1]: 1}, "not-an-envelope"),
        "mark-too-long": ("What is no mark is refused.", "$.a", {"a": A + "A"}, {A + "A": 1}, "not-an-envelope"),
        "mark-of-another-version": ("What is no mark is refused.", "$.a", {"a": "tgp2" + A[4:]}, {A: 1}, "not-an-envelope"),
        "mark-and-newline": ("What is no mark is refused.", "$.a", {"a": A + "\n"}, {A + "\n": 1}, "not-an-envelope"),
        "envelope-in-text-form": ("What is no mark is refused.", "$.a", {"a": "tg1." + 100 * "A"}, None, "not-an-envelope"),
        "array-in-place-of-a-mark": ("What is no mark is refused.", "$.a", {"a": [A]}, {A: 1}, "not-an-envelope"),
        "object-for-an-array": ("Each step has its kind.", phones, {"contacts": {"phone": A}}, {A: 1}, "not-an-envelope"),
        "array-for-an-object": ("Each step has its kind.", "$.a.b", {"a": [{"b": A}]}, {A: 1}, "not-an-envelope"),
        "text-for-an-object": ("Each step has its kind.", "$.a.b", {"a": "b"}, None, "not-an-envelope"),
        "array-in-an-array": ("Each step has its kind.", phones, {"contacts": [[{"phone": A}]]}, {A: 1}, "not-an-envelope"),
    }
    for label, (about, path, document, values, outcome) in cases.items():
        came, result = outcome_of(lambda: read(path, document, values))
        assert came == outcome, label
        given = {"path": path, "document": None if document is None else json.dumps(document),
                 "values": None if values is None else json.dumps(values)}
        yield scenario(f"document-{label}", about, "document", given, outcome,
                       {"document": None if result is None else json.dumps(result)} if outcome == "ok" else None)
