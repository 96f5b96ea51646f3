#!/usr/bin/env python3
"""No unfinished work is left in a file: notes to self, and paths of the machine it was written on."""
import re

import source

FORBIDDEN = re.compile(r"\b(TODO|FIXME|XXX|HACK|TBD|WIP|not implemented|stub|placeholder|"
                       r"for now)\b|(?<![\w.])/(?:work|home/\w+)/|\.\./shared\b")
SKIPPED = ("tests/lint/", "LICENSE", "tests/fuzz/corpus/", "tests/vectors/")
TEXT = (".c", ".h", ".def", ".sql", ".py", ".sh", ".md", ".build", ".txt", ".csv", ".ini", ".yml", "")


def check(root, report):
    paths = [p for p in source.tracked(root)
             if not p.startswith(SKIPPED) and (root / p).suffix in TEXT]
    for path in paths:
        try:
            text = source.text_of(root, path)
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found = FORBIDDEN.search(line)
            if found:
                report.add(path, number, f"`{found.group(0)}` has no place here")
    return len(paths)


if __name__ == "__main__":
    source.run(check)
