"""One AES-GCM ciphertext that opens under two keys: a block of it is solved for in GF(2^128)."""

import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .format1 import xaes_subkey

R = 0xE1 << 120


def multiply(x, y):
    """The product in GF(2^128) with GCM's bit order (NIST SP 800-38D, 6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = y >> 1 ^ (R if y & 1 else 0)
    return product


def power(x, exponent):
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, x)
        x, exponent = multiply(x, x), exponent >> 1
    return result


def inverse(x):
    return power(x, 2**128 - 2)


def blocks(data):
    padded = data + bytes(-len(data) % 16)
    return [int.from_bytes(padded[i:i + 16], "big") for i in range(0, len(padded), 16)]


class Side:
    """One of the two keys with the context its reader would use."""

    def __init__(self, enc_key, nonce, context, inner_bytes):
        subkey, iv = xaes_subkey(enc_key, nonce)
        ecb = Cipher(algorithms.AES(subkey), modes.ECB()).encryptor()
        self.h = int.from_bytes(ecb.update(bytes(16)), "big")
        self.mask = int.from_bytes(ecb.update(iv + struct.pack(">I", 1)), "big")
        counters = (iv + struct.pack(">I", 2 + i) for i in range(-(-inner_bytes // 16)))
        self.stream = ecb.update(b"".join(counters))
        self.context = context

    def tag(self, ciphertext):
        lengths = len(self.context) * 8 << 64 | len(ciphertext) * 8
        state = 0
        for block in [*blocks(self.context), *blocks(ciphertext), lengths]:
            state = multiply(state ^ block, self.h)
        return state ^ self.mask


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def forge(a, b, plain_a, plain_b, padding):
    """Blocks of plaintext for A, blocks for B, and one free block: the ciphertext with its tag, valid under both."""
    assert len(plain_a) % 16 == 0 and len(plain_b) % 16 == 0 and padding == 16
    start = xor(plain_a, a.stream)
    middle = xor(plain_b, b.stream[len(start):])
    body = start + middle
    without = body + bytes(16)
    # The last block of ciphertext is multiplied by H^2 (itself, then the block of lengths).
    slope = power(a.h, 2) ^ power(b.h, 2)
    free = multiply(a.tag(without) ^ b.tag(without), inverse(slope))
    ciphertext = body + free.to_bytes(16, "big")
    assert a.tag(ciphertext) == b.tag(ciphertext)
    return ciphertext + a.tag(ciphertext).to_bytes(16, "big")
