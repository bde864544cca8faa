"""Blind tokens: the key of a column, tokenisers, dummies, and what is looked for."""

import hmac
import re
import unicodedata

from .format1 import SUITE, Key, Refused, field_item, hkdf_sha256, strict_text, tenant_item, tuple_
from .index import ROOT, TAGS, ignore_case
from .scenario import fixed, outcome_of, scenario
from .values import pack

STRING = bytes([TAGS["string"]])
NAME = "patient.name"
MOST = 4096


def words(text):
    inside = [c if unicodedata.category(c)[0] in "LM" or unicodedata.category(c) == "Nd" else " " for c in ignore_case(text)]
    return "".join(inside).split()


def trigrams(word):
    return [word[i:i + 3] for i in range(len(word) - 2)]


def limits(tokenizer):
    least, most = re.fullmatch(r"tegula\.prefixes\.(\d+)\.(\d+)", tokenizer).groups()
    return int(least), int(most)


def tokens(tokenizer, text):
    if not tokenizer.startswith("tegula."):
        return {text}
    if tokenizer == "tegula.words":
        return set(words(text))
    if tokenizer == "tegula.trigrams":
        return {t for word in words(text) for t in trigrams(word)}
    least, most = limits(tokenizer)
    return {word[:n] for word in words(text) for n in range(least, min(len(word), most) + 1)}


def terms(tokenizer, query):
    """The tokens of each term, in their order."""
    if not tokenizer.startswith("tegula."):
        return [[query]]
    if tokenizer == "tegula.words":
        return [[word] for word in words(query)]
    if tokenizer == "tegula.trigrams":
        return [trigrams(word) for word in words(query)]
    least, most = limits(tokenizer)
    return [[word[:most]] if len(word) >= least else [] for word in words(query)]


def item(token):
    return STRING + strict_text(token)


def token_key(root, tenant, field, name, bits, step, tokenizer, version):
    if not 16 <= bits <= 256 or bits % 8 or not 1 <= step <= 64:
        raise Refused("malformed-input")
    part = tuple_(field_item(field), STRING, field_item(tokenizer), pack("I", version))
    return hkdf_sha256(root, tuple_(
        b"tegula/v1/tokens", bytes([SUITE]), b"INDEX", tenant_item(tenant), field_item(field),
        field_item(name) if name else b"", pack("I", bits), pack("I", step), part))


