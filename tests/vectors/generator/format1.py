"""Encodings, derivations and envelopes of format 1."""

import hashlib
import hmac
import re
import struct

from cryptography.hazmat.primitives import cmac
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUITE = 1
FIELD, ROW = 0, 1
REGISTRY_FIELD = "tegula.registry"


class Refused(Exception):
    """A must-reject rule; the argument is the outcome."""

    @property
    def outcome(self):
        return self.args[0]


def tuple_(*items):
    """u32 count, then each item as u32 length and bytes."""
    return struct.pack(">I", len(items)) + b"".join(struct.pack(">I", len(i)) + i for i in items)


def strict_text(text):
    try:
        return text.encode("utf-8", "strict")
    except UnicodeEncodeError:
        raise Refused("malformed-text") from None


def tenant_item(tenant):
    if tenant is None:
        return b"\x00"
    utf8 = strict_text(tenant)
    if not 1 <= len(utf8) <= 200:
        raise Refused("malformed-input")
    return b"\x01" + utf8


def field_item(field):
    if not re.fullmatch(r"[a-z0-9_.]{1,100}", field):
        raise Refused("malformed-input")
    return field.encode("ascii")


def hkdf_sha256(ikm, info, length=32):
    """RFC 5869, extract with an empty salt, then expand."""
    prk = hmac.digest(b"", ikm, "sha256")
    okm, block, counter = b"", b"", 1
    while len(okm) < length:
        block = hmac.digest(prk, block + info + bytes([counter]), "sha256")
        okm, counter = okm + block, counter + 1
    return okm[:length]


class Key:
    """A root and its scope: one line of the registry."""

    def __init__(self, root, field, tenant=None, purpose="DATA", version=1):
        if len(root) != 32:
            raise Refused("malformed-root")
        self.root, self.field, self.tenant, self.purpose, self.version = root, field, tenant, purpose, version
        self.id = self.derive("tegula/v1/key-id")
        self.enc = self.derive("tegula/v1/enc")
        self.seal = self.derive("tegula/v1/seal")
        self.wrap = self.derive("tegula/v1/wrap")

    def info(self, label):
        return tuple_(label.encode(), bytes([SUITE]), self.purpose.encode(), tenant_item(self.tenant), field_item(self.field))

    def derive(self, label):
        return hkdf_sha256(self.root, self.info(label))

    def json(self, **more):
        row = {"root": self.root.hex(), "tenant": self.tenant, "field": self.field,
               "purpose": self.purpose, "version": self.version}
        return {**row, **more}


def xaes_subkey(key, nonce):
    """The key and the 12-byte IV for AES-256-GCM (https://c2sp.org/XAES-256-GCM)."""
    halves = []
    for counter in (1, 2):
        mac = cmac.CMAC(algorithms.AES(key))
        mac.update(bytes([0, counter, 0x58, 0]) + nonce[:12])
        halves.append(mac.finalize())
    return b"".join(halves), nonce[12:]


def xaes_encrypt(key, nonce, plaintext, aad):
    subkey, iv = xaes_subkey(key, nonce)
    return AESGCM(subkey).encrypt(iv, plaintext, aad)


def xaes_decrypt(key, nonce, ciphertext, aad):
    subkey, iv = xaes_subkey(key, nonce)
    return AESGCM(subkey).decrypt(iv, ciphertext, aad)


def aad(head, tenant, field, row_id=None):
    items = [b"tegula/aad/v1", head, tenant_item(tenant), field_item(field)]
    return tuple_(*items) if row_id is None else tuple_(*items, row_id)


def seal_envelope(key, nonce, inner, mode=FIELD, row_id=None):
    head = bytes([SUITE, mode]) + key.id
    return head + nonce + xaes_encrypt(key.enc, nonce, inner, aad(head, key.tenant, key.field, row_id))


