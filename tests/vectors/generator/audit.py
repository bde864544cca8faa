"""Entries, heads and anchors of the audit trail."""

import hmac
import re

from .format1 import REGISTRY_FIELD, Refused, hkdf_sha256, strict_text, tenant_item, tuple_
from .scenario import key, outcome_of, scenario
from .secret import number, text

FIRST = bytes(32)
WORD = "[a-z0-9][a-z0-9_.-]{0,99}"


def audit_key(root):
    info = tuple_(b"tegula/v1/audit", b"\x01", b"REGISTRY", b"\x00", REGISTRY_FIELD.encode())
    return hkdf_sha256(root, info)


def word(value):
    if not re.fullmatch(WORD, value):
        raise Refused("malformed-input")
    return value.encode("ascii")


def place(chain, seq, least=1):
    if not 0 <= chain <= 16 or seq < least:
        raise Refused("malformed-input")
    return number(chain), number(seq)


def mac_of(using, row):
    previous = bytes.fromhex(row["previous"])
    if len(previous) != 32:
        raise Refused("malformed-input")
    return hmac.digest(using, tuple_(
        b"tegula/audit/v1", *place(row["chain"], row["seq"]), number(row["atMicros"]), text(row["login"], 1, 200),
        text(row["actor"], 1, 200), text(row["host"], 1, 200), word(row["action"]), word(row["kind"]),
        text(row["subject"], 1, 1000), tenant_item(row["tenant"]), text(row["detail"], 0, 4000), previous), "sha256")


def seal_of(using, head):
    mac = bytes.fromhex(head["mac"])
    if len(mac) != 32:
        raise Refused("malformed-input")
    return hmac.digest(using, tuple_(b"tegula/audit-head/v1", *place(head["chain"], head["seq"]), mac), "sha256")


ENTRY = {"chain": 0, "seq": 1, "atMicros": 1_750_000_000_000_000, "login": "operator", "actor": "alice", "host": "ops-1",
         "action": "tegula.key.activate", "kind": "key", "subject": "patient.ssn", "tenant": None, "detail": "version 2",
         "previous": FIRST.hex()}
EDITS = {"chain": 1, "seq": 2, "atMicros": 1_750_000_000_000_001, "login": "mallory", "actor": "bob", "host": "ops-2",
         "action": "tegula.key.destroy", "kind": "field", "subject": "patient.born", "tenant": "acme", "detail": "version 3",
         "previous": ("00" * 31) + "01"}
REFUSED = {"chain-negative": {"chain": -1}, "chain-17": {"chain": 17}, "seq-0": {"seq": 0}, "login-empty": {"login": ""},
           "login-too-long": {"login": "l" * 201}, "actor-empty": {"actor": ""}, "actor-too-many-bytes": {"actor": "é" * 101},
           "host-empty": {"host": ""}, "action-empty": {"action": ""}, "action-upper-case": {"action": "Key.activate"},
           "action-newline-at-end": {"action": "key.activate\n"}, "action-dot-first": {"action": ".key"},
           "action-too-long": {"action": "a" * 101}, "kind-space": {"kind": "a key"}, "subject-empty": {"subject": ""},
           "subject-too-long": {"subject": "s" * 1001}, "tenant-empty": {"tenant": ""}, "detail-too-long": {"detail": "d" * 4001},
           "previous-short": {"previous": "00" * 31}}


def entries(registry):
    using = audit_key(registry.root)

    def file(label, about, row, mac, outcome):
        came, right = outcome_of(lambda: mac_of(using, row))
        came = came if came != "ok" else "ok" if right == mac else "integrity"
        assert came == outcome, f"{label}: declared {outcome}, computed {came}"
        return scenario(f"audit-entry-{label}", about, "audit-entry", {"row": row, "mac": mac.hex()}, outcome, keys=[registry])

    right = mac_of(using, ENTRY)
    longest = {"login": "l" * 200, "actor": "é" * 100, "host": "h" * 200, "action": "a" * 100, "kind": "k" * 100,
               "subject": "s" * 1000, "tenant": "t" * 200, "detail": "d" * 4000}
    for label, change in {"first": {}, "next": {"seq": 2, "previous": right.hex()}, "tenant": {"tenant": "Zürich"},
                          "application": {"chain": 16, "seq": 2**63 - 1, "previous": right.hex()}, "no-detail": {"detail": ""},
                          "longest": longest}.items():
        row = {**ENTRY, **change}
        yield file(label, "The mac covers every column and the mac before it.", row, mac_of(using, row), "ok")
    for column, value in EDITS.items():
        yield file(f"edited-{column}", f"{column} was edited.", {**ENTRY, column: value}, right, "integrity")
    yield file("columns-moved", "Where one column ends and the next begins is covered.",
               {**ENTRY, "login": "operato", "actor": "ralice"}, right, "integrity")
    yield file("cut", "A mac cut to 31 bytes.", ENTRY, right[:31], "integrity")
    yield file("flipped", "A mac that differs in one bit.", ENTRY, right[:-1] + bytes([right[-1] ^ 1]), "integrity")
    other = audit_key(key("other registry", REGISTRY_FIELD, None, "REGISTRY").root)
    yield file("of-another-registry", "An entry under another REGISTRY root.", ENTRY, mac_of(other, ENTRY), "integrity")
    yield file("under-the-seal-key", "The key of seals is another.", ENTRY, mac_of(registry.seal, ENTRY), "integrity")
    for label, change in REFUSED.items():
        yield file(label, "A column of an entry outside its grammar.", {**ENTRY, **change}, right, "malformed-input")
    yield scenario("audit-entry-lone-surrogate", "Text with an unpaired surrogate is not written.", "audit-entry",
                   {"row": {**ENTRY, "subject": "acme\ud800"}, "mac": right.hex()}, "malformed-text", keys=[registry])


