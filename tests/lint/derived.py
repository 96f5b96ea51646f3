#!/usr/bin/env python3
"""Pages that are printed from the lists: are messages.md, errors.md and the others up to date?

derived.py PROGRAM            fails with the difference
derived.py --write PROGRAM    renews the pages; PROGRAM is <build>/tests/lint/derived-docs
"""
import difflib
import pathlib
import subprocess
import sys

PAGES = {name: f"docs/{name}.md" for name in ("messages", "errors", "records", "daemon", "page-api",
                                             "doctor", "settings")}
MANUAL = ("kukyoku.1", "kukyokud.8", "kukyokud.ini.5", "kukyoku.ini.5",
          "kukyoku-errors.7")
PAGES |= {lang + page: f"deploy/man/{lang}{page}" for lang in ("", "ja/") for page in MANUAL}
PAGES |= {name: f"deploy/completion/{name}" for name in ("kukyoku.bash", "_kukyoku", "kukyoku.fish")}
ROOT = pathlib.Path(__file__).resolve().parents[2]


def main(args):
    write = "--write" in args
    program = [a for a in args if a != "--write"]
    if len(program) != 1:
        print(__doc__)
        return 2
    failed = 0
    for name, path in PAGES.items():
        want = subprocess.run([program[0], name], check=True, capture_output=True).stdout.decode()
        page = ROOT / path
        if write:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(want, encoding="utf-8")
            continue
        have = page.read_text(encoding="utf-8") if page.exists() else ""
        if have == want:
            continue
        failed = 1
        print(f"{path}: differs from the lists; renew it: tests/lint/derived.py --write {program[0]}")
        print("".join(list(difflib.unified_diff(have.splitlines(True), want.splitlines(True),
                                                path, "lists"))[:40]))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