def open_envelope(envelope, keys, field, tenant, accept=(FIELD,), row_id=None, purpose="DATA"):
    """Checks 1 to 6; returns the inner bytes."""
    if not envelope or envelope[0] in (0x00, 0xFF) or 0x20 <= envelope[0] <= 0x7E:
        raise Refused("not-an-envelope")
    if envelope[0] != SUITE:
        raise Refused("unknown-suite")
    if len(envelope) < 75:
        raise Refused("cannot-open")
    if envelope[1] not in (FIELD, ROW) or envelope[1] not in accept:
        raise Refused("mode-refused")
    key = next((k for k in keys if hmac.compare_digest(k.id, envelope[2:34])), None)
    if key is None:
        raise Refused("key-unknown")
    if (key.field, key.tenant, key.purpose) != (field, tenant, purpose):
        raise Refused("cannot-open")
    context = aad(envelope[:34], tenant, field, row_id if envelope[1] == ROW else None)
    try:
        return xaes_decrypt(key.enc, envelope[34:58], envelope[58:], context)
    except Exception:
        raise Refused("cannot-open") from None


def wrap_context(deployment, key):
    return hashlib.sha256(tuple_(b"tegula/wrap/v1", strict_text(deployment), bytes([SUITE]), tenant_item(key.tenant),
                                 field_item(key.field), key.purpose.encode(), key.id)).digest()


def name_item(name):
    utf8 = strict_text(name)
    if not 1 <= len(utf8) <= 255:
        raise Refused("malformed-input")
    return utf8


def catalogue_seal(seal_key, row, tags):
    """HMAC-SHA-256 over every column of a catalogue row but its time; `row` is the JSON form of the vector files."""
    def flag(name):
        return bytes([1 if row[name] else 0])
    if row["tenantColumn"] is not None and not row["perTenant"]:
        raise Refused("malformed-input")
    if len(row["keyColumns"]) > 32 or len(strict_text(row["origin"])) > 1000:
        raise Refused("malformed-input")
    return hmac.digest(seal_key, tuple_(
        b"tegula/seal-field/v1", name_item(row["schema"]), name_item(row["table"]), name_item(row["column"]),
        field_item(row["field"]), tuple_(*map(name_item, row["keyColumns"])), flag("perTenant"),
        b"" if row["tenantColumn"] is None else name_item(row["tenantColumn"]),
        bytes([{"FIELD": FIELD, "ROW": ROW}[row["mode"]]]), bytes([tags[row["type"]]]), flag("sealNulls"),
        strict_text(row["origin"])), "sha256")


def index_seal(seal_key, row):
    """HMAC-SHA-256 over every column of an index row but its time; `row` is the JSON form of the vector files."""
    def number(value):
        return struct.pack(">q", value)
    if not 1 <= row["bits"] <= 256 or not 1 <= len(row["parts"]) <= 32 or len(row["unique"]) > 32:
        raise Refused("malformed-input")
    if any(not 1 <= part["version"] < 2 ** 31 for part in row["parts"]) or len(strict_text(row["origin"])) > 1000:
        raise Refused("malformed-input")
    if row["unique"] != sorted(set(row["unique"]), key=strict_text) or row["unique"] and row["column"] not in row["unique"]:
        raise Refused("malformed-input")
    if row["next"] == row["column"]:
        raise Refused("malformed-input")
    parts = [tuple_(field_item(part["field"]), b"" if part["column"] is None else name_item(part["column"]),
                    field_item(part["normalizer"]), number(part["version"])) for part in row["parts"]]
    return hmac.digest(seal_key, tuple_(
        b"tegula/seal-index/v1", name_item(row["schema"]), name_item(row["table"]), name_item(row["column"]),
        b"" if row["next"] is None else name_item(row["next"]), field_item(row["name"]) if row["name"] else b"", number(row["bits"]), bytes([1 if row["perTenant"] else 0]),
        tuple_(*parts), tuple_(*map(name_item, row["unique"])), strict_text(row["origin"])), "sha256")


def registry_seal(seal_key, row):
    """HMAC-SHA-256 over every column of a registry row; `row` is the JSON form of the vector files."""
    def instant(name):
        return b"" if row[name] is None else struct.pack(">q", row[name])
    return hmac.digest(seal_key, tuple_(
        b"tegula/seal/v1", bytes.fromhex(row["keyId"]), tenant_item(row["tenant"]), field_item(row["field"]),
        row["purpose"].encode(), struct.pack(">q", row["version"]), bytes([row["suite"]]), row["state"].encode(),
        struct.pack(">q", row["rev"]), strict_text(row["provider"]), strict_text(row["kekAlias"]),
        strict_text(row["kekVersion"]), bytes.fromhex(row["wrapped"] or ""), instant("createdMicros"),
        instant("activatedMicros"), instant("retiredMicros"), instant("exportedMicros")), "sha256")
