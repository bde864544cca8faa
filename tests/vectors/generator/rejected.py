"""Envelopes that do not open: changed bytes, truncations, foreign contexts, unknown keys, the order of checks."""

from .format1 import FIELD, ROW
from .scenario import KEY, SSN, fixed, key, opening, sealed
from .values import inner

GOOD = sealed("base envelope", inner("string", b"123-45-6789"))
FLIP = 0x40


def flipped(position, mask=FLIP):
    return GOOD[:position] + bytes([GOOD[position] ^ mask]) + GOOD[position + 1:]


def flips():
    part = [(0, "suite", "not-an-envelope"), (1, "mode", "mode-refused"), (2, "key id", "key-unknown"),
            (34, "salt", "cannot-open"), (46, "IV", "cannot-open"), (58, "inner", "cannot-open"),
            (len(GOOD) - 16, "tag", "cannot-open")]
    for position in range(len(GOOD)):
        _, what, outcome = [p for p in part if p[0] <= position][-1]
        yield opening(f"flip-{position:02d}", f"Byte {position} ({what}) differs in one bit.", flipped(position), outcome)
    yield opening("flip-00-to-zero", "Suite 0x00 is no envelope.", flipped(0, 0x01), "not-an-envelope")
    yield opening("flip-00-to-ff", "Suite 0xff is no envelope.", flipped(0, 0xFE), "not-an-envelope")
    yield opening("flip-00-to-reserved", "Suite 0x02 is reserved and unknown to this format.", flipped(0, 0x03), "unknown-suite")
    yield opening("flip-01-field-to-row", "A mode changed to one that the reader accepts fails on the AAD.", flipped(1, 0x01),
                  "cannot-open", accept=(FIELD, ROW), row_id=b"row")
    bound = sealed("row to field", inner("string", b"bound"), mode=ROW, row_id=b"row")
    yield opening("flip-01-row-to-field", "An envelope stripped of its row binding fails on the AAD.",
                  bound[:1] + b"\0" + bound[2:], "cannot-open", accept=(FIELD, ROW), row_id=b"row")
    for bit in (0, 7):
        yield opening(f"flip-tag-bit-{bit}", "The last byte of the tag differs in one bit.", flipped(len(GOOD) - 1, 1 << bit),
                      "cannot-open")


def lengths():
    yield opening("length-000", "No bytes at all.", b"", "not-an-envelope")
    for size in (1, 2, 33, 34, 46, 57, 58, 59, 74, 75, len(GOOD) - 16, len(GOOD) - 1):
        yield opening(f"length-{size:03d}", f"Cut to {size} bytes.", GOOD[:size], "cannot-open")
    yield opening("length-one-more", "One byte more at the end.", GOOD + b"\0", "cannot-open")
    yield opening("length-twice", "Two envelopes in a row.", GOOD + GOOD, "cannot-open")


def not_envelopes():
    for label, data, outcome in (
            ("text", b"123-45-6789", "not-an-envelope"), ("json", b'{"ssn":null}', "not-an-envelope"),
            ("space", b"\x20" + b"a" * 99, "not-an-envelope"), ("tilde", b"\x7e" + b"a" * 99, "not-an-envelope"),
            ("below-printable", b"\x1f" + b"a" * 99, "unknown-suite"), ("delete", b"\x7f" + b"a" * 99, "unknown-suite"),
            ("zeros", bytes(100), "not-an-envelope"), ("ones", b"\xff" * 100, "not-an-envelope"),
            ("utf-16-text", "\ufeff123".encode("utf-16-be"), "unknown-suite"),
            ("one-byte-zero", b"\0", "not-an-envelope"), ("reserved-suite-short", b"\x02", "unknown-suite"),
            ("text-form", b"tg1.AQAA", "not-an-envelope")):
        yield opening(f"foreign-bytes-{label}", "Bytes that Tegula never wrote.", data, outcome)


