"""Tuples, identifiers, derivations, wrap contexts and seals of registry and catalogue."""

from .format1 import (REGISTRY_FIELD, Key, catalogue_seal, field_item, index_seal, registry_seal, strict_text, tenant_item, tuple_,
                      wrap_context)
from .scenario import KEY, SSN, fixed, key, outcome_of, scenario
from .values import TAGS, inner

LONE = {"high": "acme\ud800", "low": "\udc00acme", "swapped": "\udc00\ud800", "high-twice": "\ud800\ud800a"}


def tuples():
    for label, items in (("none", []), ("one-empty", [b""]), ("two-empty", [b"", b""]), ("bytes", [b"\0", b"\xff\xfe"]),
                         ("split-early", [b"a", b"bc"]), ("split-late", [b"ab", b"c"]), ("long", [bytes(300), b"end"])):
        yield scenario(f"tuple-{label}", "A count, then each item with its length.", "tuple",
                       {"items": [i.hex() for i in items]}, "ok", {"bytes": tuple_(*items).hex()})


def checked(name, about, op, given, outcome, work):
    came, result = outcome_of(work)
    assert came == outcome, f"{name}: declared {outcome}, computed {came}"
    return scenario(name, about, op, given, outcome, result if outcome == "ok" else None)


def tenants():
    cases = [("none", None, "ok"), ("name", "acme", "ok"), ("nul", "\0", "ok"), ("non-ascii", "Zürich", "ok"),
             ("longest", "t" * 200, "ok"), ("empty", "", "malformed-input"), ("too-long", "t" * 201, "malformed-input"),
             ("too-many-bytes", "é" * 101, "malformed-input")]
    cases += [(f"lone-{label}-surrogate", text, "malformed-text") for label, text in LONE.items()]
    for label, tenant, outcome in cases:
        yield checked(f"tenant-item-{label}", "A tenant's item: 00, or 01 and 1 to 200 bytes of strict UTF-8.", "tenant",
                      {"tenant": tenant}, outcome, lambda: {"bytes": tenant_item(tenant).hex()})


def fields():
    cases = [("plain", SSN, "ok"), ("longest", "f" * 100, "ok"), ("empty", "", "malformed-input"),
             ("too-long", "f" * 101, "malformed-input"), ("upper-case", "Patient.ssn", "malformed-input"),
             ("dash", "patient-ssn", "malformed-input"), ("non-ascii", "pätient", "malformed-input"),
             ("newline-at-end", "patient.ssn\n", "malformed-input"), ("lone-surrogate", LONE["high"], "malformed-input")]
    for label, field, outcome in cases:
        yield checked(f"field-item-{label}", "A field id: 1 to 100 characters of [a-z0-9_.].", "field", {"field": field},
                      outcome, lambda: {"bytes": field_item(field).hex()})


def values():
    for label, text in LONE.items():
        yield checked(f"encode-lone-{label}-surrogate", "Text with an unpaired surrogate is not written.", "encode",
                      {"type": "string", "text": text, "padToBytes": 0}, "malformed-text",
                      lambda: {"inner": inner("string", strict_text(text)).hex()})


def derivations():
    scopes = [("plain", SSN, None, "DATA"), ("tenant", SSN, "acme", "DATA"), ("tenant-non-ascii", SSN, "Zürich", "DATA"),
              ("other-field", "patient.born", None, "DATA"), ("index", SSN, None, "INDEX"),
              ("registry", REGISTRY_FIELD, None, "REGISTRY"), ("branch", "tegula.branch.main", None, "BRANCH"),
              ("branch-tenant", "tegula.branch.main", "acme", "BRANCH")]
    for label, field, tenant, purpose in scopes:
        derived = key("derivations", field, tenant, purpose)
        ids = {"keyId": derived.id.hex()}
        if purpose == "DATA":
            ids["enc"] = derived.enc.hex()
        if purpose == "REGISTRY":
            ids["seal"] = derived.seal.hex()
        if purpose == "BRANCH":
            ids["wrap"] = derived.wrap.hex()
        yield derivation(label, "One root in different scopes gives unrelated keys.", derived.root, field, tenant, purpose,
                         "ok", ids)
    for label, root in (("zeros", bytes(32)), ("ones", b"\xff" * 32)):
        derived = Key(root, SSN)
        yield derivation("root-" + label, "The scope alone separates keys of a weak root.", root, SSN, None, "DATA", "ok",
                         {"keyId": derived.id.hex(), "enc": derived.enc.hex()})
    root = fixed("root, derivations")
    for label, bad in (("empty", b""), ("16", root[:16]), ("31", root[:31]), ("33", root + b"\0"), ("64", root + root)):
        yield derivation(f"root-of-{label}-bytes" if bad else "root-empty",
                         "A root has exactly 32 bytes: HMAC alone would make root and root‖00 one key.", bad, SSN, None,
                         "DATA", "malformed-root", None)


