#!/usr/bin/env python3
"""A module is a file and a test: proto/wire/form.c has tests/unit/test_form.c or test_wire_form.c.

A module in several files (shape_decode.c, shape_encode.c) may share the test of its first word or
words (test_wire_shape.c), and a test may name the files that it covers (proto/session/end.c). Every
test must be listed in tests/unit/meson.build.

The commands of the client are run as people type them: each row of client/commands.def in a process
test or in the manual, which the tests play.
"""
import re

import source

# Tables without code of their own: what walks them is tested.
TABLES = {"proto/wire/shapes.c"}
ROW = re.compile(r'C\(\w+,\s*"([\w-]+)",\s*"([\w-]*)"')


def names_of(path):
    room, stem = path.split("/")[1], path.split("/")[-1][:-2]
    words = stem.split("_")
    heads = ["_".join(words[:n]) for n in range(len(words), 0, -1)]
    return heads + [f"{room}_{h}" for h in heads]


def name_of(path):
    """test_x.c tests x."""
    return path.split("/")[-1].rsplit(".", 1)[0].removeprefix("test_")


def check_files(root, report, folders, tests):
    """How many files, each with a test of its name or one that names it."""
    covered = "".join(source.text_of(root, p) for p in tests)
    names = {name_of(p) for p in tests}
    paths = [p for p in source.files(root, folders, (".c",)) if p not in TABLES]
    for path in paths:
        if not any(name in names for name in names_of(path)) and path not in covered:
            report.add(path, 1, f"no test: tests/unit/test_{names_of(path)[0]}.c, or a test that "
                       "names it in its head")
    return len(paths)


def check_commands(root, report):
    rows = "client/commands.def"
    if not (root / rows).exists():
        return 0
    text = source.text_of(root, rows)
    calls = [source.text_of(root, p) for p in source.files(root, ("tests/system",), (".py",))]
    manual = "".join(source.text_of(root, p) for p in source.files(root, ("docs/manual",), (".md",)))
    found = list(ROW.finditer(text))
    for row in found:
        words = [w for w in row.groups() if w]
        called = any(all(f'"{w}"' in t for w in words) for t in calls)
        if not called and not re.search("kukyoku " + " ".join(words) + r"\b", manual):
            report.add(rows, text.count("\n", 0, row.start()) + 1,
                       f"no test runs `{' '.join(words)}`")
    return len(found)


def check(root, report):
    listed = set(re.findall(r"\[\s*'([a-z0-9_]+)'",
                            source.text_of(root, "tests/unit/meson.build")))
    units = [p for p in source.files(root, ("tests/unit",), (".c",)) if "/test_" in p]
    for path in units:
        if name_of(path) not in listed:
            report.add(path, 1, "not listed in tests/unit/meson.build")
    return check_files(root, report, ("proto",), units) + check_commands(root, report)


if __name__ == "__main__":
    source.run(check)