def heads(registry):
    using = audit_key(registry.root)
    head = {"chain": 3, "seq": 7, "mac": mac_of(using, ENTRY).hex()}
    right = seal_of(using, head)

    def file(label, about, row, seal, outcome):
        came, made = outcome_of(lambda: seal_of(using, row))
        came = came if came != "ok" else "ok" if made == seal else "integrity"
        assert came == outcome, f"{label}: declared {outcome}, computed {came}"
        return scenario(f"audit-head-{label}", about, "audit-head", {"row": row, "seal": seal.hex()}, outcome, keys=[registry])

    yield file("plain", "The seal covers the head.", head, right, "ok")
    for column, value in {"chain": 4, "seq": 6, "mac": "11" * 32}.items():
        yield file(f"edited-{column}", f"{column} of the head was edited.", {**head, column: value}, right, "integrity")
    yield file("sealed-by-a-mac", "The mac of an entry is no seal of a head.", head, bytes.fromhex(head["mac"]), "integrity")
    yield file("unsealed", "A head without a seal.", head, b"", "integrity")
    yield file("chain-17", "A head outside its grammar.", {**head, "chain": 17}, right, "malformed-input")


def anchors():
    mac = "0123456789abcdef" * 4
    cases = {"plain": (f"0:1:{mac}", 0, 1), "largest": (f"16:{2**63 - 1}:{mac}", 16, 2**63 - 1), "chain-17": (f"17:1:{mac}",),
             "seq-0": (f"0:0:{mac}",), "seq-too-large": (f"0:{2**63}:{mac}",), "leading-zero": (f"0:01:{mac}",),
             "plus": (f"0:+1:{mac}",), "upper-case": (f"0:1:{mac.upper()}",), "mac-short": (f"0:1:{mac[:-1]}",),
             "mac-long": (f"0:1:{mac}0",), "space": (f"0:1:{mac} ",), "two-parts": (f"0:{mac}",), "empty": ("",)}
    for label, (anchor, *read) in cases.items():
        yield scenario(f"audit-anchor-{label}", "An anchor is chain, seq and mac of an entry.", "audit-anchor", {"text": anchor},
                       "ok" if read else "malformed-input", {"chain": read[0], "seq": read[1], "mac": mac} if read else None)


def chains(first):
    """A chain over two roots: from the first entry under the second one on, the first one does not count."""
    second = key("next registry", REGISTRY_FIELD, None, "REGISTRY", version=2)
    one, two = audit_key(first.root), audit_key(second.root)
    mark = {"action": "tegula.audit.root", "kind": "registry", "subject": second.id.hex(),
            "detail": f"The root before it is {first.id.hex()}."}

    def chain(*steps):
        rows, previous = [], FIRST
        for seq, (using, change) in enumerate(steps, 1):
            row = {**ENTRY, "seq": seq, "previous": previous.hex(), **change}
            previous = mac_of(using, row)
            rows.append({"row": row, "mac": previous.hex()})
        return rows

    def verdict(rows, roots):
        counts, previous = -1, FIRST.hex()
        for each in rows:
            found = [i for i, root in enumerate(roots) if mac_of(audit_key(root.root), each["row"]).hex() == each["mac"]]
            if not found or found[0] < counts or each["row"]["previous"] != previous:
                return "integrity"
            counts, previous = found[0], each["mac"]
        return "ok" if counts >= len(roots) - 1 or len(roots) == 1 else "integrity"

    def file(label, about, rows, outcome, roots=(first, second)):
        assert verdict(rows, roots) == outcome, label
        return scenario(f"audit-chain-{label}", about, "audit-chain", {"rows": rows}, outcome, keys=list(roots))

    right = chain((one, {}), (one, {}), (two, mark), (two, {}))
    forged = chain((one, {}), (one, {"subject": "patient.born"}))
    yield file("one-root", "One root counts for all of it.", chain((one, {}), (one, {})), "ok", (first,))
    yield file("two-roots", "Before the mark the root before counts, from it on the next one.", right, "ok")
    yield file("begun-by-the-mark", "A chain that nobody had written to begins with the mark.", chain((two, mark)), "ok")
    yield file("root-before-behind-the-mark", "An entry under the root before does not count behind the mark.",
               chain((one, {}), (two, mark), (one, {}), (two, {})), "integrity")
    yield file("rewritten-before-the-mark", "Who holds the root before can write no other entry in front of the mark.",
               forged + right[2:], "integrity")
    yield file("without-the-mark", "A chain that does not come to the ACTIVE root was cut.", right[:2], "integrity")
    yield file("none", "So was one without an entry.", [], "integrity")
    yield file("third-root", "An entry under a root that is not known.", chain((one, {}), (two, mark), (bytes(32), {})), "integrity")


def scenarios():
    registry = key("registry", REGISTRY_FIELD, None, "REGISTRY")
    yield scenario("audit-key", "The key of the audit trail comes from the REGISTRY root.", "audit-key", {}, "ok",
                   {"audit": audit_key(registry.root).hex()}, keys=[registry])
    yield from entries(registry)
    yield from heads(registry)
    yield from anchors()
    yield from chains(registry)