def derivation(label, about, root, field, tenant, purpose, outcome, expected):
    given = {"root": root.hex(), "field": field, "tenant": tenant, "purpose": purpose}
    came, _ = outcome_of(lambda: Key(root, field, tenant, purpose))
    assert came == outcome, label
    return scenario("derive-" + label, about, "derive", given, outcome, expected)


def wrap_contexts():
    cases = [("plain", "clinic-prod", KEY), ("other-deployment", "clinic-test", KEY),
             ("tenant", "clinic-prod", key("tenant key", tenant="acme")), ("index", "clinic-prod", key(purpose="INDEX")),
             ("registry", "clinic-prod", key("registry", REGISTRY_FIELD, None, "REGISTRY"))]
    for label, deployment, using in cases:
        given = {"deployment": deployment, "field": using.field, "tenant": using.tenant, "purpose": using.purpose,
                 "keyId": using.id.hex()}
        yield scenario(f"wrap-context-{label}", "What a wrapped root is bound to in every KMS.", "wrap-context", given, "ok",
                       {"digest": wrap_context(deployment, using).hex()})
    given = {"deployment": LONE["high"], "field": SSN, "tenant": None, "purpose": "DATA", "keyId": KEY.id.hex()}
    yield checked("wrap-context-lone-surrogate", "The name of a deployment is strict text.", "wrap-context", given,
                  "malformed-text", lambda: wrap_context(LONE["high"], KEY))


ROW = {"keyId": KEY.id.hex(), "tenant": None, "field": SSN, "purpose": "DATA", "version": 1, "suite": 1, "state": "ACTIVE",
       "rev": 17, "provider": "tink", "kekAlias": "main", "kekVersion": "1184602349", "wrapped": fixed("wrapped", 60).hex(),
       "createdMicros": 1_750_000_000_000_000, "activatedMicros": 1_750_000_000_123_456, "retiredMicros": None,
       "exportedMicros": None}
EDITS = {"keyId": key("key two").id.hex(), "tenant": "acme", "field": "patient.born", "purpose": "INDEX", "version": 2,
         "state": "PENDING", "rev": 18, "provider": "vault", "kekAlias": "spare", "kekVersion": "1184602350",
         "wrapped": fixed("other wrapped", 60).hex(), "createdMicros": 1_750_000_000_000_001,
         "activatedMicros": 1_750_000_000_123_457, "retiredMicros": 1_750_000_000_200_000,
         "exportedMicros": 1_750_000_000_200_000}


def seals():
    registry = key("registry", REGISTRY_FIELD, None, "REGISTRY")

    def seal(row):
        return registry_seal(registry.seal, row)

    def file(name, about, row, mac, outcome):
        assert (outcome == "ok") == (seal(row) == mac), name
        return scenario(name, about, "registry-seal", {"row": row, "seal": mac.hex()}, outcome, keys=[registry])

    valid = {"active": {}, "pending": {"state": "PENDING", "activatedMicros": None},
             "tenant": {"tenant": "acme", "keyId": key("tenant key", tenant="acme").id.hex()},
             "retired": {"state": "RETIRED", "retiredMicros": 1_760_000_000_000_000, "exportedMicros": 1_755_000_000_000_000},
             "destroyed": {"state": "DESTROYED", "wrapped": None, "kekVersion": "", "retiredMicros": 1_760_000_000_000_000}}
    for label, change in valid.items():
        row = {**ROW, **change}
        yield file(f"seal-{label}", "The seal covers every column of a row.", row, seal(row), "ok")
    for column, value in EDITS.items():
        yield file(f"seal-edited-{column}", f"Column {column} was edited after sealing.", {**ROW, column: value}, seal(ROW),
                   "integrity")
    yield file("seal-cut", "A seal cut to 31 bytes.", ROW, seal(ROW)[:31], "integrity")
    yield file("seal-empty", "A row without a seal.", ROW, b"", "integrity")
    yield file("seal-flipped", "A seal that differs in one bit.", ROW, seal(ROW)[:-1] + bytes([seal(ROW)[-1] ^ 1]), "integrity")
    yield from roots(registry)
    other = key("other registry", REGISTRY_FIELD, None, "REGISTRY")
    yield file("seal-of-another-registry", "A row sealed under another REGISTRY root.", ROW, registry_seal(other.seal, ROW),
               "integrity")


