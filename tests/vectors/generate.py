#!/usr/bin/env python3
"""Writes the vector files, or compares them: generate.py [--check]"""

import json
import pathlib
import sys

from generator import (audit, branch, census, documents, index, inner, keys, paths, rejected, secret, shred, snapshot, tokens, valid,
                       xaes)

HERE = pathlib.Path(__file__).parent

# A directory for each runner: the core, the command line twice, the mapping of documents, the Tink adapter.
DIRECTORIES = {
    "format-v1": (valid.scenarios, rejected.scenarios, inner.scenarios, keys.scenarios, xaes.scenarios, index.scenarios,
                  tokens.scenarios,
                  documents.scenarios_format, branch.scenarios, secret.scenarios,
                  census.scenarios, shred.scenarios, audit.scenarios, snapshot.scenarios),
    "text-form-v1": (documents.scenarios_text,),
    "document-v1": (paths.scenarios,),
    "key-backup-v1": (documents.scenarios_backup,),
    "keyset-file-v1": (documents.scenarios_keyset,),
}


def files():
    made = {}
    for directory, groups in DIRECTORIES.items():
        for group in groups:
            for scenario in group():
                name = f"{directory}/{scenario['name']}.json"
                assert name not in made, name
                made[name] = json.dumps(scenario, indent=2) + "\n"
    return made


def main(check):
    made = files()
    stored = {f"{d}/{p.name}": p.read_text() for d in DIRECTORIES for p in (HERE / d).glob("*")}
    different = sorted(n for n in made.keys() | stored.keys() if made.get(n) != stored.get(n))
    if check:
        for name in different:
            print(f"{name}: differs from what generate.py makes", file=sys.stderr)
        print(f"{len(made)} vectors, {len(different)} different")
        return 1 if different else 0
    for directory in DIRECTORIES:
        (HERE / directory).mkdir(exist_ok=True)
    for name in stored.keys() - made.keys():
        (HERE / name).unlink()
    for name, text in made.items():
        (HERE / name).write_text(text)
    print(f"{len(made)} vectors, {len(different)} changed")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    sys.exit(main("--check" in sys.argv))
