#!/usr/bin/env python3
"""A module is a file and a test: proto/wire/form.c has tests/unit/test_form.c or test_wire_form.c.

A module in several files (shape_decode.c, shape_encode.c) may share the test of its first word or
words (test_wire_shape.c), and a test may name the files that it covers (proto/session/end.c). Every
test must be listed in tests/unit/meson.build.
"""
import re

import source

# Tables without code of their own: what walks them is tested.
TABLES = {"proto/wire/shapes.c"}


def names_of(path):
    room, stem = path.split("/")[1], path.split("/")[-1][:-2]
    words = stem.split("_")
    heads = ["_".join(words[:n]) for n in range(len(words), 0, -1)]
    return heads + [f"{room}_{h}" for h in heads]


def check(root, report):
    listed = set(re.findall(r"\[\s*'([a-z0-9_]+)'",
                            source.text_of(root, "tests/unit/meson.build")))
    tests = {p.split("/")[-1][5:-2]: p for p in source.files(root, ("tests/unit",), (".c",))
             if p.split("/")[-1].startswith("test_")}
    paths = [p for p in source.files(root, ("proto",), (".c",)) if p not in TABLES]
    covered = "".join(source.text_of(root, p) for p in tests.values())
    for path in paths:
        if not any(name in tests for name in names_of(path)) and path not in covered:
            report.add(path, 1, f"no test: tests/unit/test_{names_of(path)[0]}.c")
    for name, path in sorted(tests.items()):
        if name not in listed:
            report.add(path, 1, "not listed in tests/unit/meson.build")
    return len(paths)


if __name__ == "__main__":
    source.run(check)
