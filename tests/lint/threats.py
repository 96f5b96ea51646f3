#!/usr/bin/env python3
"""Every test that docs/threat-model.md names is there, and is run: `folder/file:name` below tests/; every
attack of the groups has a row that names one."""
import re

import source

PAGE = "docs/threat-model.md"
NAMED = re.compile(r"`((?:unit|flow|fault|system|interop|vectors|fuzz)/\w+)(?::(\w+))?`")


GROUPS = {"N": 10, "E": 6, "B": 15, "L": 15, "R": 8, "C": 5, "D": 10, "S": 5}
ROW = re.compile(r"^\| ([A-Z]\d+(?:, [A-Z]\d+)*) \|")
WHOLE = "## Attacks and their tests"


def missing(text):
    """Attacks that no row with a test has."""
    ids = {group + str(n) for group, count in GROUPS.items() for n in range(1, count + 1)}
    for line in text.splitlines():
        row = ROW.match(line)
        if row and NAMED.search(line):
            ids -= set(row.group(1).split(", "))
    return sorted(ids)


def program(root, path):
    """The text of the test's source, or None."""
    for suffix in (".c", ".py"):
        if (root / "tests" / (path + suffix)).is_file():
            return source.text_of(root, "tests/" + path + suffix)
    return None


def there(text, name):
    """It stands there, and somebody calls it."""
    made = re.search(rf"START_TEST\({name}\)|^def {name}\(", text, re.MULTILINE)
    return made is not None and len(re.findall(rf"\b{name}\b", text)) > 1


def check(root, report):
    if not (root / PAGE).is_file():
        return 0
    text = source.text_of(root, PAGE)
    for attack in missing(text) if WHOLE in text else ():
        report.add(PAGE, 1, f"{attack} has no row with a test")
    named = [(m, number) for number, line in enumerate(source.text_of(root, PAGE).splitlines(), 1)
             for m in NAMED.finditer(line)]
    for m, number in named:
        text = program(root, m.group(1))
        if text is None:
            report.add(PAGE, number, f"tests/{m.group(1)} is not there")
        elif m.group(2) and not there(text, m.group(2)):
            report.add(PAGE, number, f"tests/{m.group(1)} has no test {m.group(2)}")
    return len(named)


if __name__ == "__main__":
    source.run(check)
