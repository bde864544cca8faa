"""Marks of shredded tenants, and the seal of receipts."""

import hmac

from .format1 import Key, Refused, strict_text, tuple_
from .scenario import outcome_of, scenario
from .secret import seals

RECEIPT = '{"schema":"tegula/shred-receipt/1","deployment":"clinic","tenant":"acme","keys":[]}'


def receipt_seal(seal_key, row):
    document = strict_text(row["document"])
    if not 1 <= len(document) <= 16_777_216:
        raise Refused("malformed-input")
    return hmac.digest(seal_key, tuple_(b"tegula/seal-shred/v1", document), "sha256")


def marks():
    for label, tenant, secrets, outcome in (("tenant", "acme", False, "ok"), ("namespace", "acme", True, "ok"),
                                            ("non-ascii", "Zürich", False, "ok"), ("longest", "t" * 200, False, "ok"),
                                            ("too-long", "t" * 201, False, "malformed-input"),
                                            ("lone-surrogate", "acme\ud800", False, "malformed-text")):
        field = "tegula.shred.secret" if secrets else "tegula.shred"
        came, mark = outcome_of(lambda: Key(bytes(32), field, tenant))
        assert came == outcome, label
        yield scenario(f"shred-mark-{label}", "The key id of a mark comes from the root of 32 zero bytes.", "shred-mark",
                       {"tenant": tenant, "secrets": secrets}, outcome,
                       {"field": field, "keyId": mark.id.hex()} if outcome == "ok" else None)


def scenarios():
    yield from marks()
    yield from seals("shred-seal", receipt_seal, {"document": RECEIPT}, {"document": RECEIPT.replace("acme", "acne")},
                     {"plain": {}, "non-ascii": {"document": RECEIPT.replace("acme", "Zürich")}}, {})