def contexts():
    acme, other = key("tenant key", tenant="acme"), key("tenant key", tenant="other")
    of_acme = sealed("of acme", inner("string", b"value"), acme)
    both = [acme, other]
    yield opening("foreign-tenant", "A value of another tenant; both have keys, even from one root.", of_acme, "cannot-open",
                  keys=both, tenant="other")
    yield opening("foreign-tenant-none", "A value of a tenant read without one.", of_acme, "cannot-open",
                  keys=[acme, key("tenant key")], tenant=None)
    plain = sealed("of nobody", inner("string", b"value"), key("tenant key"))
    yield opening("foreign-tenant-added", "A value without a tenant read for one.", plain, "cannot-open",
                  keys=[key("tenant key"), acme], tenant="acme")
    born = key("key one", field="patient.born")
    yield opening("foreign-field", "A value of another field, whose key is known too.",
                  sealed("of born", inner("string", b"value"), born), "cannot-open", keys=[KEY, born])
    index = key("key one", purpose="INDEX")
    yield opening("foreign-purpose", "An envelope made under a key of purpose INDEX of the same field.",
                  sealed("of index", inner("string", b"value"), index), "cannot-open", keys=[KEY, index])
    relabelled = GOOD[:2] + born.id + GOOD[34:]
    yield opening("foreign-key-id-put-in", "The key id of another known field put into an envelope.", relabelled, "cannot-open",
                  keys=[KEY, born])
    second = key("key two", version=2)
    yield opening("key-id-of-other-version", "The key id of another version put into an envelope.",
                  GOOD[:2] + second.id + GOOD[34:], "cannot-open", keys=[KEY, second])
    yield opening("key-unknown", "A well-formed envelope under a key that the registry does not have.", GOOD, "key-unknown",
                  keys=[second])
    yield opening("key-unknown-random", "A random key id.", GOOD[:2] + fixed("random key id") + GOOD[34:], "key-unknown")


def modes():
    bound = sealed("mode refused", inner("string", b"bound"), mode=ROW, row_id=b"row")
    yield opening("mode-row-refused", "The mapping accepts FIELD only.", bound, "mode-refused")
    yield opening("mode-field-refused", "The mapping accepts ROW only.", GOOD, "mode-refused", accept=(ROW,), row_id=b"row")
    for mode in (2, 3, 0x80, 0xFF):
        yield opening(f"mode-{mode:02x}", "A mode that is reserved or does not exist.", GOOD[:1] + bytes([mode]) + GOOD[2:],
                      "mode-refused", accept=(FIELD, ROW), row_id=b"row")


def order():
    yield opening("order-suite-before-length", "Suite and length are wrong: the suite is reported.", b"\x02\x00", "unknown-suite")
    yield opening("order-length-before-mode", "Length and mode are wrong: the length is reported.", b"\x01\x07" + bytes(40),
                  "cannot-open")
    unknown = fixed("random key id")
    yield opening("order-length-before-mode-74", "One byte short of an envelope, and a mode that does not exist.",
                  b"\x01\x07" + bytes(72), "cannot-open")
    yield opening("order-length-before-key", "One byte short of an envelope, and an unknown key id: the length is reported.",
                  b"\x01\x00" + unknown + bytes(40), "cannot-open")
    yield opening("order-key-at-75", "The smallest envelope, all zeros after an unknown key id.",
                  b"\x01\x00" + unknown + bytes(41), "key-unknown")
    yield opening("order-mode-before-key", "Mode and key id are wrong: the mode is reported.", b"\x01\x07" + unknown + GOOD[34:],
                  "mode-refused")
    yield opening("order-key-before-tag", "Key id and tag are wrong: the key id is reported.",
                  b"\x01\x00" + unknown + GOOD[34:-1] + b"\0", "key-unknown")
    bad = sealed("order malformed", inner("string", b"\xff"))
    yield opening("order-tag-before-inner", "A malformed inner is reported only once it is authentic.",
                  bad[:-1] + bytes([bad[-1] ^ 1]), "cannot-open")
    yield opening("order-tag-before-type", "A type that cannot be read is reported only once it is authentic.", flipped(70),
                  "cannot-open", mapped="i32")


def scenarios():
    for group in (flips, lengths, not_envelopes, contexts, modes, order):
        yield from group()
