#!/usr/bin/env python3
"""The size budget: function 70 lines, file 600, header 150, parameters 5, nesting 3, 100 columns."""
import re

import source

FUNCTION_MAX, FILE_MAX, HEADER_MAX = 70, 600, 150
PARAMETERS_MAX, NESTING_MAX, COLUMNS_MAX = 5, 3, 100
CONTROL = re.compile(r"^( +)(?:\} )?(?:if|for|while|switch|do|else)\b")


def signature(lines, brace):
    """The lines above a `{` in column one, joined, back to the end of what stands before."""
    top = brace - 1
    while top > 0 and lines[top - 1].strip() and not lines[top - 1].rstrip().endswith((";", "}")) \
            and not lines[top - 1].startswith("#"):
        top -= 1
    return " ".join(line.strip() for line in lines[top:brace])


def parameters(text):
    """How many named parameters the last parenthesis holds; None: no function."""
    if not text.endswith(")"):
        return None
    depth, count, inner = 0, 1, ""
    for char in reversed(text):
        depth += (char == ")") - (char == "(")
        if depth == 0:
            break
        count += char == "," and depth == 1
        inner += char
    count -= inner.lstrip(") ").startswith("...")
    return 0 if inner.strip(")( ") in ("diov", "") else count


def check_body(path, lines, first, last, report):
    for number in range(first, last):
        found = CONTROL.match(lines[number])
        if found and len(found.group(1)) // 4 > NESTING_MAX:
            report.add(path, number + 1, f"nested deeper than {NESTING_MAX}")


def check_functions(path, lines, report):
    brace = None
    for number, line in enumerate(lines):
        if line.rstrip() == "{":
            brace = number
        if line.startswith("}") and brace is not None:
            head = signature(lines, brace)
            count = parameters(head)
            if count is not None:
                if number - brace > FUNCTION_MAX:
                    report.add(path, brace + 1, f"{number - brace} lines in a function, "
                                                f"more than {FUNCTION_MAX}")
                # a callback of SQLite or libmicrohttpd has the signature that it is given
                if count > PARAMETERS_MAX and not re.search(r"\(sqlite3|\bMHD_\w", head):
                    report.add(path, brace + 1, f"{count} parameters, more than {PARAMETERS_MAX}")
                check_body(path, lines, brace, number, report)
            brace = None


def check_page(root, report):
    """The page's own sources and tests; its libraries and what is built are not ours."""
    paths = source.files(root, ("client/page/src", "client/page/test"), (".ts", ".tsx", ".mjs"))
    for path in paths:
        count = len(source.text_of(root, path).splitlines())
        if count > FILE_MAX:
            report.add(path, count, f"{count} lines, more than {FILE_MAX}")
    return len(paths)


def check(root, report):
    paths = source.files(root, source.PRODUCT + ("tests",), source.C_SUFFIXES)
    for path in paths:
        text = source.text_of(root, path)
        lines = text.splitlines()
        most = HEADER_MAX if path.endswith(".h") else FILE_MAX
        if len(lines) > most:
            report.add(path, len(lines), f"{len(lines)} lines, more than {most}")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX:
                report.add(path, number, f"{len(line)} columns, more than {COLUMNS_MAX}")
        check_functions(path, source.without_comments_and_strings(text).splitlines(), report)
    return len(paths) + check_page(root, report)


if __name__ == "__main__":
    source.run(check)
