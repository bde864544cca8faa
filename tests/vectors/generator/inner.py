"""Authentic envelopes whose inside does not follow the format, or is of another type than the mapping."""

from .scenario import opening, sealed
from .values import EPOCH_DAY, EPOCH_SECOND, NANOS_OF_DAY, PADDED, TAGS, inner, pack

STRING = TAGS["string"]

LAYOUT = [
    ("unknown-tag", "The first tag after the table.", bytes([len(TAGS)])),
    ("unknown-tag-last", "The last possible tag.", b"\x7f"),
    ("unknown-tag-padded", "An unknown tag with bit 7.", bytes([len(TAGS) | PADDED]) + pack("I", 0)),
    ("padded-no-length", "Bit 7 and nothing after it.", bytes([STRING | PADDED])),
    ("padded-length-cut", "Bit 7 and three of four bytes of the length.", bytes([STRING | PADDED, 0, 0, 0])),
    ("padded-length-beyond", "A length one byte beyond the end.", bytes([STRING | PADDED]) + pack("I", 4) + b"abc"),
    ("padded-length-max", "A length of 2^32-1.", bytes([STRING | PADDED]) + pack("I", 2**32 - 1) + b"abc"),
    ("padded-length-sign", "A length of 2^31.", bytes([STRING | PADDED]) + pack("I", 2**31) + b"abc"),
    ("padding-first-byte", "Padding whose first byte is not zero.", bytes([STRING | PADDED]) + pack("I", 2) + b"ab\1\0\0"),
    ("padding-last-byte", "Padding whose last byte is not zero.", bytes([STRING | PADDED]) + pack("I", 2) + b"ab\0\0\1"),
    ("null-with-value", "A sealed NULL that holds a byte.", b"\0\0"),
    ("null-padded-with-value", "A padded sealed NULL that holds a byte.", bytes([PADDED]) + pack("I", 1) + b"\0\0"),
    ("null-padding-not-zero", "A padded sealed NULL whose padding is not zero.", bytes([PADDED]) + pack("I", 0) + b"\0\1"),
]

WIDTH = [("boolean", 0), ("boolean", 2), ("i8", 0), ("i8", 2), ("i16", 1), ("i16", 3), ("i32", 3), ("i32", 5), ("i64", 7),
         ("i64", 9), ("float32", 3), ("float32", 5), ("float64", 7), ("float64", 9), ("integer", 0), ("decimal", 0),
         ("decimal", 4), ("uuid", 15), ("uuid", 17), ("local-date", 7), ("local-date", 9), ("local-time", 7),
         ("local-time", 9), ("local-date-time", 15), ("local-date-time", 17), ("instant", 11), ("instant", 13),
         ("offset-date-time", 19), ("offset-date-time", 21), ("zoned-date-time", 20), ("offset-time", 11),
         ("offset-time", 13), ("year", 3), ("year", 5), ("year-month", 4), ("year-month", 6), ("month-day", 1),
         ("month-day", 3), ("duration", 11), ("duration", 13), ("period", 11), ("period", 13), ("char", 1), ("char", 3),
         ("enum", 0)]

UTF8 = {"lone-continuation": b"\x80", "truncated": b"\xe2\x82", "bad-continuation": b"\xc3\x28", "overlong": b"\xc0\x80",
        "surrogate": b"\xed\xa0\x80", "beyond-unicode": b"\xf4\x90\x80\x80", "invalid-byte": b"\xff"}

