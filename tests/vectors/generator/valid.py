"""Envelopes that open: every type with its edges, padding, sealed NULL, modes, tenants, widenings."""

from .format1 import FIELD, ROW, tuple_
from .scenario import KEY, SSN, key, opening, sealed
from .values import EPOCH_DAY, EPOCH_SECOND, NANOS_OF_DAY, PADDED, TAGS, WIDER, inner, minimal, pack, uuid_value

LAST_NANO = NANOS_OF_DAY - 1
HALF_PAST_TWO = (2 * 3600 + 30 * 60) * 10**9


def date_time(day, nano):
    return pack("qq", day, nano)


TYPES = [
    ("bytes", "empty", b"", ""),
    ("bytes", "all", bytes(range(256)), bytes(range(256)).hex()),
    ("bytes", "like-an-envelope", b"\x01\x00" + bytes(73), "0100" + "00" * 73),
    ("string", "empty", b"", ""),
    ("string", "ascii", b"123-45-6789", "123-45-6789"),
    ("string", "nul", b"a\0b", "a\0b"),
    ("string", "two-bytes", "Grüße".encode(), "Grüße"),
    ("string", "not-normalised", "e\u0301".encode(), "e\u0301"),
    ("string", "outside-bmp", "𝛑 🐝".encode(), "𝛑 🐝"),
    ("string", "byte-order-mark", "\ufeffa".encode(), "\ufeffa"),
    ("boolean", "false", b"\0", "false"),
    ("boolean", "true", b"\1", "true"),
    ("i8", "min", pack("b", -128), "-128"),
    ("i8", "max", pack("b", 127), "127"),
    ("i16", "min", pack("h", -2**15), str(-2**15)),
    ("i16", "max", pack("h", 2**15 - 1), str(2**15 - 1)),
    ("i32", "min", pack("i", -2**31), str(-2**31)),
    ("i32", "minus-one", pack("i", -1), "-1"),
    ("i32", "max", pack("i", 2**31 - 1), str(2**31 - 1)),
    ("i64", "min", pack("q", -2**63), str(-2**63)),
    ("i64", "zero", pack("q", 0), "0"),
    ("i64", "max", pack("q", 2**63 - 1), str(2**63 - 1)),
    ("float32", "negative-zero", pack("f", -0.0), "-0.0"),
    ("float32", "smallest", pack("I", 1), "1.401298464324817e-45"),
    ("float32", "infinity", pack("f", float("inf")), "Infinity"),
    ("float32", "nan", bytes.fromhex("7fc00000"), "NaN"),
    ("float64", "tenth", pack("d", 0.1), "0.1"),
    ("float64", "negative-zero", pack("d", -0.0), "-0.0"),
    ("float64", "negative-infinity", pack("d", float("-inf")), "-Infinity"),
    ("float64", "nan", bytes.fromhex("7ff8000000000000"), "NaN"),
    ("integer", "zero", minimal(0), "0"),
    ("integer", "127", minimal(127), "127"),
    ("integer", "128", minimal(128), "128"),
    ("integer", "minus-128", minimal(-128), "-128"),
    ("integer", "minus-129", minimal(-129), "-129"),
    ("integer", "large", minimal(10**40), str(10**40)),
    ("decimal", "zero", pack("i", 0) + minimal(0), "0"),
    ("decimal", "trailing-zeros", pack("i", 2) + minimal(1000), "10.00"),
    ("decimal", "negative-scale", pack("i", -3) + minimal(-12), "-1.2E+4"),
    ("decimal", "long", pack("i", 20) + minimal(-(10**30) - 1), "-10000000000.00000000000000000001"),
    ("uuid", "nil", bytes(16), "00000000-0000-0000-0000-000000000000"),
    ("uuid", "v4", uuid_value("8c1f1a52-3c4e-4d0a-9a7e-1b2c3d4e5f60"), "8c1f1a52-3c4e-4d0a-9a7e-1b2c3d4e5f60"),
    ("enum", "constant", b"GREEN", "GREEN"),
    ("local-date", "epoch", pack("q", 0), "1970-01-01"),
    ("local-date", "leap-day", pack("q", 19782), "2024-02-29"),
    ("local-date", "min", pack("q", EPOCH_DAY[0]), "-999999999-01-01"),
    ("local-date", "max", pack("q", EPOCH_DAY[1]), "+999999999-12-31"),
    ("local-time", "midnight", pack("q", 0), "00:00"),
    ("local-time", "last-nanosecond", pack("q", LAST_NANO), "23:59:59.999999999"),
    ("local-date-time", "before-epoch", date_time(-1, LAST_NANO), "1969-12-31T23:59:59.999999999"),
    ("local-date-time", "max", date_time(EPOCH_DAY[1], LAST_NANO), "+999999999-12-31T23:59:59.999999999"),
    ("instant", "epoch", pack("qi", 0, 0), "1970-01-01T00:00:00Z"),
    ("instant", "before-epoch", pack("qi", -1, 999_999_999), "1969-12-31T23:59:59.999999999Z"),
    ("instant", "min", pack("qi", EPOCH_SECOND[0], 0), "-1000000000-01-01T00:00:00Z"),
    ("instant", "max", pack("qi", EPOCH_SECOND[1], 999_999_999), "+1000000000-12-31T23:59:59.999999999Z"),
    ("offset-date-time", "east", date_time(19782, HALF_PAST_TWO) + pack("i", 64_800), "2024-02-29T02:30+18:00"),
    ("offset-date-time", "seconds", date_time(19782, HALF_PAST_TWO) + pack("i", -1), "2024-02-29T02:30-00:00:01"),
    ("zoned-date-time", "earlier-of-two", date_time(18931, HALF_PAST_TWO) + pack("i", 7200) + b"Europe/Berlin",
     "2021-10-31T02:30+02:00[Europe/Berlin]"),
    ("zoned-date-time", "later-of-two", date_time(18931, HALF_PAST_TWO) + pack("i", 3600) + b"Europe/Berlin",
     "2021-10-31T02:30+01:00[Europe/Berlin]"),
    ("zoned-date-time", "offset-as-zone", date_time(0, 0) + pack("i", 0) + b"Z", "1970-01-01T00:00Z"),
    ("offset-time", "west", pack("qi", HALF_PAST_TWO, -64_800), "02:30-18:00"),
    ("year", "min", pack("i", -999_999_999), "-999999999"),
    ("year", "2024", pack("i", 2024), "2024"),
    ("year-month", "february", pack("iB", 2024, 2), "2024-02"),
    ("year-month", "max", pack("iB", 999_999_999, 12), "+999999999-12"),
    ("month-day", "leap-day", bytes([2, 29]), "--02-29"),
    ("duration", "half-a-second-back", pack("qi", -1, 500_000_000), "PT-0.5S"),
    ("duration", "max", pack("qi", 2**63 - 1, 999_999_999), "PT2562047788015215H30M7.999999999S"),
    ("period", "mixed-signs", pack("iii", 1, -2, 3), "P1Y-2M3D"),
    ("period", "zero", pack("iii", 0, 0, 0), "P0D"),
    ("json", "object", '{"name":"Zoë","n":[1,2.50,null]}'.encode(), '{"name":"Zoë","n":[1,2.50,null]}'),
    ("char", "letter", pack("H", ord("A")), "A"),
    ("char", "surrogate", pack("H", 0xD800), "\ud800"),
    ("char", "last", pack("H", 0xFFFF), "\uffff"),
]


