#!/usr/bin/env python3
"""Turns .sql files into C, so that no string in C contains SQL.

usage: embed_sql.py PREFIX OUT_DIR SCHEMA.sql QUERIES.sql… [--migrations DIR]

writes PREFIX_sql.h (an enum PREFIX_<NAME> of the statements in the order of the files, and the
declaration of kk_PREFIX_schema) and PREFIX_sql.c. Each statement of a query file stands under a line
`-- name: lower_case_name`; a line `-- scan: why` says that it reads a whole table on purpose. Migrations are DIR/0002_*.sql, DIR/0003_*.sql …
"""
import pathlib
import re
import sys


def bare(sql):
    """The lines without remarks and indentation."""
    lines = [re.sub(r"^((?:[^'-]|'[^']*'|-(?!-))*)--.*$", r"\1", line) for line in sql.splitlines()]
    return [line.strip() for line in lines if line.strip()]


def c_chars(sql):
    """As single characters, because a string of C may have 4,095 of them."""
    codes = [str(b) for b in "\n".join(bare(sql)).encode("ascii")] + ["0"]
    return ",\n".join("    " + ", ".join(codes[i:i + 20]) for i in range(0, len(codes), 20))


def c_text(sql):
    kept = bare(sql)
    quoted = [line.replace("\\", "\\\\").replace('"', '\\"') for line in kept]
    return "\n".join('    "%s\\n"' % line for line in quoted) or '    ""'


def scans(sql):
    return "true" if re.search(r"^-- scan: \S", sql, flags=re.M) else "false"


def read_queries(paths):
    found = []
    for path in paths:
        parts = re.split(r"^-- name: *([a-z0-9_]+) *$", path.read_text(encoding="utf-8"), flags=re.M)
        if len(parts) < 3:
            sys.exit(f"{path}: no `-- name:` line")
        found += zip(parts[1::2], parts[2::2])
    names = [name for name, _ in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        sys.exit(f"{paths[0].parent}: names given twice: {', '.join(sorted(doubled))}")
    return found


def read_migrations(folder):
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")) if folder else []
    for number, path in enumerate(files, start=2):
        if not path.name.startswith(f"{number:04d}_"):
            sys.exit(f"{path}: expected migration {number:04d}")
    return [path.read_text(encoding="utf-8") for path in files]


def main(argv):
    folder = None
    if "--migrations" in argv:
        at = argv.index("--migrations")
        folder = pathlib.Path(argv[at + 1])
        argv = argv[:at]
    prefix, out, schema, *rest = argv
    queries = read_queries([pathlib.Path(p) for p in rest])
    migrations = read_migrations(folder)
    upper = prefix.upper()
    out = pathlib.Path(out)

    enum = ",\n".join(f"    {upper}_{name.upper()}" for name, _ in queries)
    (out / f"{prefix}_sql.h").write_text(
        f"/* Made by embed_sql.py. */\n#ifndef {upper}_SQL_H\n#define {upper}_SQL_H\n\n"
        f'#include "kukyoku/db/db.h"\n\nenum {prefix}_query {{\n{enum}\n}};\n'
        f"extern const struct kk_db_schema kk_{prefix}_schema;\n\n#endif\n"
    )
    rows = ",\n".join(f'    {{ "{name}",\n{c_text(sql)},\n      {scans(sql)} }}'
                      for name, sql in queries)
    steps = "".join(c_text(sql) + ",\n" for sql in migrations)
    (out / f"{prefix}_sql.c").write_text(
        f'/* Made by embed_sql.py. */\n#include "{prefix}_sql.h"\n\n#include <stddef.h>\n\n'
        f"static const struct kk_db_query queries[] = {{\n{rows}\n}};\n\n"
        f"static const char *const migrations[] = {{\n{steps}    NULL\n}};\n\n"
        f"static const char schema[] = {{\n"
        f"{c_chars(pathlib.Path(schema).read_text(encoding='utf-8'))}\n}};\n\n"
        f"const struct kk_db_schema kk_{prefix}_schema = {{\n    .schema = schema,\n"
        f"    .queries = queries,\n    .query_count = {len(queries)},\n"
        f"    .migrations = migrations,\n    .version = {1 + len(migrations)},\n}};\n"
    )


main(sys.argv[1:])
