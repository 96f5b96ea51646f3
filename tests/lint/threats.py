#!/usr/bin/env python3
"""Every test that docs/threat-model.md names is there: `folder/file:name` below tests/."""
import re

import source

PAGE = "docs/threat-model.md"
NAMED = re.compile(r"`((?:unit|flow|fault|system|interop|vectors|fuzz)/\w+)(?::(\w+))?`")


def program(root, path):
    """The text of the test's source, or None."""
    for suffix in (".c", ".py"):
        if (root / "tests" / (path + suffix)).is_file():
            return source.text_of(root, "tests/" + path + suffix)
    return None


def there(text, name):
    return re.search(rf"START_TEST\({name}\)|^def {name}\(", text, re.MULTILINE) is not None


def check(root, report):
    if not (root / PAGE).is_file():
        return 0
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
