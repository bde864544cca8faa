"""Row ids, the text form, the keyset file and the key backup file."""

import base64
import hashlib
import json
import re
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .format1 import Key, Refused, hkdf_sha256, registry_seal, strict_text, tuple_, wrap_context
from .keys import ROW
from .scenario import KEY, SSN, fixed, key, scenario, sealed
from .values import inner

ROW_ID_TYPES = {"integer": 1, "uuid": 2, "text": 3, "bytes": 4}


def row_id(columns):
    def item(kind, value):
        encoded = {"integer": lambda: struct.pack(">q", int(value)), "uuid": lambda: bytes.fromhex(value.replace("-", "")),
                   "text": lambda: strict_text(value), "bytes": lambda: bytes.fromhex(value)}[kind]()
        return bytes([ROW_ID_TYPES[kind]]) + encoded
    return tuple_(*[item(c["type"], c["value"]) for c in columns])


def row_ids():
    cases = {
        "integer": [("integer", "7")],
        "integer-negative": [("integer", "-1")],
        "integer-largest": [("integer", str(2**63 - 1))],
        "uuid": [("uuid", "00112233-4455-6677-8899-aabbccddeeff")],
        "text": [("text", "Zürich")],
        "text-empty": [("text", "")],
        "text-not-normalised": [("text", "Zu\u0308rich")],
        "bytes": [("bytes", "00ff")],
        "two-columns": [("integer", "7"), ("text", "a")],
        "two-columns-the-other-way": [("text", "a"), ("integer", "7")],
        "text-that-looks-like-an-integer": [("text", "\0\0\0\0\0\0\0\7")],
        "none": [],
    }
    for label, columns in cases.items():
        given = [{"type": kind, "value": value} for kind, value in columns]
        yield scenario(f"row-id-{label}", "One item for each column of the primary key: its type byte and its bytes.",
                       "row-id", {"columns": given}, "ok", {"bytes": row_id(given).hex()})


def text_of(envelope):
    return "tg1." + base64.urlsafe_b64encode(envelope).rstrip(b"=").decode()


def read_text(text):
    match = re.fullmatch(r"tg1\.([A-Za-z0-9_-]+)", text)
    if match is None or len(match[1]) % 4 == 1:
        raise Refused("not-an-envelope")
    envelope = base64.urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4))
    if text_of(envelope) != text:
        raise Refused("not-an-envelope")
    return envelope


def text_forms():
    envelopes = {length: sealed(f"text form of {length}", inner("bytes", bytes(length))) for length in range(3)}
    for envelope in envelopes.values():
        yield text_form(f"of-{len(envelope)}-bytes", "base64url without padding.", text_of(envelope), "ok", envelope)
    both = bytes.fromhex("01fbffbf") + envelopes[0][4:]
    assert "-" in text_of(both) and "_" in text_of(both)
    yield text_form("with-both-signs", "The alphabet of RFC 4648, section 5.", text_of(both), "ok", both)
    one = next(text_of(e) for e in envelopes.values() if len(e) % 3 == 1)
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    whole = text_of(envelopes[0])
    bad = {
        "padded": one + "==",
        "other-alphabet": text_of(both).replace("-", "+").replace("_", "/"),
        "space": whole[:9] + " " + whole[9:],
        "space-before": " " + whole,
        "newline-at-end": whole + "\n",
        "trailing-bits": one[:-1] + last[last.index(one[-1]) + 1],
        "cut-to-one-letter": one[: 4 + 5],
        "upper-case-prefix": "TG1" + whole[3:],
        "other-version": "tg2" + whole[3:],
        "non-ascii-digit": whole[:9] + "\u0661" + whole[10:],
    }
    for label, text in bad.items():
        yield text_form(label, "Only what comes out the same when it is encoded again.", text, "not-an-envelope", None)


def text_form(label, about, text, outcome, envelope):
    try:
        came, result = "ok", read_text(text)
    except Refused as refused:
        came, result = refused.outcome, None
    assert came == outcome and result == envelope, label
    return scenario(f"text-{label}", about, "text-form", {"text": text}, outcome,
                    None if envelope is None else {"envelope": envelope.hex()})


# The keyset file. The plaintext is a Tink keyset as its proto defines it; each field is written by hand.

def varint(number):
    out = b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def proto(*fields):
    return b"".join(varint(number << 3 | (2 if isinstance(value, bytes) else 0))
                    + (varint(len(value)) + value if isinstance(value, bytes) else varint(value)) for number, value in fields)


