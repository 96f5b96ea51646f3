#!/usr/bin/env python3
"""How large the bodies of records become: bodies.py R.jsonl

Plain canonical map, zstd alone, zstd with the dictionary of proto/record; each also padded to 32 and
sealed as [RL-3] has it. Needs python3-zstandard and python3-msgpack; docs/decisions quotes it.
"""
import json
import pathlib
import sys

import msgpack
import zstandard

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEAL = 1 + 24 + 16  # codec, nonce, tag


def sealed(size):
    return -(-size // 32) * 32 + SEAL


def main():
    words = zstandard.ZstdCompressionDict((ROOT / "proto/record/words.dict").read_bytes())
    ways = {
        "plain": lambda b: b,
        "zstd": zstandard.ZstdCompressor(level=19).compress,
        "zstd with the dictionary": zstandard.ZstdCompressor(level=19, dict_data=words).compress,
    }
    bodies = []
    with open(sys.argv[1], encoding="utf-8") as f:
        for line in f:
            record = json.loads(line)
            bodies.append(msgpack.packb({1: record["title"], 2: record["body"], 3: 6,
                                         4: ["14133"], 52: record["ward"], 53: 1, 1000: 5}))
    print("| body of %d records | mean bytes | sealed |\n|---|---|---|" % len(bodies))
    for name, way in ways.items():
        sizes = [len(way(body)) for body in bodies]
        print("| %s | %.0f | %.0f |" % (name, sum(sizes) / len(sizes),
                                        sum(map(sealed, sizes)) / len(sizes)))


if __name__ == "__main__":
    main()
