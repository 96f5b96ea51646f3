#!/usr/bin/env python3
"""Who may include whom: the table of docs/architecture.md, held against every #include.

Also: no `..` in an include; proto/ (but proto/db) takes nothing from the system; headers of the
system that are not C's stand in client/os_*.c alone; include/kukyoku takes C's headers only.
"""
import re

import source

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
THIRD_PARTY = [
    (r"sodium(\.h|/.*)", "sodium"), (r"msgpack(\.h|/.*)", "msgpack"), (r"z(std|dict).*\.h", "zstd"),
    (r"sqlite3(ext)?\.h", "sqlite3"), (r"uv(\.h|/.*)", "uv"), (r"ini\.h", "inih"),
    (r"jansson\.h", "jansson"), (r"zip\.h", "zip"), (r"expat\.h", "expat"),
    (r"xlsxwriter\.h", "xlsxwriter"),
    (r"Clp_C_Interface\.h", "clp"), (r"curl/.*", "curl"),
    (r"microhttpd\.h", "microhttpd"),
    (r"uni(str|stdio|types|name|width|gbrk|ctype|norm|case|conv|lbrk|wbrk)\.h", "unistring"),
]
C_HEADERS = set("""assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp
    signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath
    threads time uchar wchar wctype""".split())
NOT_SANS_IO = {"time", "threads", "signal", "locale", "setjmp"}


def rooms(text):
    """folder -> (folders it may include or None for all, third party)."""
    table = {}
    for line in text.splitlines():
        cells = [c.strip() for c in line.split("|")[1:-1]]
        if len(cells) != 3 or cells[0] in ("folder", "") or set(cells[0]) <= {"-"}:
            continue
        names = lambda cell: set(re.findall(r"[a-z0-9_/]+", cell)) - {"everything", "in"}
        allowed = None if cells[1].startswith("everything") else names(cells[1])
        table[cells[0]] = (allowed, names(cells[2]))
    return table


def room_of(path, table):
    """include/kukyoku/X belongs to proto/X; else the longest folder of the table."""
    parts = path.split("/")
    if path.startswith("include/kukyoku/") and len(parts) > 3:
        return "proto/" + parts[2]
    folder = "/".join(parts[:-1])
    while folder and folder not in table:
        folder = "/".join(folder.split("/")[:-1])
    return folder or None


def target_of(path, name):
    """The room that an #include "name" in path reaches; None for the own folder."""
    parts = name.split("/")
    if parts[0] == "kukyoku":
        return "proto/" + parts[1] if len(parts) > 2 else "include/kukyoku"
    if len(parts) == 1:
        return None
    return path.split("/")[0] + "/" + parts[0]


def third_party(name):
    for pattern, library in THIRD_PARTY:
        if re.fullmatch(pattern, name):
            return library
    return None


def check_system(path, name):
    stem = name[:-2] if name.endswith(".h") else name
    if path.startswith("include/kukyoku/") and stem not in C_HEADERS:
        return "a contract takes C's headers only"
    if path.startswith("proto/") and not path.startswith("proto/db/"):
        if stem not in C_HEADERS or stem in NOT_SANS_IO:
            return "proto/ is sans-IO: no system header"
    if path.startswith("client/") and stem not in C_HEADERS:
        if not re.match(r"client/os_[a-z0-9_]+\.c$", path):
            return "what differs between systems stands in client/os_*.c"
    return None


def check_include(path, bracket, name, table):
    room = room_of(path, table)
    if ".." in name.split("/"):
        return "`..` in an include"
    if room is None:
        return "this folder has no row in docs/architecture.md"
    allowed, libraries = table[room] if room in table else (set(), set())
    library = third_party(name)
    if library:
        return None if library in libraries else f"{room} may not use {library}"
    if bracket == "<":
        return check_system(path, name)
    target = target_of(path, name)
    if target in (None, "include/kukyoku", room) or allowed is None:
        return None
    if target.split("/")[-1] in allowed or target in allowed:
        return None
    return f"{room} may not include {target}"


def check(root, report):
    table = rooms(source.text_of(root, "docs/architecture.md"))
    paths = source.files(root, source.PRODUCT, (".c", ".h", ".def"))
    for path in paths:
        text = source.without_comments(source.text_of(root, path))
        for number, line in enumerate(text.splitlines(), 1):
            found = INCLUDE.match(line)
            message = check_include(path, *found.groups(), table) if found else None
            if message:
                report.add(path, number, f"{found.group(2)}: {message}")
    return len(paths) if table else 0


if __name__ == "__main__":
    source.run(check)
