#!/usr/bin/env python3
"""Every link of a page to a file or folder of the project leads somewhere."""
import re

import source

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def check(root, report):
    pages = [p for p in source.tracked(root) if p.endswith(".md")]
    for page in pages:
        for number, line in enumerate(source.text_of(root, page).splitlines(), 1):
            for target in LINK.findall(line):
                if "://" in target or target.startswith("mailto:"):
                    continue
                if not ((root / page).parent / target).exists():
                    report.add(page, number, f"{target} is not there")
    return len(pages)


if __name__ == "__main__":
    source.run(check)
