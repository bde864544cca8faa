"""Names, row ids, envelopes and sealed rows of secrets."""

import hmac
import re
import struct

from .format1 import REGISTRY_FIELD, ROW, Refused, strict_text, tuple_
from .scenario import key, opening, outcome_of, scenario, sealed
from .values import inner

FIELD_OF_SECRETS = "tegula.secret"
NAMESPACE, NAME = "app/prod", "app/prod/stripe-key"
SEGMENT = "[a-z0-9][a-z0-9._-]*"


def name_item(name, longest=255):
    if not re.fullmatch(f"{SEGMENT}(/{SEGMENT})*", name) or len(name) > longest:
        raise Refused("malformed-input")
    return name.encode("ascii")


def namespace_of(name, namespaces):
    name_item(name)
    for one in namespaces:
        name_item(one, 200)
        if any(other == one + "/" or other.startswith(one + "/") for other in namespaces):
            raise Refused("malformed-input")
    if len(set(namespaces)) != len(namespaces):
        raise Refused("malformed-input")
    found = [one for one in namespaces if name.startswith(one + "/")]
    if not found:
        raise Refused("malformed-input")
    return found[0]


def number(value):
    return b"" if value is None else struct.pack(">q", value)


def row_id(name, version):
    return tuple_(b"\x03" + name_item(name), b"\x01" + number(version))


def text(value, least, most):
    if value is None:
        return b""
    utf8 = strict_text(value)
    if not least <= len(utf8) <= most:
        raise Refused("malformed-input")
    return utf8


def secret_seal(seal_key, row):
    name_item(row["name"])
    return hmac.digest(seal_key, tuple_(
        b"tegula/seal-secret/v1", name_item(row["name"]), name_item(row["namespace"], 200), number(row["current"]),
        row["state"].encode(), number(row["rev"]), number(row["expiresMicros"]), text(row["note"], 0, 500),
        number(row["changedMicros"])), "sha256")


def version_seal(seal_key, row):
    return hmac.digest(seal_key, tuple_(
        b"tegula/seal-secret-version/v1", name_item(row["name"]), number(row["version"]),
        name_item(row["namespace"], 200), row["state"].encode(), number(row["copiedFrom"]), number(row["createdMicros"]),
        text(row["createdBy"], 1, 200), number(row["destroyedMicros"]), text(row["destroyedBy"], 1, 200)), "sha256")


def names():
    longest = "app/prod/" + "a" * 246
    cases = {"plain": (NAME, [NAMESPACE]), "deep": ("app/prod/db/password", [NAMESPACE]), "longest": (longest, [NAMESPACE]),
             "all-characters": ("a-b_c.d/0/x..y--z__", ["a-b_c.d"]), "second-namespace": (NAME, ["app/test", NAMESPACE]),
             "too-long": (longest + "a", [NAMESPACE]), "namespace-alone": (NAMESPACE, [NAMESPACE]),
             "outside": ("app/production/key", [NAMESPACE]), "none-declared": (NAME, []), "empty": ("", [NAMESPACE]),
             "empty-segment": ("app/prod//key", [NAMESPACE]), "leading-slash": ("/app/prod/key", [NAMESPACE]),
             "trailing-slash": ("app/prod/key/", [NAMESPACE]), "dot-first": ("app/prod/.key", [NAMESPACE]),
             "dots": ("app/prod/..", [NAMESPACE]), "upper-case": ("app/prod/Key", [NAMESPACE]),
             "space": ("app/prod/a key", [NAMESPACE]), "newline": ("app/prod/key\n", [NAMESPACE]),
             "non-ascii": ("app/prod/clé", [NAMESPACE]), "nested-namespaces": (NAME, ["app", NAMESPACE]),
             "namespace-too-long": ("a" * 201 + "/b", ["a" * 201]), "namespace-outside-grammar": ("App/key", ["App"])}
    for label, (name, namespaces) in cases.items():
        came, found = outcome_of(lambda: namespace_of(name, namespaces))
        yield scenario(f"secret-name-{label}", "A name of a secret has a grammar, and belongs to one declared namespace.",
                       "secret-name", {"name": name, "namespaces": namespaces}, came,
                       {"namespace": found} if came == "ok" else None)


def row_ids():
    for label, name, version in (("first", NAME, 1), ("later", NAME, 258), ("other-name", "app/prod/stripe-key2", 1),
                                 ("largest", NAME, 2**63 - 1)):
        yield scenario(f"secret-row-id-{label}", "The row id of a value is its name and version.", "secret-row-id",
                       {"name": name, "version": version}, "ok", {"bytes": row_id(name, version).hex()})


