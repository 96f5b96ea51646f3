#!/usr/bin/env python3
"""The lint programs on a small tree in which each rule is broken once: every break must be named,
and a tree without breaks must pass.
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TABLE = """| folder | may include | third party |
|---|---|---|
| include/kukyoku | include/kukyoku | – |
| proto/base | – | sodium |
| proto/wire | base | msgpack |
| client/home | wire, base | – |
| client | everything in client, proto | – |
"""
GOOD = {
    "docs/architecture.md": TABLE,
    "docs/protocol.md": "* **[EN-1]** a rule\n* **[EN-2]** a rule\n* **[EN-3]** a rule\n",
    "include/kukyoku/wire/form.h": "/* . */\n#include <stddef.h>\n#include \"kukyoku/base/bytes.h\"\n",
    "include/kukyoku/base/bytes.h": "/* . */\n#include <stdint.h>\n",
    "include/kukyoku/errors.def": "E(FORM, 1001, X)\nE(SHAPE, 1002, X)\n",
    "proto/wire/form.c": "/* [EN-1] … [EN-3] */\n#include <msgpack/pack.h>\n#include \"head.h\"\n"
                         "static const int table[] = { 1 };\n"
                         "int kk_form(int a, int b)\n{\n    return a ? KK_E_FORM : KK_E_SHAPE;\n}\n",
    "client/os_posix.c": "/* . */\n#include <unistd.h>\n",
    "tests/unit/meson.build": "units = [\n  ['form', []],\n]\n",
    "tests/unit/test_form.c": "/* [EN-1] [EN-2] [EN-3] KK_E_FORM KK_E_SHAPE */\n",
    "tests/lint/errors-unprovoked.txt": "# NAME reason\n",
    "docs/threat-model.md": "| N1 | `unit/test_form` |\n",
}
# (program, file, text put into it, what must be said about it)
BROKEN = [
    ("layers", "proto/base/a.c", '#include "kukyoku/wire/form.h"\n', "may not include proto/wire"),
    ("layers", "include/kukyoku/base/a.h", '#include "kukyoku/wire/form.h"\n', "may not include"),
    ("layers", "include/kukyoku/base/a.h", "#include <unistd.h>\n", "C's headers only"),
    ("layers", "proto/wire/a.c", "#include <sodium.h>\n", "may not use sodium"),
    ("layers", "proto/wire/a.c", '#include "../base/x.h"\n', "`..` in an include"),
    ("layers", "proto/wire/a.c", "#include <time.h>\n", "sans-IO"),
    ("layers", "proto/wire/a.c", "#include <sys/socket.h>\n", "sans-IO"),
    ("layers", "client/home/a.c", "#include <fcntl.h>\n", "client/os_*.c"),
    ("layers", "client/home/a.c", '#include "view/view.h"\n', "may not include client/view"),
    ("layers", "daemon/store/a.c", "#include <stdio.h>\n", "no row"),
    ("size", "proto/wire/a.c", "int f(void)\n{\n" + "    x();\n" * 70 + "}\n", "71 lines"),
    ("size", "proto/wire/a.c", "int a;\n" * 601, "601 lines"),
    ("size", "client/page/src/a.tsx", "let a;\n" * 601, "601 lines"),
    ("size", "proto/wire/a.h", "int a;\n" * 151, "151 lines"),
    ("size", "proto/wire/a.c", "int f(int a, int b,\n      int c, int d, int e, int g)\n{\n}\n",
     "6 parameters"),
    ("size", "proto/wire/a.c", "int f(void)\n{\n" + "".join(
        "    " * n + "if (x) {\n" for n in range(1, 5)) + "}\n", "nested"),
    ("size", "proto/wire/a.c", "/* " + "x" * 98 + " */\n", "columns"),
    ("banned", "proto/wire/a.c", "void f(void)\n{\n    strcpy(a, b);\n}\n", "strcpy: is banned"),
    ("banned", "proto/wire/a.c", "void f(void)\n{\n    goto out;\n}\n", "goto"),
    ("banned", "proto/wire/a.c", "typedef struct x { int y; } x;\n", "tag"),
    ("banned", "proto/wire/a.c", "void f(void)\n{\n    p = malloc(3);\n}\n", "kk_alloc"),
    ("banned", "proto/wire/a.c", "void f(void)\n{\n    printf(\"x\");\n}\n", "sans-IO"),
    ("banned", "proto/wire/a.c", "static int counter;\n", "can change"),
    ("banned", "proto/wire/a.c", "static const char *name = 0;\n", "can change"),
    ("banned", "client/home/a.c", 'x = "SELECT a FROM b";\n', ".sql"),
    ("banned", "proto/wire/a.c", "int x;\n", "what it is for"),
    ("links", "docs/architecture.md", TABLE + "[a page](nowhere.md)\n", "is not there"),
    ("threats", "docs/threat-model.md", "| N1 | `unit/test_form:gone` |\n", "no test gone"),
    ("threats", "docs/threat-model.md", "| N1 | `unit/test_gone` |\n", "is not there"),
    ("threats", "docs/threat-model.md", "## Attacks and their tests\n| N1, N2 | `unit/test_form` |\n", "N3 has no row"),
    ("marks", "docs/protocol.md", GOOD["docs/protocol.md"] + "[EN-4]\n", "cited by no code"),
    ("marks", "docs/protocol.md", GOOD["docs/protocol.md"] + "[EN-4]\n", "cited by no test"),
    ("marks", "proto/wire/a.c", "/* [ZZ-9] */\n", "no mark"),
    ("words", "proto/wire/a.c", "/* TODO */\n", "TODO"),
    ("words", "proto/wire/a.c", "/* not implemented */\n", "not implemented"),
    ("modules", "proto/wire/other.c", "int x;\n", "no test"),
    ("modules", "tests/unit/test_more.c", "int x;\n", "not listed"),
    ("errors", "include/kukyoku/errors.def", "E(FORM, 1002, X)\nE(SHAPE, 1001, X)\n", "not above"),
    ("errors", "include/kukyoku/errors.def", GOOD["include/kukyoku/errors.def"]
     + "E(LATE, 1003, X)\n", "no test provokes"),
    ("errors", "include/kukyoku/errors.def", GOOD["include/kukyoku/errors.def"]
     + "E(LATE, 1003, X)\n", "nothing in the product"),
    ("errors", "tests/lint/errors-unprovoked.txt", "GONE because\n", "no such error"),
    ("errors", "tests/lint/errors-unprovoked.txt", "FORM because\n", "by now"),
]


def lint(program, extra):
    """Exit status and output of one program on the good tree with these files over it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**GOOD, **extra}.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, HERE / f"{program}.py", folder],
                              capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def main():
    failed = 0
    for program in sorted({row[0] for row in BROKEN}):
        status, output = lint(program, {})
        if status != 0:
            failed += 1
            print(f"{program}: refuses a good tree\n{output}")
    for program, name, text, message in BROKEN:
        status, output = lint(program, {name: text})
        lines = [line for line in output.splitlines() if line.startswith(name + ":")]
        if status == 0 or not any(message in line for line in lines):
            failed += 1
            print(f"{program}: does not say `{message}` of {name}\n{output}")
    print(f"{len(BROKEN)} breaks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
