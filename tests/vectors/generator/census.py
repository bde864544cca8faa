"""Sealed rows of censuses."""

import hmac

from .format1 import Refused, name_item, strict_text, tuple_
from .secret import seals

DOCUMENT = '{"relation":16400,"complete":true,"rows":90,"columns":[{"column":"ssn","values":{},"nulls":90}]}'
ROW = {"schema": "public", "table": "patient", "part": "LAST", "document": DOCUMENT}
EDITS = {"schema": "archive", "table": "visit", "part": "RUNNING", "document": DOCUMENT.replace("90", "0")}


def census_seal(seal_key, row):
    if row["part"] not in ("LAST", "RUNNING"):
        raise Refused("malformed-input")
    document = strict_text(row["document"])
    if not 1 <= len(document) <= 16_777_216:
        raise Refused("malformed-input")
    return hmac.digest(seal_key, tuple_(
        b"tegula/seal-census/v1", name_item(row["schema"]), name_item(row["table"]), row["part"].encode(), document), "sha256")


def scenarios():
    yield from seals("census-seal", census_seal, ROW, EDITS,
                     {"plain": {}, "running": {"part": "RUNNING"}, "non-ascii": {"schema": "klinik", "table": "prüfung"}}, {})
