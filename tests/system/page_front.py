#!/usr/bin/env python3
"""The page without a browser: its types, the tests of its logic, that dist/ is what its sources make,
and that it stays small and keeps to itself.

usage: page_front.py
"""
import glob
import gzip
import os
import re
import sys
import tempfile

import page_tools
from tap import Tap

BUDGET = 350 * 1024 # of all that is loaded, compressed


def read(path):
    with open(path, "rb") as file:
        return file.read()


def files(folder):
    return sorted(os.path.basename(path) for path in glob.glob(os.path.join(folder, "*")))


def same(tap, dist):
    """Whoever has node can make the very bytes that the program carries."""
    with tempfile.TemporaryDirectory() as made:
        done = page_tools.run("node", "build.mjs", made)
        differ = [name for name in sorted(set(files(dist)) | set(files(made)))
                  if not (os.path.exists(os.path.join(dist, name)) and
                          os.path.exists(os.path.join(made, name)) and
                          read(os.path.join(dist, name)) == read(os.path.join(made, name)))]
    tap.check(done.returncode == 0 and not differ, "dist/ is what the sources make",
              "differ: %s; run `npm run build` in client/page\n%s" % (differ, done.stdout))


def small(tap, dist):
    sizes = {name: len(gzip.compress(read(os.path.join(dist, name)), 9)) for name in files(dist)}
    loaded = sum(size for name, size in sizes.items() if not name.endswith(".txt"))
    tap.check(0 < loaded <= BUDGET, "%d KiB of at most %d are loaded" % (loaded / 1024, BUDGET / 1024),
              sizes)


def alone(tap, dist):
    """No address of another machine is in what is loaded but names of formats."""
    known = ("http://www.w3.org/", "https://www.w3.org/")
    found = set()
    for name in files(dist):
        if name.endswith((".js", ".css", ".html", ".svg")):
            text = read(os.path.join(dist, name)).decode()
            found |= {at for at in re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}/?", text)
                      if not at.startswith(known)}
    tap.check(not found, "no address of another machine stands in it", sorted(found))


def main():
    tap, why = Tap(), page_tools.missing(browser=False)
    dist = os.path.join(page_tools.PAGE, "dist")
    if why:
        tap.check(True, "types, logic and the same bytes # SKIP " + why)
    else:
        types = page_tools.run("node_modules/.bin/tsc", "--noEmit")
        tap.check(types.returncode == 0, "types", types.stdout)
        form = page_tools.run("node_modules/.bin/prettier", "--check", "src", "test", ".")
        tap.check(form.returncode == 0, "format", form.stdout)
        logic = page_tools.run("node", "test.mjs")
        counted = re.search(r"^# pass (\d+)$", logic.stdout, re.M)
        tap.check(logic.returncode == 0 and counted and int(counted[1]) > 30, "logic", logic.stdout)
        same(tap, dist)
    small(tap, dist)
    alone(tap, dist)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
