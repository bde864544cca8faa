"""The type table: how a value becomes bytes, and which bytes are no value."""

import struct
import uuid

from .format1 import Refused, strict_text

TAGS = {name: tag for tag, name in enumerate((
    "null", "bytes", "string", "boolean", "i8", "i16", "i32", "i64", "float32", "float64", "integer", "decimal", "uuid",
    "enum", "local-date", "local-time", "local-date-time", "instant", "offset-date-time", "zoned-date-time",
    "offset-time", "year", "year-month", "month-day", "duration", "period", "json", "char"))}
NAMES = {tag: name for name, tag in TAGS.items()}
PADDED = 0x80

WIDTHS = {"boolean": 1, "i8": 1, "i16": 2, "i32": 4, "i64": 8, "float32": 4, "float64": 8, "uuid": 16, "local-date": 8,
          "local-time": 8, "local-date-time": 16, "instant": 12, "offset-date-time": 20, "offset-time": 12, "year": 4,
          "year-month": 5, "month-day": 2, "duration": 12, "period": 12, "char": 2}
SHORTEST = {"integer": 1, "decimal": 5, "enum": 1, "zoned-date-time": 21}
WIDER = {"i8": ("i16", "i32", "i64"), "i16": ("i32", "i64"), "i32": ("i64",), "float32": ("float64",)}

NANOS_OF_DAY = 86_400 * 10**9
EPOCH_DAY = (-365_243_219_162, 365_241_780_471)
EPOCH_SECOND = (-31_557_014_167_219_200, 31_556_889_864_403_199)
YEARS = (-999_999_999, 999_999_999)
# What the reader of the vectors knows: the zones of its platform and the constants of its enum.
ZONES = ("Z", "Europe/Berlin")
CONSTANTS = ("RED", "GREEN")
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def minimal(number):
    return number.to_bytes((number if number >= 0 else ~number).bit_length() // 8 + 1, "big", signed=True)


def pack(layout, *numbers):
    return struct.pack(">" + layout, *numbers)


def inner(name, value, pad_to=0):
    """The inner bytes a writer makes."""
    if not pad_to:
        return bytes([TAGS[name]]) + value
    size = -(-max(len(value), 1) // pad_to) * pad_to
    return bytes([TAGS[name] | PADDED]) + pack("I", len(value)) + value.ljust(size, b"\0")


def read_inner(data, mapped):
    """Checks 7 to 9; returns the name of the stored type and the value bytes."""
    name = NAMES.get(data[0] & 0x7F)
    if name is None:
        raise Refused("malformed-inner")
    value = data[1:]
    if data[0] & PADDED:
        if len(value) < 4:
            raise Refused("malformed-inner")
        length, rest = int.from_bytes(value[:4], "big"), value[4:]
        if length > len(rest) or any(rest[length:]):
            raise Refused("malformed-inner")
        value = rest[:length]
    if name == "null":
        if value:
            raise Refused("malformed-inner")
        return name, value
    if name != mapped and mapped not in WIDER.get(name, ()):
        raise Refused("type-mismatch")
    if not well_formed(name, value):
        raise Refused("malformed-inner")
    return name, value


def well_formed(name, value):
    if len(value) != WIDTHS.get(name, len(value)) or len(value) < SHORTEST.get(name, 0):
        return False
    check = CHECKS.get(name)
    return check is None or check(value)


def utf8(value):
    try:
        value.decode("utf-8", "strict")
        return True
    except UnicodeDecodeError:
        return False


def within(number, bounds):
    return bounds[0] <= number <= bounds[1]


def is_minimal(value):
    return minimal(int.from_bytes(value, "big", signed=True)) == value


def canonical_float(layout, nan):
    def check(value):
        number, = struct.unpack(">" + layout, value)
        return number == number or value == nan
    return check


def date(value):
    return within(struct.unpack(">q", value)[0], EPOCH_DAY)


def time(value):
    return within(struct.unpack(">q", value)[0], (0, NANOS_OF_DAY - 1))


def offset(value):
    return within(struct.unpack(">i", value)[0], (-64_800, 64_800))


def nanos(value):
    return within(struct.unpack(">i", value)[0], (0, 999_999_999))


def date_time(value):
    return date(value[:8]) and time(value[8:16])


CHECKS = {
    "string": utf8, "json": utf8,
    "enum": lambda v: v in (c.encode() for c in CONSTANTS),
    "boolean": lambda v: v[0] in (0, 1),
    "float32": canonical_float("f", bytes.fromhex("7fc00000")),
    "float64": canonical_float("d", bytes.fromhex("7ff8000000000000")),
    "integer": is_minimal,
    "decimal": lambda v: is_minimal(v[4:]),
    "local-date": date,
    "local-time": time,
    "local-date-time": date_time,
    "instant": lambda v: within(struct.unpack(">q", v[:8])[0], EPOCH_SECOND) and nanos(v[8:]),
    "offset-date-time": lambda v: date_time(v) and offset(v[16:]),
    "zoned-date-time": lambda v: date_time(v) and offset(v[16:20]) and v[20:] in (z.encode() for z in ZONES),
    "offset-time": lambda v: time(v[:8]) and offset(v[8:]),
    "year": lambda v: within(struct.unpack(">i", v)[0], YEARS),
    "year-month": lambda v: within(struct.unpack(">i", v[:4])[0], YEARS) and 1 <= v[4] <= 12,
    "month-day": lambda v: 1 <= v[0] <= 12 and 1 <= v[1] <= DAYS[v[0] - 1],
    "duration": lambda v: nanos(v[8:]),
}


def text_value(text):
    return strict_text(text)


def uuid_value(text):
    return uuid.UUID(text).bytes
