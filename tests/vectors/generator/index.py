"""Blind indexes: the key of an index, normalisers, items and the bits of the MAC."""

import datetime
import hmac
import unicodedata
import uuid

from .format1 import SUITE, Refused, field_item, hkdf_sha256, strict_text, tenant_item, tuple_
from .scenario import SSN, fixed, key, outcome_of, scenario
from .values import CONSTANTS, TAGS, minimal, pack

ROOT = key("blind index", purpose="INDEX").root
INTEGERS = ("i8", "i16", "i32", "i64")
# Those of the scenarios that Unicode 13 had not assigned; this generator's own tables are of a later version.
UNASSIGNED = {0x0378, 0x1C89, 0xA7C0, 0xA7CB, 0x1FAE8, 0xFFFE, 0x10FFFF}


def item_type(type_):
    return bytes([TAGS["i64" if type_ in INTEGERS else type_]])


def assigned(text):
    strict_text(text)
    if any(ord(c) in UNASSIGNED for c in text):
        raise Refused("malformed-text")
    return text


def nfc(text):
    return unicodedata.normalize("NFC", assigned(text))


def ignore_case(text):
    # A single character has no neighbours, so the rule for a final sigma does not apply.
    return nfc("".join(c.lower()[0] for c in nfc(text)).replace("\u03c2", "\u03c3"))


def digits_only(text):
    return "".join(str(unicodedata.decimal(c)) for c in assigned(text) if unicodedata.category(c) == "Nd")


NORMALIZERS = {"tegula.nfc": nfc, "tegula.ignore_case": ignore_case, "tegula.digits_only": digits_only}

ENCODINGS = {
    "bytes": bytes.fromhex, "string": strict_text, "boolean": lambda t: bytes([t == "true"]), "uuid": lambda t: uuid.UUID(t).bytes,
    "enum": lambda t: {c: c.encode() for c in CONSTANTS}[t], "integer": lambda t: minimal(int(t)),
    "decimal": lambda t: pack("i", len(t.partition(".")[2])) + minimal(int(t.replace(".", ""))),
    "local-date": lambda t: pack("q", datetime.date.fromisoformat(t).toordinal() - datetime.date(1970, 1, 1).toordinal()),
    **dict.fromkeys(INTEGERS, lambda t: pack("q", int(t)))}


def item(part):
    kind = item_type(part["type"])
    value = ENCODINGS[part["type"]](NORMALIZERS.get(part["normalizer"], lambda t: t)(part["text"]))
    if not value and part["type"] in ("bytes", "string"):
        raise Refused("malformed-input")
    return kind + value


def index_key(root, tenant, parts, name, bits):
    if not 1 <= bits <= 256:
        raise Refused("malformed-input")
    described = [tuple_(field_item(p["field"]), item_type(p["type"]), field_item(p["normalizer"]), pack("I", p["version"]))
                 for p in parts]
    info = tuple_(b"tegula/v1/index", bytes([SUITE]), b"INDEX", tenant_item(tenant), field_item(parts[0]["field"]),
                  field_item(name) if name else b"", pack("I", bits), *described)
    return hkdf_sha256(root, info)