def envelopes():
    def open_as(label, about, outcome, name=NAME, version=3, namespace=NAMESPACE, opened=None):
        under = key("secrets", FIELD_OF_SECRETS, NAMESPACE)
        keys = [under] if namespace == NAMESPACE else [under, key("other secrets", FIELD_OF_SECRETS, namespace)]
        envelope = sealed("secret-value", inner("bytes", opened or b"sk_live_1", 0), under, ROW, row_id(NAME, 3))
        return opening(f"secret-value{label}", about, envelope, outcome, keys=keys, field=FIELD_OF_SECRETS, tenant=namespace,
                       accept=(ROW,), row_id=row_id(name, version), mapped="bytes",
                       text=b"sk_live_1".hex() if outcome == "ok" else None)
    yield open_as("", "The value of a secret is bound to its name, version and namespace.", "ok")
    yield open_as("-of-another-name", "A value moved to another name does not open.", "cannot-open", name="app/prod/other")
    yield open_as("-of-another-version", "A value moved to another version does not open.", "cannot-open", version=2)
    yield open_as("-of-another-namespace", "A value moved to another namespace does not open.", "cannot-open",
                  namespace="app/test")


SECRET = {"name": NAME, "namespace": NAMESPACE, "current": 3, "state": "LIVE", "rev": 5, "expiresMicros": None, "note": "",
          "changedMicros": 1_750_000_000_000_000}
SECRET_EDITS = {"name": "app/prod/other", "namespace": "app/test", "current": 2, "state": "DELETED", "rev": 6,
                "expiresMicros": 1_760_000_000_000_000, "note": "harmless", "changedMicros": 1_750_000_000_000_001}
VERSION = {"name": NAME, "version": 3, "namespace": NAMESPACE, "state": "HELD", "copiedFrom": None,
           "createdMicros": 1_750_000_000_000_000, "createdBy": "alice", "destroyedMicros": None, "destroyedBy": None}
VERSION_EDITS = {"name": "app/prod/other", "version": 4, "namespace": "app/test", "state": "DESTROYED", "copiedFrom": 1,
                 "createdMicros": 1_750_000_000_000_001, "createdBy": "mallory", "destroyedMicros": 1_760_000_000_000_000,
                 "destroyedBy": "mallory"}


def seals(op, mac_of, plain, edits, valid, refused):
    registry = key("registry", REGISTRY_FIELD, None, "REGISTRY")

    def file(label, about, row, mac, outcome):
        came, right = outcome_of(lambda: mac_of(registry.seal, row))
        came = came if came != "ok" else "ok" if right == mac else "integrity"
        assert came == outcome, f"{op}-{label}: declared {outcome}, computed {came}"
        return scenario(f"{op}-{label}", about, op, {"row": row, "seal": mac.hex()}, outcome, keys=[registry])

    right = mac_of(registry.seal, plain)
    for label, change in valid.items():
        row = {**plain, **change}
        yield file(label, "The seal covers every column of the row.", row, mac_of(registry.seal, row), "ok")
    for column, value in edits.items():
        yield file(f"edited-{column}", f"{column} was edited after sealing.", {**plain, column: value}, right, "integrity")
    yield file("cut", "A seal cut to 31 bytes.", plain, right[:31], "integrity")
    yield file("empty", "A row without a seal.", plain, b"", "integrity")
    yield file("flipped", "A seal that differs in one bit.", plain, right[:-1] + bytes([right[-1] ^ 1]), "integrity")
    other = key("other registry", REGISTRY_FIELD, None, "REGISTRY")
    yield file("of-another-registry", "A row sealed under another REGISTRY root.", plain, mac_of(other.seal, plain), "integrity")
    for label, change in refused.items():
        yield file(label, "A column of the row outside its grammar.", {**plain, **change}, right, "malformed-input")


def scenarios():
    for group in (names, row_ids, envelopes):
        yield from group()
    yield from seals("secret-seal", secret_seal, SECRET, SECRET_EDITS,
                     {"plain": {}, "deleted": {"state": "DELETED"}, "expires": {"expiresMicros": 1_760_000_000_000_000},
                      "note": {"note": "of the account in Zürich"}, "longest-note": {"note": "n" * 500}},
                     {"name": {"name": "App"}, "note-too-long": {"note": "é" * 251},
                      "namespace-too-long": {"namespace": "n" * 201}})
    yield from seals("secret-version-seal", version_seal, VERSION, VERSION_EDITS,
                     {"plain": {}, "copied": {"copiedFrom": 1},
                      "destroyed": {"state": "DESTROYED", "destroyedMicros": 1_760_000_000_000_000, "destroyedBy": "bob"}},
                     {"nobody": {"createdBy": ""}, "created-by-too-long": {"createdBy": "a" * 201}})
