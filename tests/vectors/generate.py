#!/usr/bin/env python3
"""Writes the vector files of format 1, or compares them: generate.py [--check]"""

import json
import pathlib
import sys

from generator import inner, keys, rejected, valid, xaes

TARGET = pathlib.Path(__file__).parent / "format-v1"


def files():
    made = {}
    for module in (valid, rejected, inner, keys, xaes):
        for scenario in module.scenarios():
            name = scenario["name"] + ".json"
            assert name not in made, name
            made[name] = json.dumps(scenario, indent=2) + "\n"
    return made


def main(check):
    made = files()
    stored = {p.name: p.read_text() for p in TARGET.glob("*")} if TARGET.is_dir() else {}
    different = sorted(n for n in made.keys() | stored.keys() if made.get(n) != stored.get(n))
    if check:
        for name in different:
            print(f"{name}: differs from what generate.py makes", file=sys.stderr)
        print(f"{len(made)} vectors, {len(different)} different")
        return 1 if different else 0
    TARGET.mkdir(exist_ok=True)
    for name in stored.keys() - made.keys():
        (TARGET / name).unlink()
    for name, text in made.items():
        (TARGET / name).write_text(text)
    print(f"{len(made)} vectors, {len(different)} changed")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    sys.exit(main("--check" in sys.argv))