def index(root, tenant, parts, name, bits):
    derived = index_key(root, tenant, parts, name, bits)
    mac = hmac.digest(derived, tuple_(*map(item, parts)), "sha256")
    first = (int.from_bytes(mac, "big") >> 256 - bits) << -bits % 8
    return {"key": derived.hex(), "index": first.to_bytes(-(-bits // 8), "big").hex()}


def part(text, normalizer="tegula.exact", type_="string", field=SSN, version=1):
    return {"field": field, "type": type_, "normalizer": normalizer, "version": version, "text": text}


def indexing(label, about, parts, outcome="ok", tenant=None, name="", bits=256, root=ROOT):
    came, result = outcome_of(lambda: index(root, tenant, parts, name, bits))
    assert came == outcome, f"{label}: declared {outcome}, computed {came}"
    given = {"root": root.hex(), "tenant": tenant, "name": name, "bits": bits, "parts": parts}
    return scenario("blind-index-" + label, about, "blind-index", given, outcome, result)


def parameters():
    about = "Every parameter of an index is in the derivation of its key."
    value = part("123-45-6789")
    yield indexing("plain", about, [value])
    yield indexing("other-root", about, [value], root=fixed("root, another blind index"))
    yield indexing("other-field", about, [part("123-45-6789", field="patient.tax_id")])
    yield indexing("other-normalizer", about, [part("123-45-6789", "clinic.as_written")])
    yield indexing("other-version", about, [part("123-45-6789", "clinic.as_written", version=2)])
    yield indexing("name", about, [value], name="legacy")
    yield indexing("tenant", about, [value], tenant="acme")
    yield indexing("tenant-non-ascii", about, [value], tenant="Zürich")
    for bits in (1, 7, 8, 9, 20, 255):
        yield indexing(f"{bits}-bits", "The first bits of the MAC; the rest of the last byte is zero.", [value], bits=bits)
    for bits in (0, 257):
        yield indexing(f"{bits}-bits", "An index has 1 to 256 bits.", [value], "malformed-input", bits=bits)


def normalizers():
    about = "Normalisers are the same on every platform and under every locale."
    texts = {"tegula.nfc": {"decomposed": "Zu\u0308rich", "composed": "Zürich", "hangul": "\u1112\u1161\u11ab",
                            "angstrom": "\u212b", "marks-in-order": "q\u0307\u0323", "private-use": "\ue000"},
             "tegula.ignore_case": {"ascii": "Ada.Ferreira@EXAMPLE.org", "dotted-i": "\u0130STANBUL", "dotless-i": "I\u0131",
                                    "final-sigma": "ΟΔΥΣΣΕΥΣ", "written-sigma": "οδυσσευς", "sharp-s": "\u1e9e", "eszett": "ß",
                                    "decomposed": "ZU\u0308RICH", "kelvin": "\u212a", "cherokee": "\u13a0",
                                    "deseret": "\U00010400", "georgian": "\u1c90", "titlecase": "\u01c5"},
             "tegula.digits_only": {"dashes": "123-45-6789", "arabic": "\u0661\u0662\u0663", "full-width": "\uff11\uff12",
                                    "superscript": "1\u00b2", "segmented": "\U0001fbf1"}}
    for id_, cases in texts.items():
        for label, text in cases.items():
            yield indexing(f"{id_[7:].replace('_', '-')}-{label}", about, [part(text, id_)])


def refused():
    about = "What Unicode 13 has not assigned is refused: later versions map it otherwise."
    for label, text in {"later-letter": "\u1c89", "later-latin": "a\ua7cb", "later-emoji": "\U0001fae8", "noncharacter": "\ufffe",
                        "hole": "\u0378", "last": "\U0010ffff"}.items():
        for id_ in NORMALIZERS:
            yield indexing(f"{id_[7:].replace('_', '-')}-{label}", about, [part(text, id_)], "malformed-text")
    yield indexing("exact-later-letter", "Exact maps nothing, so it takes every code point.", [part("\u1c89")])
    yield indexing("exact-lone-surrogate", "Text with an unpaired surrogate has no bytes.", [part("a\ud800")], "malformed-text")
    yield indexing("nfc-lone-surrogate", "Text with an unpaired surrogate has no bytes.", [part("a\ud800", "tegula.nfc")],
                   "malformed-text")
    empty = "An index of nothing would be equal for everything that is emptied."
    yield indexing("exact-empty", empty, [part("")], "malformed-input")
    yield indexing("exact-empty-bytes", empty, [part("", type_="bytes")], "malformed-input")
    yield indexing("digits-only-none", empty, [part("no digits", "tegula.digits_only")], "malformed-input")


def types():
    about = "An item is a type and the value in its encoding."
    for type_, text in {"i8": "-5", "i16": "-5", "i32": "-5", "i64": "-5"}.items():
        yield indexing(f"type-{type_}", "Integers of all widths have one index.", [part(text, type_=type_)])
    for type_, text in {"bytes": "00ff", "boolean": "true", "integer": "-129", "decimal": "10.00", "enum": "RED",
                        "uuid": "00112233-4455-6677-8899-aabbccddeeff", "local-date": "1815-12-10"}.items():
        yield indexing(f"type-{type_}", about, [part(text, type_=type_)])


def several():
    about = "Several parts: their order is fixed and where one ends is part of the input."
    last, first = "patient.last_name", "patient.first_name"
    def two(a, b, **more):
        return [part(a, field=last, **more), part(b, field=first, **more)]
    yield indexing("two-parts", about, two("ab", "c"))
    yield indexing("two-parts-split", about, two("a", "bc"))
    yield indexing("two-parts-swapped", about, list(reversed(two("ab", "c"))))
    yield indexing("two-parts-one-field", about, [part("ab"), part("c")])
    yield indexing("two-parts-normalised", about, two("FERREIRA", "Ada", normalizer="tegula.ignore_case"))
    yield indexing("two-parts-mixed", about, [part("Ferreira", "tegula.ignore_case", field=last),
                                              part("1815-12-10", type_="local-date", field="patient.born")], bits=24)
    yield indexing("two-parts-one-empty", "No part may be empty.", two("ab", ""), "malformed-input")


def scenarios():
    for group in (parameters, normalizers, refused, types, several):
        yield from group()
