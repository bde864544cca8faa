"""Snapshots of secrets: a header that is associated data, and an envelope."""

import struct

from .format1 import ROW, Key, Refused, open_envelope, seal_envelope, strict_text, tuple_, wrap_context
from .scenario import fixed, key, outcome_of, scenario
from .secret import name_item, number
from .values import inner, read_inner

FIELD, DEPLOYMENT = "tegula.snapshot", "clinic-prod"
MADE, DAY = 1_750_000_000_000_000, 86_400
NOW = MADE + 3_600_000_000
SECRETS = [("app/prod/db/password", 2, None, b"hunter2"), ("app/prod/stripe-key", 7, MADE + 1, bytes([0xC3, 0x28, 0]))]


def items(data):
    """The items of a tuple that is all of the bytes."""
    count, at, found = struct.unpack_from(">I", data)[0] if len(data) >= 4 else -1, 4, []
    if not 0 <= count <= len(data) // 4:
        raise Refused("malformed-input")
    for _ in range(count):
        if at + 4 > len(data):
            raise Refused("malformed-input")
        length = struct.unpack_from(">I", data, at)[0]
        if at + 4 + length > len(data):
            raise Refused("malformed-input")
        found.append(data[at + 4:at + 4 + length])
        at += 4 + length
    if at != len(data):
        raise Refused("malformed-input")
    return found


def whole(data, size=8):
    if len(data) != size:
        raise Refused("malformed-input")
    return struct.unpack(">q", data)[0]


def text_of(data, most):
    try:
        found = data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Refused("malformed-input") from None
    if not 1 <= len(found.encode("utf-16-be")) // 2 <= most:
        raise Refused("malformed-input")
    return found


def ascending(names):
    for name in names:
        try:
            name_item(name.decode("ascii", "replace"))
        except Refused:
            raise Refused("malformed-input") from None
    if not names or any(a >= b for a, b in zip(names, names[1:])):
        raise Refused("malformed-input")


def below(name, prefixes):
    return any(name == p or name.startswith(p + b"/") for p in prefixes)


def read(file, deployment, asked, now):
    if file[:4] != b"TGSS" or file[4:5] != b"\x01" or len(file) < 9:
        raise Refused("malformed-input")
    length = struct.unpack_from(">I", file, 5)[0]
    if length > 65_536 or 9 + length > len(file):
        raise Refused("malformed-input")
    header = items(file[9:9 + length])
    if len(header) != 10:
        raise Refused("malformed-input")
    of, prefixes, made, max_age, audit, alias, provider, version, key_id, wrapped = header
    of, prefixes, made, max_age = text_of(of, 1 << 16), items(prefixes), whole(made), whole(max_age)
    ascending(prefixes)
    text_of(alias, 200), text_of(provider, 200), text_of(version, 2_048)
    if not 1 <= max_age <= 3_153_600_000 or len(audit) > 4_096 or len(key_id) != 32 or not 1 <= len(wrapped) <= 8_192:
        raise Refused("malformed-input")
    if of != deployment:
        raise Refused("snapshot")
    claimed = Key(bytes(32), FIELD)
    claimed.id = key_id
    if wrapped[:32] != wrap_context(deployment, claimed) or len(wrapped) != 64 or Key(wrapped[32:], FIELD).id != key_id:
        raise Refused("integrity")
    try:
        opened = open_envelope(file[9 + length:], [Key(wrapped[32:], FIELD)], FIELD, None, (ROW,), file[:9 + length])
        stored, value = read_inner(opened, "bytes")
        found = []
        for entry in items(value):
            name, number_, expires, secret = items(entry)
            found.append((name, whole(number_), whole(expires) if expires else None, secret))
        if found:
            ascending([name for name, *_ in found])
        if stored != "bytes" or any(not below(n, prefixes) or v < 1 or len(s) > 1_048_576 for n, v, _, s in found):
            raise Refused("integrity")
    except (Refused, ValueError):
        raise Refused("integrity") from None
    if not all(below(a.encode(), prefixes) for a in asked):
        raise Refused("snapshot")
    if now < made or now > made + max_age * 1_000_000:
        raise Refused("snapshot")
    return [{"name": n.decode(), "version": v, "expiresMicros": e, "value": s.hex()} for n, v, e, s in found]


