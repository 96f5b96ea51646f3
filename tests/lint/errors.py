#!/usr/bin/env python3
"""errors.def: codes unique and ascending; each used by the product, and provoked by a test.

A code that no test can provoke stands in tests/lint/errors-unprovoked.txt with the reason.
"""
import re

import source

ROW = re.compile(r"^\s*E\((\w+),\s*(\d+),", re.MULTILINE)
LIST = "include/kukyoku/errors.def"
UNPROVOKED = "tests/lint/errors-unprovoked.txt"


def used(root, folders, suffixes, skip):
    """Every KK_E_NAME and every E1234 that stands in the files."""
    words = set()
    for path in source.files(root, folders, suffixes):
        if not path.startswith(skip):
            words |= set(re.findall(r"\bKK_E_(\w+)|\bE(\d{4})\b", source.text_of(root, path)))
    return {a for a, _ in words if a} | {int(b) for _, b in words if b}


def excused(root):
    rows = {}
    for number, line in enumerate(source.text_of(root, UNPROVOKED).splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.partition(" ")
            rows[name] = (number, reason.strip())
    return rows


def check(root, report):
    text = source.text_of(root, LIST)
    rows = [(m.group(1), int(m.group(2)), text.count("\n", 0, m.start(1)) + 1)
            for m in ROW.finditer(text)]
    product = used(root, source.PRODUCT, (".c", ".h"), "include/kukyoku/error")
    tests = used(root, ("tests",), (".c", ".h", ".py", ".sh"), "tests/lint/")
    excuses = excused(root)
    last = 0
    for name, code, line in rows:
        if code <= last:
            report.add(LIST, line, f"{name} {code}: not above {last}")
        last = max(last, code)
        if name not in product:
            report.add(LIST, line, f"{name}: nothing in the product uses it")
        if name not in tests and code not in tests and name not in excuses:
            report.add(LIST, line, f"{name}: no test provokes it")
    names = {name for name, _, _ in rows}
    for name, (line, reason) in excuses.items():
        if name not in names or not reason:
            report.add(UNPROVOKED, line, f"{name}: no such error, or no reason")
        elif name in tests:
            report.add(UNPROVOKED, line, f"{name}: a test provokes it by now")
    return len(rows)


if __name__ == "__main__":
    source.run(check)