def cut(derived, bits, message):
    return hmac.digest(derived, message, "sha256")[:bits // 8]


def stored(derived, bits, step, tokenizer, text):
    items = sorted(map(item, tokens(tokenizer, text)))
    if len(items) > MOST:
        raise Refused("malformed-input")
    found = {cut(derived, bits, tuple_(one)) for one in items}
    wanted = max(step, -(-len(found) // step) * step)
    i = 0
    while len(found) < wanted:
        found.add(cut(derived, bits, tuple_(pack("I", i), tuple_(*items))))
        i += 1
    return sorted(found)


def looked_for(derived, bits, tokenizer, query, any_):
    each = terms(tokenizer, query)
    if not any(each) or any_ and not all(each):
        raise Refused("malformed-input")
    chosen = {term[0] for term in each} if any_ else {token for term in each for token in term}
    return sorted({cut(derived, bits, tuple_(item(token))) for token in chosen})


def computed(root, text, query, any_, next_, **settings):
    derived = token_key(root, **settings)
    bits, step, tokenizer = settings["bits"], settings["step"], settings["tokenizer"]
    held = stored(derived, bits, step, tokenizer, text)
    wanted = None if query is None else looked_for(derived, bits, tokenizer, query, any_)
    if wanted is not None:
        assert set(wanted) & set(held) if any_ else set(wanted) <= set(held), f"{query} does not find {text}"
    result = {"key": derived.hex(), "stored": [t.hex() for t in held], "wanted": wanted and [t.hex() for t in wanted]}
    if next_:
        id_ = Key(root, settings["field"], settings["tenant"], "INDEX", 2).id
        result["next"] = [t.hex() for t in (id_, *held)]
    return result


def file(label, about, text="Anna Berg", outcome="ok", query=None, any_=False, root=ROOT, tenant=None, field=NAME, name="",
         bits=64, step=8, tokenizer="tegula.words", version=1, next_=False):
    settings = {"tenant": tenant, "field": field, "name": name, "bits": bits, "step": step, "tokenizer": tokenizer, "version": version}
    came, result = outcome_of(lambda: computed(root, text, query, any_, next_, **settings))
    assert came == outcome, f"{label}: declared {outcome}, computed {came}"
    given = {"root": root.hex(), **settings, "text": text, "query": query, "any": any_}
    return scenario("blind-tokens-" + label, about, "blind-tokens", given, outcome, result)


def parameters():
    about = "Every parameter of the tokens is in the derivation of their key."
    yield file("plain", about)
    yield file("other-root", about, root=fixed("root, other blind tokens"))
    yield file("other-field", about, field="patient.note")
    yield file("other-tokenizer", about, tokenizer="clinic.as_written")
    yield file("other-version", about, tokenizer="clinic.as_written", version=2)
    yield file("name", about, name="legacy")
    yield file("tenant", about, tenant="acme")
    yield file("step", about, step=4)
    for bits in (16, 24, 256):
        yield file(f"{bits}-bits", "The first bits of the MAC.", bits=bits)
    for bits in (0, 8, 20, 264):
        yield file(f"{bits}-bits", "A token has 2 to 32 whole bytes.", outcome="malformed-input", bits=bits)
    for step in (0, 65):
        yield file(f"step-{step}", "A step is 1 to 64.", outcome="malformed-input", step=step)


def numbers():
    about = "The number of tokens is a multiple of the step; those that fill it up come from the tokens."
    yield file("none", about, "— …")
    yield file("empty", about, "")
    yield file("as-many-as-the-step", about, "a b c d", step=4)
    yield file("one-more-than-the-step", about, "a b c d e", step=4)
    yield file("step-of-one", about, "a b c", step=1)
    yield file("twice", "A token stands once.", "Berg berg BERG")
    yield file("other-order", "Neither order nor spelling shows.", "berg, ANNA")
    yield file("two-equal-when-cut", "Tokens that are equal when they are cut stand once.", " ".join(f"w{i}" for i in range(400)), bits=16,
               step=64)
    yield file("too-many", "A text has at most 4,096 tokens.", " ".join(f"w{i}" for i in range(MOST + 1)), "malformed-input")


def tokenizers():
    about = "Tokenisers are the same on every platform and under every locale."
    texts = {"punctuation": "O'Neill-Ferreira, Dr.", "digits": "Flat 12b \u0661\u0662", "decomposed": "Zu\u0308rich",
             "sigma": "ΟΔΥΣΣΕΥΣ", "marks": "हिन्दी भाषा", "han": "山田太郎", "beyond-16-bits": "\U00010400\U00010401\U00010402\U00010403", "short": "Li Wu"}
    for id_ in ("tegula.words", "tegula.prefixes.2.4", "tegula.trigrams"):
        for label, text in texts.items():
            yield file(f"{id_[7:].replace('.', '-')}-{label}", about, text, tokenizer=id_)
        yield file(f"{id_[7:].replace('.', '-')}-later-letter", "What Unicode 13 has not assigned is refused.", "a\u1c89", "malformed-text",
                   tokenizer=id_)


def next_columns():
    about = "The next column holds the key id and, behind it, the tokens under that key."
    yield file("next", about, next_=True)
    yield file("next-tenant", about, tenant="acme", step=1, bits=256, next_=True)


def queries():
    about = "A query has the tokens of its terms."
    yield file("all-words", about, "Anna Maria Berg", query="BERG anna")
    yield file("any-word", about, "Anna Maria Berg", query="berg otto", any_=True)
    yield file("all-prefixes", about, "Annabella Berg", query="annab be", tokenizer="tegula.prefixes.2.4")
    yield file("any-prefix", about, "Annabella Berg", query="be otto", any_=True, tokenizer="tegula.prefixes.2.4")
    yield file("all-trigrams", about, "Annabella Berg", query="abel erg", tokenizer="tegula.trigrams")
    yield file("any-trigram", "Of a term of which any is looked for, one token.", "Annabella Berg", query="abel otto", any_=True,
               tokenizer="tegula.trigrams")
    yield file("all-but-a-short-term", "A term without a token is left to the comparison.", "Annabella Berg", query="annab b",
               tokenizer="tegula.prefixes.2.4")
    refused = "A query without a token would find every row."
    yield file("query-of-nothing", refused, query=" - ", outcome="malformed-input")
    yield file("query-too-short", refused, query="an", tokenizer="tegula.trigrams", outcome="malformed-input")
    yield file("any-with-a-short-term", "One term without a token would miss rows.", query="anna b", any_=True, outcome="malformed-input",
               tokenizer="tegula.prefixes.2.4")


def scenarios():
    for group in (parameters, numbers, tokenizers, next_columns, queries):
        yield from group()
