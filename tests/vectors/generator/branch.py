"""Roots that a branch key wraps in place of a KMS."""

import re

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .format1 import Key, Refused, field_item, strict_text, wrap_context
from .scenario import SSN, fixed, key, outcome_of, scenario

DEPLOYMENT, ALIAS = "clinic-prod", "main"


def branch_field(alias):
    name = "".join(chr(b) if chr(b) in "abcdefghijklmnopqrstuvwxyz0123456789" else f"_{b:02x}" for b in strict_text(alias))
    return field_item("tegula.branch." + name).decode()


def branch(label="branch", tenant=None, alias=ALIAS, purpose="BRANCH"):
    return key(label, branch_field(alias), tenant, purpose)


def wrap(under, wrapped, iv=fixed("iv, branch", 12), deployment=DEPLOYMENT):
    return iv + AESGCM(under.wrap).encrypt(iv, wrapped.root, wrap_context(deployment, wrapped))


def unwrap(row, branches):
    """The root of a row: the checks of the page in its order; what `branches` holds is sealed and opens at the KMS."""
    if (row["purpose"] not in ("DATA", "INDEX") or not re.fullmatch(r"[0-9a-f]{64}", row["kekVersion"])
            or len(row["wrapped"]) != 120):
        raise Refused("integrity")
    found = [(k, alias) for k, alias in branches if k.id.hex() == row["kekVersion"]]
    if not found:
        raise Refused("key-unknown")
    under, alias = found[0]
    if (under.purpose != "BRANCH" or under.field != branch_field(alias) or alias != row["kekAlias"]
            or under.tenant not in (None, row["tenant"])):
        raise Refused("integrity")
    claimed = Key(bytes(32), row["field"], row["tenant"], row["purpose"])
    claimed.id = bytes.fromhex(row["keyId"])
    wrapped = bytes.fromhex(row["wrapped"])
    try:
        root = AESGCM(under.wrap).decrypt(wrapped[:12], wrapped[12:], wrap_context(DEPLOYMENT, claimed))
        if Key(root, row["field"], row["tenant"], row["purpose"]).id != claimed.id:
            raise Refused("integrity")
    except Exception:
        raise Refused("integrity") from None
    return root


def row_of(wrapped, under, bytes_, alias=ALIAS):
    return {"keyId": wrapped.id.hex(), "tenant": wrapped.tenant, "field": wrapped.field, "purpose": wrapped.purpose,
            "kekAlias": alias, "kekVersion": under.id.hex(), "wrapped": bytes_.hex()}


def fields():
    cases = {"plain": "main", "dash": "eu-west", "dot": "eu.west", "underscore": "eu_west", "upper-case": "Main", "non-ascii": "z\u00fcrich",
             "longest": "a" * 86, "longest-of-dashes": "-" * 28, "too-long": "a" * 87, "too-many-dashes": "-" * 29}
    for label, alias in cases.items():
        came, field = outcome_of(lambda: branch_field(alias))
        yield scenario(f"branch-field-{label}", "The field of the branch keys of a KEK is made of its alias.", "branch-field",
                       {"alias": alias}, came, {"field": field} if came == "ok" else None)


def unwrapping(name, about, row, outcome, held):
    came, root = outcome_of(lambda: unwrap(row, held))
    assert came == outcome, f"{name}: declared {outcome}, computed {came}"
    given = {"deployment": DEPLOYMENT, "row": row}
    return scenario(f"branch-{name}", about, "branch-unwrap", given, outcome, {"root": root.hex()} if outcome == "ok" else None,
                    [k.json(kekAlias=alias) for k, alias in held])