def tink_keyset(primary, keys, prefix=1):
    """`keys`: (id, raw key); status ENABLED, output prefix TINK, unless told otherwise."""
    entries = []
    for key_id, raw in keys:
        data = proto((1, b"type.googleapis.com/google.crypto.tink.AesGcmKey"), (2, proto((3, raw))), (3, 1))
        entries.append((2, proto((1, data), (2, 1), (3, key_id), (4, prefix))))
    return proto((1, primary), *entries)


def keyset_file(passphrase, plaintext, iterations=600_000, salt=fixed("keyset salt", 16)):
    secret = hashlib.pbkdf2_hmac("sha256", strict_text(passphrase), salt, iterations, 32)
    head = b"TGKS\x01\x01" + struct.pack(">I", iterations) + salt + hkdf_sha256(secret, b"tegula/keyset/v1/commitment")
    iv = fixed("keyset iv", 12)
    return head + iv + AESGCM(hkdf_sha256(secret, b"tegula/keyset/v1/key")).encrypt(iv, plaintext, head)


def keyset_files():
    passphrase = "correct horse battery stäple"
    first, second = (1184602349, fixed("kek one")), (4294967295, fixed("kek two"))
    digest = wrap_context("clinic-prod", KEY)

    def wrapped(kek):
        iv = fixed("wrapping iv", 12)
        return b"\x01" + struct.pack(">I", kek[0]) + iv + AESGCM(kek[1]).encrypt(iv, KEY.root, digest)

    def file(label, about, content, outcome, kek=first, using=passphrase):
        given = {"file": content.hex(), "passphrase": using, "wrapped": wrapped(kek).hex(), "kekVersion": str(kek[0]),
                 "deployment": "clinic-prod", "field": KEY.field, "tenant": None, "purpose": "DATA", "keyId": KEY.id.hex()}
        return scenario(f"keyset-{label}", about, "keyset-file", given, outcome,
                        {"root": KEY.root.hex()} if outcome == "ok" else None)

    good = keyset_file(passphrase, tink_keyset(first[0], [first]))
    both = keyset_file(passphrase, tink_keyset(second[0], [first, second]))

    def changed(at, to):
        return good[:at] + to + good[at + len(to):]

    yield file("one-key", "The file opens and its key unwraps.", good, "ok")
    yield file("older-key", "A key that is not primary unwraps.", both, "ok")
    yield file("newest-key", "A Tink id is unsigned.", both, "ok", second)
    yield file("magic", "No keyset file.", changed(0, b"TGKT"), "configuration")
    yield file("empty", "No byte.", b"", "integrity")
    yield file("version-2", "A later file version.", changed(4, b"\x02"), "configuration")
    yield file("kdf-2", "The reserved key derivation.", changed(5, b"\x02"), "configuration")
    for label, iterations in (("few", 599_999), ("many", 10_000_001), ("largest", 2**32 - 1), ("zero", 0)):
        yield file(f"iterations-{label}", "Refused before anything is derived.", changed(6, struct.pack(">I", iterations)),
                   "configuration")
    yield file("iterations-changed", "The commitment does not match.", changed(6, struct.pack(">I", 600_001)), "denied")
    yield file("salt-changed", "The commitment does not match.", changed(10, bytes([good[10] ^ 1])), "denied")
    yield file("commitment-changed", "The commitment does not match.", changed(57, bytes([good[57] ^ 1])), "denied")
    yield file("passphrase-wrong", "The commitment does not match.", good, "denied", using="correct horse battery staple")
    yield file("passphrase-normalised", "A passphrase is not normalised.", good, "denied",
               using="correct horse battery sta\u0308ple")
    yield file("head-only", "Cut off in its head.", good[:57], "integrity")
    yield file("cut", "Cut off by a byte.", good[:-1], "integrity")
    yield file("iv-changed", "The file was changed.", changed(58, bytes([good[58] ^ 1])), "integrity")
    yield file("tag-changed", "The file was changed.", good[:-1] + bytes([good[-1] ^ 1]), "integrity")
    yield file("longer", "A byte too many.", good + b"\0", "integrity")
    yield file("key-of-128-bits", "All keys are AES-256-GCM.",
               keyset_file(passphrase, tink_keyset(first[0], [(first[0], first[1][:16])])), "integrity")
    yield file("key-without-prefix", "All keys have Tink's prefix.",
               keyset_file(passphrase, tink_keyset(first[0], [first], prefix=3)), "integrity")


# The key backup file.

