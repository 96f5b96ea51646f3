#!/usr/bin/env python3
"""The pictures of docs/pictures, in both languages: taken by the walk of page_browser.py, so that what the
manual shows is what the program does. Nothing is taken over where the walk found a fault.

usage: page_pictures.py KUKYOKU KUKYOKUD DATA DOCS
"""
import os
import shutil
import subprocess
import sys
import tempfile

# name in docs/pictures: whose screen
PICTURES = {"home": "lead", "ward": "lead", "area": "lead", "compare": "lead", "issue": "lead",
            "evidence": "lead", "write": "lead", "conflict": "lead", "disclosure": "lead",
            "queue": "officer", "case": "officer", "wards": "officer"}


def main(kukyoku, kukyokud, data, docs):
    walk = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page_browser.py")
    with tempfile.TemporaryDirectory() as shots:
        done = subprocess.run([sys.executable, walk, kukyoku, kukyokud, data, shots], text=True,
                              stdout=subprocess.PIPE)
        print(done.stdout, end="")
        if done.returncode != 0 or "\nnot ok" in done.stdout or "# SKIP" in done.stdout:
            print("the walk has to pass first", file=sys.stderr)
            return 1
        for lang in ("ja", "en"):
            os.makedirs(os.path.join(docs, "pictures", lang), exist_ok=True)
            for name, person in PICTURES.items():
                shutil.copy(os.path.join(shots, "%s-%s-%s.png" % (person, lang, name)),
                            os.path.join(docs, "pictures", lang, name + ".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