def unwrappings():
    all_, acme, other = branch(), branch("branch of acme", "acme"), branch("branch of other", "other")
    data, index = key("under a branch"), key("index under a branch", purpose="INDEX")
    of_acme, of_other = key("under a branch, acme", tenant="acme"), key("under a branch, other", tenant="other")
    held = [(all_, ALIAS)]
    good = row_of(data, all_, wrap(all_, data))
    yield unwrapping("data", "A root of purpose DATA under the branch key of its KEK.", good, "ok", held)
    yield unwrapping("index", "A root of purpose INDEX.", row_of(index, all_, wrap(all_, index)), "ok", held)
    yield unwrapping("tenant-under-all", "A tenant's root under the branch key of all.",
                     row_of(of_acme, all_, wrap(all_, of_acme)), "ok", held)
    yield unwrapping("tenant", "A tenant's root under its own branch key.", row_of(of_acme, acme, wrap(acme, of_acme)), "ok",
                     [(acme, ALIAS)])
    yield unwrapping("of-another-tenant", "A branch key of one tenant wraps no root of another, whoever holds it.",
                     row_of(of_other, acme, wrap(acme, of_other)), "integrity", [(acme, ALIAS)])
    yield unwrapping("tenant-under-none", "A branch key of a tenant wraps no root without one.",
                     row_of(data, acme, wrap(acme, data)), "integrity", [(acme, ALIAS)])
    yield unwrapping("moved-to-another-field", "Wrapped bytes put into the row of another field.",
                     {**row_of(key("under a branch", "patient.born"), all_, wrap(all_, data))}, "integrity", held)
    yield unwrapping("moved-to-another-tenant", "Wrapped bytes put into the row of another tenant.",
                     row_of(of_other, all_, wrap(all_, of_acme)), "integrity", held)
    yield unwrapping("moved-to-another-branch", "A row that names another branch key than wrapped it.",
                     {**row_of(of_acme, all_, wrap(acme, of_acme))}, "integrity", [(all_, ALIAS), (acme, ALIAS)])
    yield unwrapping("moved-to-another-key", "Wrapped bytes put into the row of another key of the field.",
                     row_of(key("another under a branch"), all_, wrap(all_, data)), "integrity", held)
    yield unwrapping("of-another-deployment", "Wrapped in another deployment.",
                     row_of(data, all_, wrap(all_, data, deployment="clinic-test")), "integrity", held)
    spare = branch("branch of spare", alias="spare")
    yield unwrapping("of-another-kek", "The branch key of one KEK does not serve the row of another.",
                     row_of(data, spare, wrap(spare, data)), "integrity", [(spare, "spare")])
    yield unwrapping("alias-changed", "A branch key whose own row names another KEK than its field does.",
                     row_of(data, spare, wrap(spare, data)), "integrity", [(spare, ALIAS)])
    no_branch = key("data that wraps")
    yield unwrapping("under-a-data-key", "A root of another purpose is no branch key.",
                     row_of(data, no_branch, wrap(no_branch, data)), "integrity", [(no_branch, ALIAS)])
    nested = branch("branch under a branch")
    yield unwrapping("under-a-branch", "A branch key is wrapped by a KMS, never by a branch key.",
                     row_of(nested, all_, wrap(all_, nested)), "integrity", held)
    registry = key("registry under a branch", "tegula.registry", None, "REGISTRY")
    yield unwrapping("registry", "The root of the registry is wrapped by a KMS, never by a branch key.",
                     row_of(registry, all_, wrap(all_, registry)), "integrity", held)
    yield unwrapping("missing", "The registry has no key of the id that the row names.", good, "key-unknown", [(other, ALIAS)])
    wrapped = bytes.fromhex(good["wrapped"])
    for label, bad in (("flipped-iv", bytes([wrapped[0] ^ 1]) + wrapped[1:]),
                       ("flipped-ciphertext", wrapped[:20] + bytes([wrapped[20] ^ 1]) + wrapped[21:]),
                       ("flipped-tag", wrapped[:-1] + bytes([wrapped[-1] ^ 1])), ("cut", wrapped[:-1]), ("longer", wrapped + b"\0"),
                       ("empty-bytes", b"")):
        yield unwrapping(label, "Wrapped bytes that were changed.", {**good, "wrapped": bad.hex()}, "integrity", held)
    for label, version in (("version-upper-case", all_.id.hex().upper()), ("version-cut", all_.id.hex()[:-1]),
                           ("version-empty", "")):
        yield unwrapping(label, "The KEK version is the branch key's id in lower case.", {**good, "kekVersion": version},
                         "integrity", held)
    short = AESGCM(all_.wrap).encrypt(fixed("iv, branch", 12), data.root[:31], wrap_context(DEPLOYMENT, data))
    yield unwrapping("root-of-31-bytes", "What opens is a root of 32 bytes.",
                     row_of(data, all_, fixed("iv, branch", 12) + short), "integrity", held)
    wrong = AESGCM(all_.wrap).encrypt(fixed("iv, branch", 12), fixed("no root of the row"), wrap_context(DEPLOYMENT, data))
    yield unwrapping("another-root", "What opens has the key id of the row.",
                     row_of(data, all_, fixed("iv, branch", 12) + wrong), "integrity", held)


def scenarios():
    for group in (fields, unwrappings):
        yield from group()
