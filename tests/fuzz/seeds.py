#!/usr/bin/env python3
"""Every message, shape and document of the lists has a first input in corpus/: a new one is not forgotten.

usage: seeds.py FUZZ-SEEDS CORPUS
"""
import os
import subprocess
import sys
import tempfile


def main():
    program, corpus = sys.argv[1:]
    with tempfile.TemporaryDirectory() as place:
        for target in os.listdir(corpus):
            os.mkdir(os.path.join(place, target))
        subprocess.run([program, place], check=True)
        made = {(target, name) for target in os.listdir(place) for name in os.listdir(os.path.join(place, target))}
    missing = sorted("%s/%s" % seed for seed in made if not os.path.exists(os.path.join(corpus, *seed)))
    print("%d first inputs, missing: %s" % (len(made), ", ".join(missing) or "none"))
    return 1 if missing or not made else 0


if __name__ == "__main__":
    sys.exit(main())
