#!/usr/bin/env python3
"""What the house does not use: unsafe functions, goto, typedef'd structs, mutable statics, memory
past kk_alloc, input and output in proto/, SQL inside C.
"""
import re

import source

UNSAFE = re.compile(r"\b(strcpy|strncpy|strcat|strncat|sprintf|vsprintf|gets|strtok|atoi|atol|atoll|"
                    r"atof|alloca|rand|srand|random|setjmp|longjmp|system|tmpnam|mktemp)\s*\(")
HEAP = re.compile(r"(?<![.>*])\b(malloc|calloc|realloc|free|strdup|strndup|asprintf)\s*\(")
IO = re.compile(r"(?<![.>*])\b(fopen|freopen|open|creat|read|write|socket|connect|time|clock|clock_gettime|"
                r"gettimeofday|getrandom|randombytes_\w+|printf|fprintf|puts|putchar|fputs|getenv|"
                r"sleep|usleep|nanosleep)\s*\(")
GOTO = re.compile(r"\bgoto\b")
TYPEDEF = re.compile(r"\btypedef\s+(struct|union|enum)\b")
STATIC = re.compile(r"^\s*static\s+(?!inline\b)(?![^=;{]*\()([^=;{]*?)\s*(=|;|\{|\[)")
CONST_LAST = re.compile(r"\bconst\b(?![^*]*\*(?!\s*const))")
SQL = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|ATTACH|DETACH|'
                 r'BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|VACUUM|WITH|REINDEX)\b[ ;"]')

# The places that may, each with its reason.
HEAP_HOME = "proto/base/alloc.c"            # the allocator itself
IO_MAY = {"proto/base/alloc.c"}             # kk_assert says where a bug stands before it aborts
STATIC_MAY = {
    "proto/base/alloc.c",       # the counter of the allocation that a test lets fail
    "client/os_library.h",      # what a process has loaded it has loaded once, for all,
    "client/os_posix_library.c",  # behind one lock
}
SQL_MAY = ("proto/db/",)                    # transactions and settings of the wrapper itself


def rules_of(path):
    rules = [(UNSAFE, "is banned"), (GOTO, "is banned"),
             (TYPEDEF, "structs keep their tag (callback types only)")]
    if path.startswith("tests/"):
        return rules
    if path != HEAP_HOME:
        rules.append((HEAP, "memory comes from kk_alloc"))
    if path.startswith("proto/") and not path.startswith("proto/db/") and path not in IO_MAY:
        rules.append((IO, "proto/ is sans-IO"))
    return rules


def mutable_static(path, line):
    found = STATIC.match(line)
    if not found or path.startswith("tests/") or path in STATIC_MAY:
        return False
    return not CONST_LAST.search(found.group(1))


def check_file(root, path, report):
    text = source.text_of(root, path)
    if not text.startswith("/*"):
        report.add(path, 1, "a file begins by saying what it is for")
    code = source.without_comments_and_strings(text).splitlines()
    rules = rules_of(path)
    for number, line in enumerate(code, 1):
        for pattern, message in rules:
            found = pattern.search(line)
            if found:
                report.add(path, number, f"{found.group(0).strip(' (')}: {message}")
        if mutable_static(path, line):
            report.add(path, number, "a static that can change")
    if path.startswith(("tests/",) + SQL_MAY):
        return
    for number, line in enumerate(source.without_comments(text).splitlines(), 1):
        if SQL.search(line):
            report.add(path, number, "SQL stands in .sql files")


def check(root, report):
    paths = source.files(root, source.PRODUCT + ("tests",), source.C_SUFFIXES)
    for path in paths:
        check_file(root, path, report)
    return len(paths)


if __name__ == "__main__":
    source.run(check)