def roots(first):
    """The row of a root is sealed by the ACTIVE one, which is another one unless it is that itself."""
    second = key("next registry", REGISTRY_FIELD, None, "REGISTRY", version=2)

    def row(using, state, **times):
        return {**ROW, "keyId": using.id.hex(), "field": REGISTRY_FIELD, "purpose": "REGISTRY", "version": using.version,
                "state": state, "activatedMicros": None, **times}

    def file(label, about, using, active, by, outcome):
        seal = registry_seal(by.seal, using)
        assert (outcome == "ok") == (seal == registry_seal(active.seal, using)), label
        return scenario(f"seal-root-{label}", about, "registry-seal", {"row": using, "seal": seal.hex()}, outcome, keys=[active])

    before, after = {"activatedMicros": 1_750_000_000_123_456}, {"activatedMicros": 1_760_000_000_000_000}
    retired = {**before, "retiredMicros": 1_770_000_000_000_000}
    yield file("pending", "A root that waits is sealed by the ACTIVE one.", row(second, "PENDING"), first, first, "ok")
    yield file("pending-by-itself", "A root that waits seals nothing, itself neither.", row(second, "PENDING"), first, second,
               "integrity")
    given_up = row(second, "DESTROYED", wrapped=None, kekVersion="", retiredMicros=1_760_000_000_000_000)
    yield file("given-up", "A root that waited and was given up is DESTROYED, and sealed by the ACTIVE one.", given_up, first, first, "ok")
    yield file("given-up-by-itself", "It seals nothing, the word that it was given up neither.", given_up, first, second, "integrity")
    yield file("active", "An ACTIVE root is sealed by itself.", row(second, "ACTIVE", **after), second, second, "ok")
    yield file("decrypt-only", "A root that was replaced is sealed by the ACTIVE one.", row(first, "DECRYPT_ONLY", **before), second,
               second, "ok")
    yield file("retired", "So is one that is RETIRED.", row(first, "RETIRED", **retired), second, second, "ok")
    yield file("retired-by-itself", "A RETIRED root vouches for no row.", row(first, "RETIRED", **retired), second, first,
               "integrity")


COLUMN = {"schema": "public", "table": "patient", "column": "ssn", "field": SSN, "keyColumns": ["id"], "perTenant": False,
          "tenantColumn": None, "mode": "FIELD", "type": "string", "sealNulls": False, "origin": "clinic.Patient.ssn"}
COLUMN_EDITS = {"schema": "clinic", "table": "visit", "column": "note", "field": "patient.note", "keyColumns": ["id", "part"],
                "perTenant": True, "mode": "ROW", "type": "bytes", "sealNulls": True, "origin": "clinic.Patient.note"}