VALUES = [
    ("boolean", "two", b"\2"),
    ("float32", "other-nan", bytes.fromhex("7fc00001")),
    ("float32", "negative-nan", bytes.fromhex("ffc00000")),
    ("float64", "other-nan", bytes.fromhex("7ff8000000000001")),
    ("float64", "signalling-nan", bytes.fromhex("7ff0000000000001")),
    ("integer", "not-minimal-positive", b"\0\x7f"),
    ("integer", "not-minimal-zero", b"\0\0"),
    ("integer", "not-minimal-negative", b"\xff\x80"),
    ("decimal", "not-minimal", pack("i", 2) + b"\0\x01"),
    ("local-date", "after-max", pack("q", EPOCH_DAY[1] + 1)),
    ("local-date", "before-min", pack("q", EPOCH_DAY[0] - 1)),
    ("local-time", "negative", pack("q", -1)),
    ("local-time", "next-midnight", pack("q", NANOS_OF_DAY)),
    ("local-date-time", "next-midnight", pack("qq", 0, NANOS_OF_DAY)),
    ("local-date-time", "after-max", pack("qq", EPOCH_DAY[1] + 1, 0)),
    ("instant", "after-max", pack("qi", EPOCH_SECOND[1] + 1, 0)),
    ("instant", "negative-nano", pack("qi", 0, -1)),
    ("instant", "nano-too-large", pack("qi", 0, 10**9)),
    ("offset-date-time", "offset-too-large", pack("qqi", 0, 0, 64_801)),
    ("offset-time", "offset-too-small", pack("qi", 0, -64_801)),
    ("zoned-date-time", "unknown-zone", pack("qqi", 0, 0, 0) + b"Mars/Phobos"),
    ("zoned-date-time", "zone-not-utf-8", pack("qqi", 0, 0, 0) + b"Europe/\xff"),
    ("zoned-date-time", "offset-too-large", pack("qqi", 0, 0, 64_801) + b"Z"),
    ("enum", "unknown-constant", b"BLUE"),
    ("enum", "other-case", b"green"),
    ("year", "too-large", pack("i", 10**9)),
    ("year-month", "month-zero", pack("iB", 2024, 0)),
    ("year-month", "month-thirteen", pack("iB", 2024, 13)),
    ("month-day", "february-thirtieth", bytes([2, 30])),
    ("month-day", "day-zero", bytes([1, 0])),
    ("duration", "negative-nano", pack("qi", 0, -1)),
    ("duration", "nano-too-large", pack("qi", 0, 10**9)),
]

MISMATCHES = [("i64", "i32"), ("i32", "i16"), ("i16", "i8"), ("float64", "float32"), ("i32", "float64"), ("i8", "integer"),
              ("string", "bytes"), ("bytes", "string"), ("string", "json"), ("string", "enum"), ("boolean", "i8"),
              ("i16", "char"), ("char", "i16"), ("local-date", "local-date-time"), ("local-date", "i64"),
              ("instant", "offset-date-time"), ("integer", "decimal"), ("uuid", "bytes"), ("instant", "duration")]


def layouts():
    for label, about, data in LAYOUT:
        yield bad(label, about, data, "string")


def bad(label, about, data, mapped, outcome="malformed-inner"):
    name = "inner-" + label
    return opening(name, about, sealed(name, data), outcome, mapped=mapped)


def widths():
    for kind, size in WIDTH:
        yield bad(f"{kind}-of-{size}-bytes", f"A {kind} of {size} bytes.", bytes([TAGS[kind]]) + bytes(size), kind)


def texts():
    for kind in ("string", "json", "enum"):
        for label, data in UTF8.items():
            yield bad(f"{kind}-{label}", f"A {kind} that is no UTF-8.", inner(kind, data), kind)


def ranges():
    for kind, label, data in VALUES:
        yield bad(f"{kind}-{label}", f"A {kind} outside its encoding: {label.replace('-', ' ')}.", inner(kind, data), kind)


def mismatches():
    samples = {"i8": bytes(1), "i16": bytes(2), "i32": bytes(4), "i64": bytes(8), "float64": bytes(8), "string": b"text",
               "bytes": b"text", "boolean": b"\1", "char": b"\0A", "local-date": bytes(8), "instant": bytes(12),
               "integer": b"\7", "uuid": bytes(16)}
    for stored, mapped in MISMATCHES:
        name = f"mismatch-{stored}-as-{mapped}"
        yield opening(name, f"A stored {stored} is not readable as {mapped}.", sealed(name, inner(stored, samples[stored])),
                      "type-mismatch", mapped=mapped)
    yield opening("mismatch-before-encoding", "A value of a type that cannot be read is not looked into: three bytes of i32.",
                  sealed("mismatch-before-encoding", bytes([TAGS["i32"]]) + bytes(3)), "type-mismatch")
    yield opening("mismatch-after-layout", "The layout comes first: padding that is not zero in a type that cannot be read.",
                  sealed("mismatch-after-layout", bytes([TAGS["i32"] | PADDED]) + pack("I", 4) + bytes(4) + b"\1"),
                  "malformed-inner")


def scenarios():
    for group in (layouts, widths, texts, ranges, mismatches):
        yield from group()
