"""What the lint programs share: which files there are, C without comments, and how to report."""
import pathlib
import re
import subprocess
import sys

PRODUCT = ("include", "proto", "daemon", "client")
C_SUFFIXES = (".c", ".h")


def root_of(argv):
    """The tree to look at: the first argument, else the one this file stands in."""
    return pathlib.Path(argv[1]).resolve() if len(argv) > 1 else \
        pathlib.Path(__file__).resolve().parents[2]


def files(root, folders, suffixes):
    """Paths below the folders, as strings relative to root, in order."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes:
                found.append(path.relative_to(root).as_posix())
    return found


def tracked(root):
    """Every file of the project; of a tree without git every file but build folders."""
    done = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others",
                           "--exclude-standard"], capture_output=True, check=False)
    if done.returncode == 0:
        names = done.stdout.decode().split("\0")
        return sorted(n for n in names if n and (root / n).is_file())
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*")
                  if p.is_file() and not p.relative_to(root).parts[0].startswith(("build", ".")))


def text_of(root, path):
    return (root / path).read_text(encoding="utf-8")


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def blank(match):
    """Spaces instead of the text, line breaks kept."""
    return re.sub(r"[^\n]", " ", match.group(0))


def without_comments(text):
    return TOKEN.sub(lambda m: blank(m) if m.group(0)[0] == "/" else m.group(0), text)


def without_comments_and_strings(text):
    return TOKEN.sub(lambda m: blank(m) if m.group(0)[0] == "/" else
                     m.group(0)[0] + " " * (len(m.group(0)) - 2) + m.group(0)[0], text)


class Report:
    """Collects file:line messages; done() is the exit status."""

    def __init__(self):
        self.count = 0

    def add(self, path, line, message):
        self.count += 1
        print(f"{path}:{line}: {message}")

    def done(self, checked):
        if checked == 0:
            print("nothing was checked: is this the right folder?")
            return 1
        print(f"{checked} checked, {self.count} refused")
        return 1 if self.count else 0


def run(check):
    """main of a lint program: check(root, report) returns how much it looked at."""
    report = Report()
    sys.exit(report.done(check(root_of(sys.argv), report)))