def catalogue_seals():
    registry = key("registry", REGISTRY_FIELD, None, "REGISTRY")

    def seal(row):
        return catalogue_seal(registry.seal, row, TAGS)

    def file(name, about, row, mac, outcome):
        came, right = outcome_of(lambda: {"seal": seal(row)})
        if came == "ok":
            came = "ok" if right["seal"] == mac else "integrity"
        assert came == outcome, f"{name}: declared {outcome}, computed {came}"
        return scenario(name, about, "catalogue-seal", {"row": row, "seal": mac.hex()}, outcome, keys=[registry])

    tenanted = {"perTenant": True, "tenantColumn": "clinic"}
    longest = {"schema": "s" * 255, "table": "t" * 255, "column": "c" * 255, "keyColumns": [f"k{i}" for i in range(32)],
               "origin": "o" * 1000}
    valid = {"plain": {}, "tenant": tenanted, "tenant-not-in-the-table": {"perTenant": True}, "no-key": {"keyColumns": []},
             "keys": {"keyColumns": ["part", "id"]}, "row-mode": {"mode": "ROW"}, "nulls": {"sealNulls": True},
             "date": {"type": "local-date"}, "non-ascii": {"table": "zoë", "column": "odd \"column\"", "origin": "Zürich"},
             "no-origin": {"origin": ""}, "longest": longest,
             "tokens": {"bits": 64, "unique": [], "parts": [{**PART, "normalizer": "tegula.tokens.8.tegula.words"}]}}
    for label, change in valid.items():
        row = {**COLUMN, **change}
        yield file(f"catalogue-seal-{label}", "The seal covers every column of a catalogue row.", row, seal(row), "ok")
    for column, value in COLUMN_EDITS.items():
        yield file(f"catalogue-seal-edited-{column}", f"{column} was edited after sealing.", {**COLUMN, column: value},
                   seal(COLUMN), "integrity")
    yield file("catalogue-seal-edited-tenantColumn", "tenantColumn was edited after sealing.",
               {**COLUMN, **tenanted, "tenantColumn": "region"}, seal({**COLUMN, **tenanted}), "integrity")
    swapped = {**COLUMN, "keyColumns": ["id", "part"]}
    yield file("catalogue-seal-keys-swapped", "The order of the key's columns is sealed.",
               {**COLUMN, "keyColumns": ["part", "id"]}, seal(swapped), "integrity")
    yield file("catalogue-seal-keys-joined", "Two names are not one name.", {**COLUMN, "keyColumns": ["idpart"]}, seal(swapped),
               "integrity")
    yield file("catalogue-seal-names-moved", "Where one name ends and the next begins is sealed.",
               {**COLUMN, "schema": "publicp", "table": "atient"}, seal(COLUMN), "integrity")
    yield file("catalogue-seal-cut", "A seal cut to 31 bytes.", COLUMN, seal(COLUMN)[:31], "integrity")
    yield file("catalogue-seal-empty", "A row without a seal.", COLUMN, b"", "integrity")
    yield file("catalogue-seal-flipped", "A seal that differs in one bit.", COLUMN,
               seal(COLUMN)[:-1] + bytes([seal(COLUMN)[-1] ^ 1]), "integrity")
    other = key("other registry", REGISTRY_FIELD, None, "REGISTRY")
    yield file("catalogue-seal-of-another-registry", "A row sealed under another REGISTRY root.", COLUMN,
               catalogue_seal(other.seal, COLUMN, TAGS), "integrity")
    refused = {"empty-schema": {"schema": ""}, "empty-column": {"column": ""}, "empty-key": {"keyColumns": [""]},
               "empty-tenant-column": {"perTenant": True, "tenantColumn": ""}, "name-too-long": {"table": "t" * 256},
               "name-too-many-bytes": {"table": "é" * 128}, "keys-too-many": {"keyColumns": [f"k{i}" for i in range(33)]},
               "origin-too-long": {"origin": "o" * 1001}, "field": {"field": "Patient.ssn"},
               "tenant-column-without-per-tenant": {"tenantColumn": "clinic"}}
    for label, change in refused.items():
        yield file(f"catalogue-row-{label}", "A column of a catalogue row outside its grammar.", {**COLUMN, **change},
                   seal(COLUMN), "malformed-input")


PART = {"field": SSN, "column": "ssn", "normalizer": "tegula.digits_only", "version": 1}
BORN = {"field": "patient.born", "column": "born", "normalizer": "clinic.year", "version": 3}
INDEX = {"schema": "public", "table": "patient", "column": "ssn_index", "next": None, "name": "", "bits": 256,
         "perTenant": False, "parts": [PART], "unique": ["ssn_index"], "origin": "clinic.Patient.ssnIndex"}
INDEX_EDITS = {"schema": "clinic", "table": "visit", "column": "ssn_index2", "next": "ssn_next", "name": "by.ssn", "bits": 255, "perTenant": True,
               "parts": [PART, BORN], "unique": [], "origin": "clinic.Patient.other"}


