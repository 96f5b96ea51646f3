"""The name by which a program asks for a library when it runs: libClp.so -> libClp.so.1.

usage: soname.py NAME COMPILER…
"""
import re
import subprocess
import sys

name, compiler = sys.argv[1], sys.argv[2:]
path = subprocess.run([*compiler, f"-print-file-name=lib{name}.so"], capture_output=True, text=True,
                      check=True).stdout.strip()
said = subprocess.run(["readelf", "-dW", path], capture_output=True, text=True, check=True).stdout
found = re.search(r"\(SONAME\).*\[(.+)\]", said)
if not found:
    sys.exit(f"{path}: no SONAME")
print(found[1])
