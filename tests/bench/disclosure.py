#!/usr/bin/env python3
"""How long it takes to judge a release as large as a city's: the program, one process, one core.

usage: disclosure.py BUILD_DIR [--seed N] [--indicators N] [--areas N] [--protect]

Makes figures by chance (200 indicators, 500 areas: city, 7 wards and areas inside, 6 breakdowns: 600,000
cells) of which 2 % are concealed in pub, and shown to their wards by r:W: squares of two areas and both
sexes, every second one around a number below the threshold. Then `release build --dry-run` with
the tables of all eight scopes: read, packed, and judged in all nine views. The same without any concealed
figure, so that the difference is what disclosure control costs; and with the 2 % strewn over all cells of
areas, which is refused: nearly every one is found out, and each with its proof. --protect: also `release
protect --working` on a tenth of the indicators, with the small numbers still there. Prints a Markdown
table; docs/benchmarks.md quotes it.
"""
import argparse
import csv
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from meters import make_measure, run_client  # noqa: E402

HEAD = ["indicator", "area", "period", "breakdown", "value", "missing", "unit", "status", "method",
        "source", "note"]
WARDS = ["1413%d" % n for n in range(1, 8)]
PARTS = ("", "sex=f", "sex=m", "age=0-14", "age=15-64", "age=65-")
SHARE = 0.02
SMALL = 3  # below every threshold


def insides(areas):
    """The areas of each ward, all of them together with the wards and the city."""
    count = areas - 1 - len(WARDS)
    return {w: ["%s-%02d" % (w, n + 1) for n in range(count // len(WARDS) + (i < count % len(WARDS)))]
            for i, w in enumerate(WARDS)}


def draw(chance, f=None):
    f, m = f or chance.randint(60, 400), chance.randint(60, 400)
    young, old = (chance.randint(20, (f + m) // 3) for _ in range(2))
    return dict(zip(PARTS, (f + m, f, m, young, f + m - young - old, old)))


def add(tables):
    return {part: sum(t[part] for t in tables) for part in PARTS}


def squares(chance, inside, count):
    """Pairs of areas of one ward whose two sexes are concealed: four cells each."""
    wards = [w for w in WARDS if len(inside[w]) >= 2]
    return [tuple(chance.sample(inside[chance.choice(wards)], 2)) for _ in range(count)]


def strewn(chance, inside, count):
    cells = [(a, part) for w in WARDS for a in inside[w] for part in PARTS]
    return set(chance.sample(cells, 4 * count))


def indicator(chance, inside, count, with_small):
    """All cells of one indicator, and which of them pub conceals."""
    pairs = squares(chance, inside, count)
    small = {pair[0] for pair in pairs[::2]} if with_small else ()
    cells = {a: draw(chance, SMALL if a in small else None) for w in WARDS for a in inside[w]}
    for ward in WARDS:
        cells[ward] = add(cells[a] for a in inside[ward])
    cells["14130"] = add(cells[w] for w in WARDS)
    hidden = {(a, part) for pair in pairs for a in pair for part in ("sex=f", "sex=m")}
    return cells, hidden


class Tables:
    def __init__(self, folder, hide):
        self.hide, self.files, self.paths, self.rows, self.hidden = hide, {}, {}, 0, 0
        self.folder = folder
        folder.mkdir()

    def put(self, scope, name, area, part, value):
        if scope not in self.files:
            self.paths[scope] = self.folder / (scope.replace(":", "-") + ".csv")
            self.files[scope] = self.paths[scope].open("w", newline="")
            csv.writer(self.files[scope]).writerow(HEAD)
        self.files[scope].write("%s,%s,2025,%s,%s,%s,人,,,,\n" % (
            name, area, part, "" if value is None else value, "x" if value is None else ""))

    def take(self, name, cells, hidden):
        for area, parts in cells.items():
            for part, value in parts.items():
                self.rows += 1
                if not self.hide or (area, part) not in hidden:
                    self.put("pub", name, area, part, value)
                    continue
                self.hidden += 1
                self.put("pub", name, area, part, None)
                self.put("r:" + area[:5], name, area, part, value)

    def close(self):
        for one in self.files.values():
            one.close()
        return [p for scope, path in self.paths.items() for p in ("--scope", "%s=%s" % (scope, path))]


def make(args, folder, hide, indicators, small=True, strew=False):
    chance, inside, tables = random.Random(args.seed), insides(args.areas), Tables(folder, hide)
    count = round(args.areas * len(PARTS) * SHARE / 4)
    for n in range(indicators):
        cells, hidden = indicator(chance, inside, count, small)
        hidden = strewn(chance, inside, count) if strew else hidden
        tables.take("i%03d" % n, cells, hidden)
    return tables, tables.close()


def run(args, root, what, command, good):
    got = run_client([args.build / "client" / "kukyoku", "--home", root / "desks" / "publisher",
                      *command])
    if got["exit"] not in good:
        sys.exit("%s: exit %d\n%s" % (what, got["exit"], got["said"]))
    print("| %s | %.1f s | %.1f s | %.0f MiB |" % (what, got["client"], got["wall"],
                                                  got["rss"] / 1024), flush=True)


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("build", type=pathlib.Path)
    p.add_argument("--seed", type=int, default=20261129)
    p.add_argument("--indicators", type=int, default=200)
    p.add_argument("--areas", type=int, default=500)
    p.add_argument("--protect", action="store_true")
    args = p.parse_args()
    args.build = args.build.resolve()
    return args


def measure(args, root):
    made = ["--title", "t", "--out", root / "draft.kkyb", "--dry-run"]
    hidden, scopes = make(args, root / "hidden", True, args.indicators)
    plain, alone = make(args, root / "plain", False, args.indicators, small=False)
    print("%d cells in pub, %d concealed (%.1f %%); load %.1f before\n\n"
          "| what | processor | wall | peak memory |\n|---|---|---|---|" % (
              hidden.rows, hidden.hidden, 100 * hidden.hidden / hidden.rows, os.getloadavg()[0]))
    run(args, root, "nothing concealed", ["release", "build", *alone, *made], (0,))
    run(args, root, "2 % concealed, nine views", ["release", "build", *scopes, *made], (0,))
    _, scattered = make(args, root / "strewn", True, args.indicators, small=False, strew=True)
    run(args, root, "2 % strewn, refused", ["release", "build", *scattered, *made], (6,))
    if args.protect:
        work, _ = make(args, root / "working", False, max(1, args.indicators // 10))
        run(args, root, "protect, a tenth of it", ["release", "protect", "--working",
                                                  work.paths["pub"], "--out", root / "out"], (0, 3))


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="kukyoku-bench-") as place:
        root = pathlib.Path(place)
        make_measure(root)
        subprocess.run([args.build / "client" / "kukyoku", "authority", "init", "--dir",
                        root / "desks", "--demo"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        (root / "desks" / "publisher" / "disclosure.ini").write_text("[indicator]\n* = normal\n")
        measure(args, root)


if __name__ == "__main__":
    main()
