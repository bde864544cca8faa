"""A vector file in memory, and the fixed keys, nonces and fields they share."""

import hashlib

from .format1 import FIELD, ROW, Key, Refused, open_envelope, seal_envelope
from .values import inner, read_inner

SSN = "patient.ssn"
MODES = {FIELD: "FIELD", ROW: "ROW"}


def fixed(label, size=32):
    """Bytes that look random and never change."""
    return hashlib.shake_256(b"tegula format 1 vectors: " + label.encode()).digest(size)


def key(label="key one", field=SSN, tenant=None, purpose="DATA", version=1):
    return Key(fixed("root, " + label), field, tenant, purpose, version)


KEY = key()


def scenario(name, about, op, input, outcome, expected=None, keys=()):
    file = {"name": name, "about": about, "suite": 1, "op": op}
    if keys:
        file["keys"] = [k if isinstance(k, dict) else k.json() for k in keys]
    return {**file, "input": input, "outcome": outcome, "expected": expected or {}}


def outcome_of(work):
    try:
        return "ok", work()
    except Refused as refused:
        return refused.outcome, None


def opening(name, about, envelope, outcome="ok", *, keys=(KEY,), field=SSN, tenant=None, accept=(FIELD,), row_id=None,
            mapped="string", text=None, pad=0):
    """A scenario of op `open`; the outcome must be what this implementation says too."""
    def read():
        return read_inner(open_envelope(envelope, keys, field, tenant, accept, row_id), mapped)
    came, result = outcome_of(read)
    assert came == outcome, f"{name}: declared {outcome}, computed {came}"
    expected = {}
    if outcome == "ok":
        stored, value = result
        opened = open_envelope(envelope, keys, field, tenant, accept, row_id)
        if pad is not None:
            assert inner(stored, value, pad) == opened, name
        expected = {"stored": stored, "text": text, "value": value.hex(), "padToBytes": pad, "inner": opened.hex()}
    given = {"envelope": envelope.hex(), "field": field, "tenant": tenant, "accept": [MODES[m] for m in accept],
             "rowId": None if row_id is None else row_id.hex(), "type": mapped}
    return scenario(name, about, "open", given, outcome, expected, keys)


def sealed(name, inner_bytes, using=KEY, mode=FIELD, row_id=None):
    """An envelope whose nonce depends on the scenario's name only."""
    return seal_envelope(using, fixed("nonce, " + name, 24), inner_bytes, mode, row_id)
