#!/usr/bin/env python3
"""Manual pages and completions as a system takes them: roff without a warning, scripts that their
shells can read, words that the program knows, and all of it installed.

usage: shell_pages.py KUKYOKU DEPLOY BUILD   (DEPLOY: the folder of the sources)
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from tap import Tap

PAGES = ("kukyoku.1", "kukyokud.8", "kukyokud.ini.5", "kukyoku.ini.5",
         "kukyoku-errors.7")
ENV = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="80", MANROFFSEQ="")


def told(*words, **how):
    return subprocess.run(words, text=True, capture_output=True, env=ENV, check=False, **how)


def pages(tap, deploy):
    for lang in ("", "ja/"):
        for page in PAGES:
            path = deploy / "man" / (lang + page)
            if not shutil.which("man"):
                tap.skip(lang + page, "man is not installed")
                continue
            done = told("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(path))
            tap.check(done.returncode == 0 and not done.stderr, lang + page + ": no warning",
                      done.stderr)
            head = "名前" if lang else "NAME"
            shown = re.sub(".\b", "", told("man", "-E", "UTF-8", "-l", "-Tutf8", str(path)).stdout)
            tap.check(head in shown, lang + page + ": begins with its name", shown[:300])


def complete(script, *words):
    """What bash offers for the last of the words."""
    line = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kukyoku "$1"; ' \
           'printf "%s\\n" "${COMPREPLY[@]}"'
    done = told("bash", "-c", line, str(script), *words)
    return done.stdout.split(), done.stderr


def in_bash(tap, script, commands):
    tap.check(told("bash", "-n", str(script)).returncode == 0, "bash reads its script")
    nouns = {c["noun"] for c in commands}
    for words, want in ((("kukyoku", "da"), {"data"}), (("kukyoku", ""), nouns),
                        (("kukyoku", "--home", "data", ""), nouns),
                        (("kukyoku", "--home", "=", "x", "data", "ge"), {"get"}),
                        (("kukyoku", "data", "get", "--ind"), {"--indicator"}),
                        (("kukyoku", "--json", "data", "get", "--are"), {"--area"}),
                        (("kukyoku", "status", "--jso"), {"--json"}),
                        (("kukyoku", "--lang", ""), {"ja", "en"}),
                        (("kukyoku", "--lang", "=", "j"), {"ja"}),
                        (("kukyoku", "doctor", "--fi"), {"--fix"}),
                        (("/usr/bin/kukyokud", "--ch"), {"--check"}),
                        (("kukyoku", "data", "get", "--indicator", "x"), set())):
        got, said = complete(script, *words)
        tap.check(set(got) == want and not said, "after `%s`" % " ".join(words), (got, said))
    for noun in sorted(nouns):
        want = {c["verb"] for c in commands if c["noun"] == noun and c["verb"]}
        got, said = complete(script, "kukyoku", noun, "")
        tap.check(set(got) == want and not said, "every verb of " + noun, (got, said))
    for shell, path in (("zsh", "_kukyoku"), ("fish", "kukyoku.fish")):
        if shutil.which(shell):
            done = told(shell, "-n", str(script.parent / path))
            tap.check(done.returncode == 0, shell + " reads its script", done.stderr)
        else:
            tap.skip(shell + " reads its script", shell + " is not installed")


def the_rest(tap, deploy, commands):
    """Every command and option stands in every page and script that lists them."""
    for name in ("completion/_kukyoku", "completion/kukyoku.fish", "completion/kukyoku.bash",
                 "man/kukyoku.1", "man/ja/kukyoku.1"):
        text = (deploy / name).read_text(encoding="utf-8").replace("\\-", "-")
        lost = [w for c in commands for w in (c["noun"], c["verb"],
                                              *(o["name"] for o in c["options"])) if w not in text]
        tap.check(not lost, name + " has every command and option", lost)


def installed(tap, build):
    done = told(sys.executable, "-m", "mesonbuild.mesonmain", "introspect", "--installed", build)
    if done.returncode != 0 and shutil.which("meson"):
        done = told("meson", "introspect", "--installed", build)
    if done.returncode != 0:
        tap.skip("what is installed", "meson can't be asked here")
        return
    places = json.loads(done.stdout).values()
    for end in [f"man/man{p[-1]}/{p}" for p in PAGES] + [f"man/ja/man{p[-1]}/{p}" for p in PAGES] + [
            "bash-completion/completions/kukyoku", "zsh/site-functions/_kukyoku",
            "fish/vendor_completions.d/kukyoku.fish"]:
        tap.check(any(p.endswith(end) for p in places), "installed: " + end, list(places))


def main():
    tap, deploy = Tap(), pathlib.Path(sys.argv[2])
    commands = json.loads(told(sys.argv[1], "--json", "help").stdout)
    pages(tap, deploy)
    in_bash(tap, deploy / "completion/kukyoku.bash", commands)
    the_rest(tap, deploy, commands)
    installed(tap, sys.argv[3])
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
