#!/usr/bin/env python3
"""The page's files as an assembler source and a list: embed.py LIST.h BYTES.S [FOLDER FILE…].

Every FILE lies below FOLDER; index.html is served as "/". An unknown ending is an error: what the
browser is told of a file is never guessed.
"""
import hashlib
import os
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


def address(folder, path):
    inside = os.path.relpath(path, folder).replace(os.sep, "/")
    return "/" if inside == "index.html" else "/" + inside


def main(header, source, folder=".", *files):
    rows, bytes_of = [], []
    for number, path in enumerate(sorted(files)):
        with open(path, "rb") as file:
            content = file.read()
        kind = TYPES[os.path.splitext(path)[1]]
        etag = hashlib.sha256(content).hexdigest()[:32]
        symbol = "kk_asset_%d" % number
        rows.append('    A(%s, "%s", "%s", "\\"%s\\"", %d)' %
                    (symbol, address(folder, path), kind, etag, len(content)))
        bytes_of.append('    .global %s\n%s:\n    .incbin "%s"\n' %
                        (symbol, symbol, os.path.abspath(path)))
    with open(header, "w", encoding="utf-8") as out:
        out.write("/* Written by embed.py. */\n#define KK_ASSETS(A)%s\n" %
                  "".join(" \\\n" + row for row in rows))
    with open(source, "w", encoding="utf-8") as out:
        out.write("    .section .rodata\n%s#ifdef __ELF__\n"
                  "    .section .note.GNU-stack,\"\",%%progbits\n#endif\n" % "".join(bytes_of))


if __name__ == "__main__":
    main(*sys.argv[1:])