def types():
    for kind, edge, value, text in TYPES:
        name = f"type-{kind}-{edge}"
        yield opening(name, f"A value of type {kind} ({TAGS[kind]:#04x}): {edge.replace('-', ' ')}.",
                      sealed(name, inner(kind, value)), mapped=kind, text=text)


def widenings():
    samples = {"i8": ("b", -128), "i16": ("h", -2**15), "i32": ("i", 2**31 - 1), "float32": ("f", -0.5)}
    for stored, targets in WIDER.items():
        layout, number = samples[stored]
        for mapped in targets:
            name = f"widening-{stored}-to-{mapped}"
            yield opening(name, f"A stored {stored} may be read as {mapped}.",
                          sealed(name, inner(stored, pack(layout, number))), mapped=mapped, text=str(number))


def padded():
    for size, pad in ((0, 16), (1, 16), (15, 16), (16, 16), (17, 16), (11, 1), (5, 65_536 // 256)):
        name, text = f"padded-{size}-to-{pad}", "x" * size
        yield opening(name, f"{size} bytes of text, padded with zeros to a multiple of {pad}.",
                      sealed(name, inner("string", text.encode(), pad)), text=text, pad=pad)
    name = "padded-value-ends-in-zeros"
    yield opening(name, "The length says where the value ends, so its own zeros survive the padding.",
                  sealed(name, inner("bytes", b"a\0\0", 8)), mapped="bytes", text="610000", pad=8)
    name = "padded-without-padding"
    yield opening(name, "Bit 7 with an exact length and no padding: no writer makes it, a reader accepts it.",
                  sealed(name, bytes([TAGS["string"] | PADDED]) + pack("I", 0)), text="", pad=None)
    name = "padded-odd-remainder"
    yield opening(name, "A reader does not know the multiple: any number of zeros is accepted.",
                  sealed(name, bytes([TAGS["string"] | PADDED]) + pack("I", 2) + b"ab" + bytes(3)), text="ab", pad=5)


def sealed_nulls():
    for mapped in ("string", "i64", "bytes"):
        name = f"null-read-as-{mapped}"
        yield opening(name, "A sealed NULL is read as null by a mapping of any type; this is the smallest envelope.",
                      sealed(name, inner("null", b"")), mapped=mapped)
    yield opening("null-padded", "A sealed NULL may be padded, so that its length does not tell it apart.",
                  sealed("null-padded", inner("null", b"", 32)), pad=32)


def scopes():
    for label, tenant in (("acme", "acme"), ("non-ascii", "Zürich 🐝"), ("longest", "t" * 200), ("two-bytes", "é" * 100)):
        name, using = f"tenant-{label}", key("tenant key", tenant=tenant)
        yield opening(name, "A field with a key for each tenant.", sealed(name, inner("string", b"value"), using),
                      keys=[using], tenant=tenant, text="value")
    for label, field in (("shortest", "a"), ("longest", "f" * 100), ("all-characters", "0.a_z9.x__")):
        name, using = f"field-{label}", key("field key", field=field)
        yield opening(name, "A field id at an edge of its grammar.", sealed(name, inner("string", b"value"), using),
                      keys=[using], field=field, text="value")
    name, second = "key-second-version", key("key two", version=2)
    yield opening(name, "Two versions of one field: the key id in the envelope chooses.",
                  sealed(name, inner("string", b"value"), second), keys=[KEY, second], text="value")
    name, moved = "key-version-is-a-label", key(version=7)
    yield opening(name, "The version takes part in no derivation: an import may renumber it.",
                  sealed(name, inner("string", b"value"), KEY), keys=[moved], text="value")


def rows():
    row_id = tuple_(b"\x01" + (42).to_bytes(8, "big"))
    for label, given in (("row", row_id), ("row-empty", b""), ("row-binary", bytes(range(200)))):
        name = "mode-" + label
        yield opening(name, "ROW mode: the row id is the fifth item of the AAD; its bytes are taken as given.",
                      sealed(name, inner("string", b"bound"), mode=ROW, row_id=given), accept=(ROW,), row_id=given,
                      text="bound")
    yield opening("mode-row-of-another", "ROW mode does not open in another row.",
                  sealed("mode-row", inner("string", b"bound"), mode=ROW, row_id=row_id), "cannot-open", accept=(ROW,),
                  row_id=tuple_(b"\x01" + (43).to_bytes(8, "big")))
    yield opening("mode-field-where-both", "A mapping that moves to ROW mode accepts FIELD for a while; the id is not used.",
                  sealed("mode-field-where-both", inner("string", b"free")), accept=(FIELD, ROW), row_id=row_id, text="free")
    yield opening("mode-row-where-both", "The same mapping reads an envelope in ROW mode with the id.",
                  sealed("mode-row", inner("string", b"bound"), mode=ROW, row_id=row_id), accept=(FIELD, ROW),
                  row_id=row_id, text="bound")


def scenarios():
    for group in (types, widenings, padded, sealed_nulls, scopes, rows):
        yield from group()