def entry(name, version, expires, value):
    return tuple_(name.encode(), number(version), number(expires), value)


def header(prefixes=("app/prod",), deployment=DEPLOYMENT, made=MADE, max_age=DAY, audit=b"", alias="local", provider="vectors",
           version="1", under=None, wrapped=None, **_):
    under = under or key("snapshot", FIELD)
    wrapped = wrap_context(deployment, under) + under.root if wrapped is None else wrapped
    return tuple_(strict_text(deployment), tuple_(*[p.encode() for p in prefixes]), number(made), number(max_age), audit,
                  strict_text(alias), strict_text(provider), strict_text(version), under.id, wrapped)


def file_of(label, *, secrets=SECRETS, content=None, head=None, row=None, **parts):
    under = parts.get("under") or key("snapshot", FIELD)
    head = header(**parts) if head is None else head
    start = b"TGSS\x01" + struct.pack(">I", len(head)) + head
    value = tuple_(*[entry(*s) for s in secrets]) if content is None else content
    return start + seal_envelope(under, fixed("nonce, snapshot " + label, 24), inner("bytes", value, 0), ROW,
                                 start if row is None else row)


def scenarios():
    def made(label, about, outcome, file=None, asked=("app/prod",), now=NOW, deployment=DEPLOYMENT, **parts):
        file = file_of(label, **parts) if file is None else file
        came, found = outcome_of(lambda: read(file, deployment, asked, now))
        assert came == outcome, f"snapshot-{label}: declared {outcome}, computed {came}"
        return scenario(f"snapshot-{label}", about, "snapshot",
                        {"file": file.hex(), "deployment": deployment, "asked": list(asked), "nowMicros": now}, outcome,
                        {"secrets": found} if outcome == "ok" else None)

    plain = file_of("plain")
    length = 9 + struct.unpack_from(">I", plain, 5)[0]
    yield made("plain", "A snapshot gives what it holds.", "ok", plain)
    yield made("of-nothing", "Prefixes may hold nothing.", "ok", secrets=[])
    yield made("of-two-prefixes", "A name is equal to a prefix or below one.", "ok", prefixes=("app/prod", "app/test/key"),
               secrets=SECRETS + [("app/test/key", 1, None, b"")], asked=("app/test/key", "app/prod/db"))
    yield made("with-audit", "The head of a chain is taken as it is.", "ok", audit=bytes(range(40)))
    yield made("first-moment", "It is used from the moment at which it was made.", "ok", plain, now=MADE)
    yield made("last-moment", "It is used until its max age is over.", "ok", plain, now=MADE + DAY * 1_000_000)
    yield made("too-old", "It is not used a microsecond later.", "snapshot", plain, now=MADE + DAY * 1_000_000 + 1)
    yield made("clock-before", "It is not used where the clock is before it was made.", "snapshot", plain, now=MADE - 1)
    yield made("other-deployment", "It is of one deployment.", "snapshot", plain, deployment="clinic-test")
    yield made("other-prefix", "It holds what it says.", "snapshot", plain, asked=("app/prod", "app/test"))
    yield made("longer-prefix", "A prefix ends at a slash.", "snapshot", plain, asked=("app/production",))
    yield made("deployment-edited", "A file of another deployment does not open here.", "integrity",
               head=header(deployment=DEPLOYMENT, wrapped=wrap_context("other", key("snapshot", FIELD)) + key("snapshot", FIELD).root))
    yield made("key-of-another", "The key is the one that the header names.", "integrity",
               head=header(wrapped=wrap_context(DEPLOYMENT, key("snapshot", FIELD)) + key("other", FIELD).root))
    yield made("root-short", "A root has 32 bytes.", "integrity",
               head=header(wrapped=wrap_context(DEPLOYMENT, key("snapshot", FIELD)) + bytes(31)))
    for part, change in {"prefixes": {"prefixes": ("app/prod", "app/test")}, "made": {"made": MADE + 1}, "max-age": {"max_age": DAY + 1},
                         "audit": {"audit": b"\x00"}, "alias": {"alias": "main"}, "provider": {"provider": "other"},
                         "kek-version": {"version": "2"}}.items():
        yield made(f"{part}-edited", "Every byte of the header is bound to the content.", "integrity",
                   head=header(**change), row=plain[:length])
    for label, at in (("head", length), ("mode", length + 1), ("key-id", length + 2), ("salt", length + 34), ("iv", length + 46),
                      ("ciphertext", length + 58), ("tag", len(plain) - 1)):
        yield made(f"{label}-flipped", "A byte of the content is another one.", "integrity",
                   plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1:])
    yield made("cut", "The last byte is missing.", "integrity", plain[:-1])
    yield made("longer", "A byte was added.", "integrity", plain + b"\x00")
    yield made("without-content", "There is no content.", "integrity", plain[:length])
    good = entry("app/prod/a", 1, None, b"x")
    for label, content in {"no-tuple": b"x", "entry-of-three": tuple_(tuple_(b"app/prod/a", number(1), b"")),
                           "entries-twice": tuple_(good, good), "entry-outside": tuple_(entry("app/test/a", 1, None, b"x")),
                           "entries-unordered": tuple_(entry("app/prod/b", 1, None, b"x"), good),
                           "version-zero": tuple_(entry("app/prod/a", 0, None, b"x")),
                           "name-upper-case": tuple_(entry("app/prod/A", 1, None, b"x")),
                           "behind-the-tuple": tuple_(good) + b"\x00", "version-short": tuple_(tuple_(b"app/prod/a", b"\x01", b"", b"x"))}.items():
        yield made(label, "The content is a tuple of entries.", "integrity", content=content)
    for label, bad in {"empty": b"", "magic": b"TGKS" + plain[4:], "file-version": plain[:4] + b"\x02" + plain[5:],
                       "header-too-long": plain[:5] + struct.pack(">I", len(plain)) + plain[9:],
                       "header-short": plain[:5] + struct.pack(">I", length - 10) + plain[9:]}.items():
        yield made(label, "The form is checked first.", "malformed-input", bad)
    for label, parts in {"no-prefix": {"prefixes": ()}, "prefix-twice": {"prefixes": ("app/prod", "app/prod")},
                         "prefixes-unordered": {"prefixes": ("app/test", "app/prod")}, "prefix-upper-case": {"prefixes": ("App",)},
                         "max-age-zero": {"max_age": 0}, "max-age-too-long": {"max_age": 3_153_600_001},
                         "audit-too-long": {"audit": bytes(4_097)}, "alias-empty": {"alias": ""}, "alias-too-long": {"alias": "a" * 201},
                         "wrapped-empty": {"wrapped": b""}, "wrapped-too-long": {"wrapped": bytes(8_193)},
                         "deployment-empty": {"deployment": ""}}.items():
        yield made(label, "An item of the header is outside its grammar.", "malformed-input", head=header(**parts))
    under = key("snapshot", FIELD)
    full = items(plain[9:length])
    for label, change in {"nine-items": full[:9], "key-id-short": full[:8] + [under.id[:31], full[9]],
                          "made-short": full[:2] + [b"\x01"] + full[3:], "deployment-no-text": [b"\xff"] + full[1:],
                          "prefixes-no-tuple": [full[0], b"x"] + full[2:]}.items():
        yield made(label, "An item of the header is outside its grammar.", "malformed-input", head=tuple_(*change))
