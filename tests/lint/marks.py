#!/usr/bin/env python3
"""Every mark of docs/protocol.md ([EN-1] …) is cited by code and by a test; no other is cited.

`[EN-1] … [EN-9]` cites all from 1 to 9.
"""
import re

import source

MARK = re.compile(r"\[([A-Z]{2,3})-(\d+)\]")
RANGE = re.compile(r"\[([A-Z]{2,3})-(\d+)\]\s*(?:…|\.\.\.|–)\s*\[([A-Z]{2,3})-(\d+)\]")
CODE = (".c", ".h", ".def", ".sql")
TESTS = CODE + (".py", ".sh", ".build", ".md")


def cited(text):
    """(mark, line) of every citation; a range gives each of its marks."""
    found = [((m.group(1), int(m.group(2))), text.count("\n", 0, m.start()) + 1)
             for m in MARK.finditer(text)]
    for m in RANGE.finditer(text):
        line = text.count("\n", 0, m.start()) + 1
        if m.group(1) == m.group(3):
            found += [((m.group(1), n), line)
                      for n in range(int(m.group(2)) + 1, int(m.group(4)))]
    return found


def citations(root, folders, suffixes):
    where = {}
    for path in source.files(root, folders, suffixes):
        if path.startswith("tests/lint/"):
            continue
        for mark, line in cited(source.text_of(root, path)):
            where.setdefault(mark, (path, line))
    return where


def check(root, report):
    specified = {}
    for mark, line in cited(source.text_of(root, "docs/protocol.md")):
        specified.setdefault(mark, line)
    code = citations(root, source.PRODUCT, CODE)
    tests = citations(root, ("tests",), TESTS)
    for mark, line in sorted(specified.items()):
        name = f"[{mark[0]}-{mark[1]}]"
        if mark not in code:
            report.add("docs/protocol.md", line, f"{name} is cited by no code")
        if mark not in tests:
            report.add("docs/protocol.md", line, f"{name} is cited by no test")
    for where in (code, tests):
        for mark, (path, line) in sorted(where.items()):
            if mark not in specified:
                report.add(path, line, f"[{mark[0]}-{mark[1]}] is no mark of docs/protocol.md")
    return len(specified)


if __name__ == "__main__":
    source.run(check)