def index_seals():
    registry = key("registry", REGISTRY_FIELD, None, "REGISTRY")

    def seal(row):
        return index_seal(registry.seal, row)

    def file(name, about, row, mac, outcome):
        came, right = outcome_of(lambda: {"seal": seal(row)})
        if came == "ok":
            came = "ok" if right["seal"] == mac else "integrity"
        assert came == outcome, f"{name}: declared {outcome}, computed {came}"
        return scenario(name, about, "index-seal", {"row": row, "seal": mac.hex()}, outcome, keys=[registry])

    both = {**INDEX, "unique": [], "parts": [PART, BORN]}
    longest = {"schema": "s" * 255, "table": "t" * 255, "column": "c" * 255, "name": "n" * 100, "origin": "o" * 1000,
               "parts": [{**PART, "field": "f" * 100, "normalizer": "x" * 100, "version": 2 ** 31 - 1}] * 32,
               "unique": ["c" * 255] + [f"d{i:02}" for i in range(31)]}
    valid = {"plain": {}, "not-unique": {"unique": []}, "unique-with-others": {"unique": ["clinic", "ssn_index"]},
             "several": {"parts": [PART, BORN]}, "few-bits": {"bits": 16, "unique": []}, "one-bit": {"bits": 1, "unique": []},
             "named": {"name": "by.ssn"}, "next": {"next": "ssn_index_next"}, "tenant": {"perTenant": True},
             "tokens-next": {"next": "ssn_index_next", "bits": 64, "unique": [], "parts": [{**PART, "normalizer": "tegula.tokens.8.tegula.words"}]},
             "values-elsewhere": {"parts": [{**PART, "column": None}]},
             "non-ascii": {"table": "zoë", "origin": "Zürich", "parts": [{**PART, "column": "odd \"column\""}]},
             "no-origin": {"origin": ""}, "longest": longest}
    for label, change in valid.items():
        row = {**INDEX, **change}
        yield file(f"index-seal-{label}", "The seal covers every column of an index row.", row, seal(row), "ok")
    for column, value in INDEX_EDITS.items():
        unique = {"unique": [value]} if column == "column" else {}
        yield file(f"index-seal-edited-{column}", f"{column} was edited after sealing.", {**INDEX, column: value, **unique},
                   seal(INDEX), "integrity")
    for member, value in {"field": "patient.note", "column": "note", "normalizer": "tegula.exact", "version": 2}.items():
        yield file(f"index-seal-edited-part-{member}", f"{member} of a part was edited after sealing.",
                   {**INDEX, "parts": [{**PART, member: value}]}, seal(INDEX), "integrity")
    yield file("index-seal-parts-swapped", "The order of the parts is sealed.", {**both, "parts": [BORN, PART]}, seal(both),
               "integrity")
    yield file("index-seal-unique-joined", "Two names are not one name.", {**INDEX, "unique": ["clinic", "ssn_index"]},
               seal(INDEX), "integrity")
    yield file("index-seal-names-moved", "Where one name ends and the next begins is sealed.",
               {**INDEX, "schema": "publicp", "table": "atient"}, seal(INDEX), "integrity")
    yield file("index-seal-cut", "A seal cut to 31 bytes.", INDEX, seal(INDEX)[:31], "integrity")
    yield file("index-seal-empty", "A row without a seal.", INDEX, b"", "integrity")
    yield file("index-seal-flipped", "A seal that differs in one bit.", INDEX,
               seal(INDEX)[:-1] + bytes([seal(INDEX)[-1] ^ 1]), "integrity")
    yield file("index-seal-of-a-catalogue-row", "A seal of a catalogue row is none of an index row.", INDEX,
               catalogue_seal(registry.seal, COLUMN, TAGS), "integrity")
    other = key("other registry", REGISTRY_FIELD, None, "REGISTRY")
    yield file("index-seal-of-another-registry", "A row sealed under another REGISTRY root.", INDEX,
               index_seal(other.seal, INDEX), "integrity")
    refused = {"empty-schema": {"schema": ""}, "empty-column": {"column": "", "unique": []}, "bits-0": {"bits": 0},
               "bits-257": {"bits": 257}, "no-parts": {"parts": []}, "parts-too-many": {"parts": [PART] * 33},
               "part-column-empty": {"parts": [{**PART, "column": ""}]}, "part-field": {"parts": [{**PART, "field": "Ssn"}]},
               "part-normalizer": {"parts": [{**PART, "normalizer": ""}]}, "version-0": {"parts": [{**PART, "version": 0}]},
               "name": {"name": "By ssn"}, "next-empty": {"next": ""}, "next-itself": {"next": "ssn_index"}, "unique-not-sorted": {"unique": ["ssn_index", "clinic"]},
               "unique-twice": {"unique": ["ssn_index", "ssn_index"]}, "unique-of-others": {"unique": ["clinic"]},
               "origin-too-long": {"origin": "o" * 1001}, "name-too-long": {"table": "t" * 256}}
    for label, change in refused.items():
        yield file(f"index-row-{label}", "A column of an index row outside its grammar.", {**INDEX, **change}, seal(INDEX),
                   "malformed-input")


def scenarios():
    for group in (tuples, tenants, fields, values, derivations, wrap_contexts, seals, catalogue_seals, index_seals):
        yield from group()
