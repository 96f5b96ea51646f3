#!/usr/bin/env python3
"""Trains words.dict, the dictionary that compresses bodies of records ([RL-3]), from words.txt.

usage: make_words.py WORDS.txt OUT.dict     (needs Debian's python3-zstandard)

words.txt was written for this purpose; no record of anybody went into it. The dictionary that is
committed defines codec 1: it must never be made anew under the same number.
"""
import random
import sys

import zstandard

lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
rng = random.Random(2026)
pieces = [piece for line in lines for piece in line.replace("。", "。\n").replace("、", "、\n").splitlines()]


def sample():
    picked = rng.sample(lines, 2) + rng.sample(pieces, 8)
    rng.shuffle(picked)
    return "".join(picked).encode()


trained = zstandard.train_dictionary(8192, [sample() for _ in range(4000)], level=19, dict_id=1)
open(sys.argv[2], "wb").write(trained.as_bytes())
