"""The cipher alone: vectors published with XAES-256-GCM, and one ciphertext that opens under two keys."""

import hashlib

from .forgery import Side, forge
from .format1 import FIELD, SUITE, aad, xaes_decrypt, xaes_encrypt
from .scenario import SSN, fixed, key, opening, scenario
from .values import TAGS

PUBLISHED = "https://c2sp.org/XAES-256-GCM, test vectors"


def vector(name, about, enc, nonce, plaintext, context, ciphertext):
    assert xaes_decrypt(enc, nonce, ciphertext, context) == plaintext, name
    return scenario(name, about, "xaes", {"key": enc.hex(), "nonce": nonce.hex(), "aad": context.hex(),
                                          "ciphertext": ciphertext.hex()}, "ok", {"plaintext": plaintext.hex()})


def published():
    nonce, plaintext = b"ABCDEFGHIJKLMNOPQRSTUVWX", b"XAES-256-GCM"
    for label, enc, context, ciphertext in (
            ("msb-0", b"\1" * 32, b"", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
            ("msb-1", b"\3" * 32, b"c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d")):
        assert xaes_encrypt(enc, nonce, plaintext, context).hex() == ciphertext
        yield vector(f"xaes-c2sp-{label}", PUBLISHED + ".", enc, nonce, plaintext, context, bytes.fromhex(ciphertext))


def accumulated():
    iterations, digest = 10_000, "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939"
    stream, used, hash_ = hashlib.shake_128(b"").digest(iterations * (32 + 24 + 2 * 256)), 0, hashlib.shake_128()

    def read(size):
        nonlocal used
        used += size
        return stream[used - size:used]

    for _ in range(iterations):
        enc, nonce = read(32), read(24)
        plaintext = read(read(1)[0])
        hash_.update(xaes_encrypt(enc, nonce, plaintext, read(read(1)[0])))
    assert hash_.hexdigest(32) == digest
    yield scenario("xaes-c2sp-accumulated", PUBLISHED + ", accumulated randomized tests: inputs from SHAKE-128 of nothing, "
                   "SHAKE-128 over all ciphertexts.", "xaes-accumulated", {"iterations": iterations}, "ok",
                   {"digest": digest})


def two_keys():
    """Tenant alpha's reader and tenant beta's reader would each open the same bytes to their own text."""
    alpha, beta = key("forgery alpha", tenant="alpha"), key("forgery beta", tenant="beta")
    head = bytes([SUITE, FIELD]) + alpha.id
    contexts = [aad(head, tenant, SSN) for tenant in ("alpha", "beta")]
    tag = bytes([TAGS["bytes"]])
    text_a, text_b = b"for alpha only!", b"for beta only !!"
    size = len(tag + text_a + text_b) + 16
    for attempt in range(100_000):
        nonce = fixed(f"forgery nonce {attempt}", 24)
        a, b = (Side(k.enc, nonce, c, size) for k, c in zip((alpha, beta), contexts))
        if a.stream[0] == b.stream[0]:
            break
    else:
        raise AssertionError("no nonce gives both plaintexts the type byte of bytes")
    ciphertext = forge(a, b, tag + text_a, text_b, 16)
    plain_a, plain_b = (xaes_decrypt(k.enc, nonce, ciphertext, c) for k, c in zip((alpha, beta), contexts))
    assert plain_a[:1] == plain_b[:1] == tag and plain_a != plain_b
    assert plain_a[1:16] == text_a and plain_b[16:32] == text_b

    about = "A ciphertext made to open under two keys: "
    yield vector("forgery-cipher-alpha", about + "the cipher alone opens it under the key of tenant alpha.", alpha.enc, nonce,
                 plain_a, contexts[0], ciphertext)
    yield vector("forgery-cipher-beta", about + "the cipher alone opens the same bytes under the key of tenant beta.", beta.enc,
                 nonce, plain_b, contexts[1], ciphertext)
    envelope = head + nonce + ciphertext
    yield opening("forgery-open-alpha", about + "it opens for the tenant whose key id it carries.", envelope,
                  keys=[alpha, beta], tenant="alpha", mapped="bytes", text=plain_a[1:].hex())
    yield opening("forgery-open-beta", about + "the key id commits to alpha's key and scope, so beta's reader refuses it.",
                  envelope, "cannot-open", keys=[alpha, beta], tenant="beta", mapped="bytes")
    yield opening("forgery-open-beta-alone", about + "beta's key is the only one known; it is not tried.", envelope,
                  "key-unknown", keys=[beta], tenant="beta", mapped="bytes")
    yield opening("forgery-open-relabelled", about + "with beta's key id in the head the AAD is another, and it opens nowhere.",
                  envelope[:2] + beta.id + envelope[34:], "cannot-open", keys=[alpha, beta], tenant="beta", mapped="bytes")
    given = {"root": beta.root.hex(), "field": SSN, "tenant": "beta", "purpose": "DATA", "keyId": alpha.id.hex()}
    yield scenario("forgery-registry-row", about + "a registry row that gives beta's root alpha's key id is refused when the id "
                   "is computed again.", "key-commitment", given, "integrity")


def scenarios():
    for group in (published, accumulated, two_keys):
        yield from group()