TIMES = {"created": "createdMicros", "activated": "activatedMicros", "retired": "retiredMicros", "exported": "exportedMicros"}


def instant(micros):
    if micros is None:
        return None
    days, rest = divmod(micros, 86_400_000_000)
    seconds, fraction = divmod(rest, 1_000_000)
    # Howard Hinnant's civil_from_days.
    days += 719_468
    era, day = divmod(days, 146_097)
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    of_year = day - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    date = (year + era * 400 + (month >= 10), month + 3 if month < 10 else month - 9, of_year - (153 * month + 2) // 5 + 1)
    digits = "" if fraction == 0 else f".{fraction // 1000:03}" if fraction % 1000 == 0 else f".{fraction:06}"
    return "%04d-%02d-%02dT%02d:%02d:%02d%sZ" % (*date, seconds // 3600, seconds // 60 % 60, seconds % 60, digits)


def backup_key(row, mac):
    def b64(bytes_):
        return base64.b64encode(bytes_).decode()
    wrapped = row["wrapped"] and b64(bytes.fromhex(row["wrapped"]))
    made = {"keyId": row["keyId"], "tenant": row["tenant"], "field": row["field"], "purpose": row["purpose"],
            "version": row["version"], "suite": "XAES_256_GCM", "state": row["state"], "rev": row["rev"],
            "provider": row["provider"], "kek": row["kekAlias"], "kekVersion": row["kekVersion"] if wrapped else None,
            "wrapped": wrapped, **{name: instant(row[micros]) for name, micros in TIMES.items()}, "seal": b64(mac)}
    return {name: value for name, value in made.items() if value is not None}


def backups():
    registry = key("registry", "tegula.registry", None, "REGISTRY")

    def document(*rows):
        keys = [backup_key(row, registry_seal(registry.seal, row)) for row in rows]
        return {"schema": "tegula/key-backup/1", "deployment": "clinic-prod", "keys": keys}

    def file(label, about, text, rows=None, at=None):
        made = scenario(f"backup-{label}", about, "key-backup", {"deployment": "clinic-prod", "file": text},
                        "configuration" if rows is None else "ok",
                        None if rows is None else
                        {"rows": [{**row, "seal": registry_seal(registry.seal, row).hex()} for row in rows]})
        if rows is None:
            made["refusedAt"] = at
        return made

    tenant_row = {**ROW, "tenant": "Zürich", "keyId": key("tenant key", tenant="Zürich").id.hex()}
    rows = {
        "active": [ROW], "none": [], "tenant": [tenant_row], "two": [ROW, tenant_row],
        "pending": [{**ROW, "state": "PENDING", "activatedMicros": None}],
        "millis": [{**ROW, "createdMicros": 1_750_000_000_120_000}],
        "before-the-epoch": [{**ROW, "createdMicros": -1}],
        "largest-numbers": [{**ROW, "version": 2**31 - 1, "rev": 2**63 - 1}],
        "retired": [{**ROW, "state": "RETIRED", "retiredMicros": 1_760_000_000_000_000}],
        "destroyed": [{**ROW, "state": "DESTROYED", "wrapped": None, "kekVersion": "", "retiredMicros": 1_760_000_000_000_000}],
    }
    for label, of in rows.items():
        yield file(label, "A backup holds sealed rows.", json.dumps(document(*of)), of)
    good = document(ROW)
    text = json.dumps(good)
    yield file("spaced", "White space and the order of members mean nothing.",
               json.dumps(dict(reversed(good.items())), indent=4), [ROW])

    def top(label, about, change, at):
        return file(label, about, json.dumps({**good, **change}), at=at)

    def of_key(label, about, change, at):
        changed = {name: value for name, value in {**good["keys"][0], **change}.items() if value is not MISSING}
        return file(label, about, json.dumps({**good, "keys": [changed]}), at="keys[0]" + at)

    yield top("keys-a-text", "keys is an array.", {"keys": "none"}, "keys")
    yield top("keys-an-object", "keys is an array.", {"keys": good["keys"][0]}, "keys")
    yield top("keys-null", "keys is an array.", {"keys": None}, "keys")
    yield top("key-a-text", "A key is an object.", {"keys": ["none"]}, "keys[0]")
    yield top("other-schema", "Another document.", {"schema": "tegula/key-backup/2"}, "schema")
    yield top("other-deployment", "A backup of another deployment.", {"deployment": "clinic-test"}, "deployment")
    yield top("deployment-a-number", "A name is text.", {"deployment": 7}, "deployment")
    yield top("unknown-member", "No other members.", {"comment": "mine"}, "comment")
    yield top("same-key-twice", "A key stands once.", {"keys": good["keys"] * 2}, "keys[1].keyId")
    yield file("no-keys", "No member is missing.", json.dumps({k: v for k, v in good.items() if k != "keys"}), at="keys")
    yield file("member-twice", "No member stands twice.", text[:-1] + ', "keys": []}', at="")
    yield file("text-after-it", "One document.", text + " {}", at="")
    yield file("cut", "The whole document.", text[:-2], at="")
    yield file("an-array", "One object.", json.dumps([good]), at="")
    yield file("empty", "One object.", "", at="")
    for name in good["keys"][0]:
        if name not in ("tenant", "activated"):
            yield of_key(f"without-{name}", "No member is missing that a key has.", {name: MISSING}, "." + name)
    for name in ("tenant", "activated", "retired", "exported"):
        yield of_key(f"{name}-null", "What there is not is left out, not null.", {name: None}, "." + name)
    destroyed = {"state": "DESTROYED", "retired": "2025-10-09T08:53:20Z"}
    yield of_key("destroyed-wrapped", "A destroyed key has no wrapped root.", {**destroyed, "kekVersion": MISSING}, ".wrapped")
    yield of_key("destroyed-kekVersion", "A destroyed key has no KEK version.", {**destroyed, "wrapped": MISSING}, ".kekVersion")
    yield of_key("key-unknown-member", "No other members.", {"comment": "mine"}, ".comment")
    for label, version in (("2-to-the-40", 2**40 + 1), ("zero", 0), ("negative", -1), ("text", "1"), ("fraction", 1.5),
                           ("float", 1.0), ("null", None), ("true", True), ("beyond-64-bits", 2**64 + 1)):
        yield of_key(f"version-{label}", "A version is an integer from 1 to 2^31 - 1.", {"version": version}, ".version")
    for label, rev in (("zero", 0), ("2-to-the-63", 2**63), ("text", "17")):
        yield of_key(f"rev-{label}", "A rev is an integer from 1 to 2^63 - 1.", {"rev": rev}, ".rev")
    singles = {
        "keyId-upper-case": {"keyId": ROW["keyId"].upper()}, "keyId-cut": {"keyId": ROW["keyId"][:-2]},
        "keyId-a-number": {"keyId": 7}, "tenant-empty": {"tenant": ""}, "tenant-a-number": {"tenant": 7},
        "field-upper-case": {"field": "Patient.ssn"}, "purpose-unknown": {"purpose": "OTHER"},
        "suite-a-number": {"suite": 1}, "state-unknown": {"state": "LOST"}, "state-lower-case": {"state": "active"},
        "provider-null": {"provider": None}, "provider-too-long": {"provider": "p" * 201},
        "kek-empty": {"kek": ""}, "kekVersion-null": {"kekVersion": None}, "kekVersion-too-long": {"kekVersion": "7" * 2049},
        "wrapped-not-base64": {"wrapped": "%%%%"}, "wrapped-no-padding": {"wrapped": "AA"},
        "wrapped-trailing-bits": {"wrapped": "AB=="}, "wrapped-url-alphabet": {"wrapped": "-_-_"},
        "wrapped-empty": {"wrapped": ""}, "wrapped-null": {"wrapped": None},
        "wrapped-too-long": {"wrapped": base64.b64encode(bytes(8193)).decode()},
        "seal-cut": {"seal": base64.b64encode(bytes(31)).decode()}, "seal-null": {"seal": None},
        "created-null": {"created": None}, "created-local": {"created": "2025-06-15T15:06:40"},
        "created-offset": {"created": "2025-06-15T17:06:40+02:00"}, "created-nanos": {"created": "2025-06-15T15:06:40.123456789Z"},
        "created-one-digit": {"created": "2025-06-15T15:06:40.1Z"}, "created-zeros": {"created": "2025-06-15T15:06:40.000Z"},
        "created-no-such-day": {"created": "2025-02-30T15:06:40Z"}, "created-a-number": {"created": 1750000000},
        "activated-far": {"activated": "+12025-06-15T15:06:40Z"},
    }
    for label, change in singles.items():
        yield of_key(label, "Each member has one form.", change, "." + label.split("-")[0])


MISSING = object()


def scenarios_format():
    yield from row_ids()


def scenarios_text():
    yield from text_forms()


def scenarios_keyset():
    yield from keyset_files()


def scenarios_backup():
    yield from backups()
