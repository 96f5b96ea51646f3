#!/usr/bin/env python3
"""An area's profile for its residents: extracted by a lead from public figures, frozen, the same
bytes on every device and with nothing else of the home at hand [RL-25]; and what is refused.

usage: karte_processes.py KUKYOKU KUKYOKUD
"""
import csv
import html.parser
import os
import shutil
import sys

import record_processes as records
from city import City

FAILED, USAGE, WARNINGS, CONFLICT, DENIED = 1, 2, 3, 6, 8
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(html.parser.HTMLParser):
    """What a page must have so that everybody can read it."""

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.seen, self.text = [], [], [], ""
        self.feed(text)
        self.faults += ["never closed: " + tag for tag in self.open]

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.seen.append((tag, given))
        if tag == "th" and given.get("scope") not in ("row", "col"):
            self.faults.append("a header cell of nothing")
        if tag in ("script", "img", "iframe", "link") or "src" in given or "href" in given:
            self.faults.append("something from elsewhere: " + tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append("closed out of order: " + tag)

    def handle_data(self, data):
        self.text += data

    def count(self, tag):
        return sum(t == tag for t, _ in self.seen)


def extracted(city):
    made = city.value("karte", "14133-01", "--extract", "--title", "歩いて暮らせる <まち> & 坂道",
                      "--year", "2026", "--figure", "population 2019", "--figure",
                      "population 2020", "--figure", "households 2020", "--paragraph",
                      "坂の多い地区です。", "--paragraph", "サロンが三つあります。", home="lead")
    city.check(made["figures"] == 3, "a lead extracts", made)
    for home in ("lead", "far"):
        city.run("sync", home=home)
    return made["id"]


def pages(city, edition):
    shown = city.value("karte", "14133-01", home="far")
    city.check(shown["id"] == edition and [f["value"] for f in shown["figures"]] ==
               ["300", "310", "x"] and len(shown["paragraphs"]) == 2 and shown["receipt"] == 1,
               "another ward reads it", shown)
    bare = shutil.copytree(city.path("far"), city.path("bare"))
    for name in os.listdir(bare):
        if name.endswith(".db") and name not in ("state.db", "int.db"):
            os.unlink(os.path.join(bare, name))
    made = {}
    for home in ("lead", "far", "bare"):
        for lang in ("ja", "en"):
            path = city.path("%s-%s.html" % (home, lang))
            city.expect(0, "%s: a page (%s)" % (home, lang), "karte", "14133-01", "--format",
                        "html", "--out", path, home=home, lang=lang)
            with open(path, encoding="utf-8") as page:
                made[home, lang] = page.read()
    for lang in ("ja", "en"):
        city.check(len({made[home, lang] for home in ("lead", "far", "bare")}) == 1,
                   "the same bytes on every device, and with nothing but its edition: " + lang,
                   [made[home, lang][-300:] for home in ("lead", "far", "bare")])
        page = Page(made["lead", lang])
        city.check(not page.faults and page.count("h1") == 1 and page.count("caption") == 1
                   and page.count("title") == 1 and ("html", {"lang": lang}) in page.seen,
                   "the page is sound: " + lang, (page.faults, page.seen[:6]))
        city.check("<まち> & 坂道" in page.text and "<まち>" not in made["lead", lang],
                   "and what people wrote is text: " + lang, page.text[:200])
    city.check("令和8年" in made["lead", "ja"] and "x（秘匿）" in made["lead", "ja"],
               "with both calendars and the marks", made["lead", "ja"][-800:])


def table(city):
    path = city.path("karte.csv")
    city.expect(0, "as a table", "karte", "14133-01", "--format", "csv", "--out", path, home="lead")
    with open(path, encoding="utf-8-sig", newline="") as out:
        rows = list(csv.DictReader(out))
    figures = [r for r in rows if not r["text"]]
    city.check([r["value"] for r in figures] == ["300", "310", "x"]
               and {r["area"] for r in rows} == {"14133-01"}, "with every figure", rows)
    city.check([(r["text"], r["value"]) for r in rows[len(figures):]] ==
               [("坂の多い地区です。", ""), ("サロンが三つあります。", "")], "and every paragraph", rows)
    text = city.expect(0, "and on the terminal", "karte", "14133-01", home="lead", lang="ja").stdout
    city.check("坂の多い地区です。" in text and "受領" in text, "with its text and number", text)


COPIES = """
import os, stat, sys, urllib.parse
given = dict(word.partition("=")[::2] for word in sys.argv[1:])
page = urllib.parse.unquote(urllib.parse.urlsplit(sys.argv[-1 - ("--no-sandbox" in given)]).path)
os.mkdir(given["--user-data-dir"])
private = stat.S_IMODE(os.stat(page).st_mode) == 0o600
alone = not any(name.startswith("--remote") for name in given) and "--headless" in given
with open(given["--print-to-pdf"], "wb") as out, open(page, "rb") as text:
    out.write(b"%PDF-1.4\\n" + text.read() if private and alone else b"")
"""


def browser(city, name, script):
    """A `chromium` of ours in a folder; gives an environment that finds it first."""
    os.mkdir(city.path(name))
    path = records.write(city, name + "/chromium", "#!%s\n%s" % (sys.executable, script))
    os.chmod(path, 0o755)
    return dict(city.env, PATH=city.path(name) + ":/usr/bin:/bin")


def printed(city):
    """PDF by whatever Chromium there is: first by one that copies what it was asked for."""
    copy = browser(city, "copies", COPIES)
    for home, path in (("lead", "one.pdf"), ("lead", "名前 に空白.pdf")):
        city.expect(0, "as PDF: " + path, "karte", "14133-01", "--format", "pdf", "--out",
                    city.path(path), home=home, env=copy)
        with open(city.path(path), "rb") as file:
            made = file.read()
        city.check(made.startswith(b"%PDF-1.4\n<!DOCTYPE html>") and "坂".encode() in made,
                   "it is the page", made[:200])
    edition = city.value("karte", "14133-01", "--list", home="lead")["editions"][0]["id"]
    city.expect(0, "a record as PDF", "record", "show", edition, "--print", city.path("r.pdf"),
                home="lead", env=copy)
    with open(city.path("r.pdf"), "rb") as file:
        city.check(file.read().startswith(b"%PDF-1.4\n<!DOCTYPE html>"), "by its name")
    for name, script in (("fails", "raise SystemExit(3)"), ("makes-nothing", "pass")):
        city.refuse(FAILED, "E8011", "a browser that " + name, "karte", "14133-01", "--format", "pdf",
                    "--out", city.path(name + ".pdf"), home="lead", env=browser(city, name, script))
    city.refuse(FAILED, "E8011", "no browser", "karte", "14133-01", "--format", "pdf", "--out",
                city.path("none.pdf"), home="lead", env=dict(city.env, PATH=city.path("desks")))
    left = [n for n in os.listdir(city.path("lead")) if n.startswith("print-")]
    city.check(not left and not os.path.exists(city.path("none.pdf")), "nothing is left behind", left)
    if not shutil.which("chromium"):
        city.skip("by Chromium itself", "it is not installed")
        return
    city.expect(0, "by Chromium itself", "karte", "14133-01", "--format", "pdf", "--out",
                city.path("real.pdf"), home="lead")
    with open(city.path("real.pdf"), "rb") as file:
        made = file.read()
    city.check(made.startswith(b"%PDF-") and made.rstrip().endswith(b"%%EOF"), "is a whole PDF",
               made[:20])


def frozen(city, edition):
    """A later release changes nothing of it; a new edition stands beside it."""
    city.publish("第二版", pub=records.write(city, "two.csv",
                                             records.FIGURES.replace(",310,", ",333,")))
    for home in ("lead", "far"):
        city.run("sync", home=home)
    city.refuse(CONFLICT, "E5005", "an edition is not edited", "record", "edit", edition, "--set",
                "title=別の名前", home="lead")
    shown = city.value("karte", "14133-01", home="lead")
    city.check(shown["figures"][1]["value"] == "310" and "坂道" in shown["title"],
               "an edition stays as it was signed", shown)
    city.run("karte", "14133-01", "--extract", "--title", "次の年", "--year", "2027", "--figure",
             "population 2020", home="lead")
    newest = city.value("karte", "14133-01", home="lead")
    older = city.value("karte", "14133-01", "--edition", "2026", home="lead")
    by_id = city.value("karte", "14133-01", "--edition", edition[:8], home="lead")
    city.check(newest["figures"][0]["value"] == "333" and newest["fiscal_year"] == 2027
               and older["id"] == by_id["id"] == edition, "old and new stand beside each other",
               (newest, older))
    listed = city.value("karte", "14133-01", "--list", home="lead")["editions"]
    city.check([k["fiscal_year"] for k in listed] == [2027, 2026], "the newest first", listed)
    named = ("karte", "14133-01", "--extract", "--title", "初版から", "--year", "2028", "--figure",
             "population 2020", "--release")
    city.refuse(FAILED, "E6008", "a release that is not there", *named, "9", home="lead")
    city.refuse(USAGE, "E7001", "no number of a release", *named, "newest", home="lead")
    city.run(*named, "1", home="lead")
    made = city.value("karte", "14133-01", home="lead")
    city.check(made["release"] == 1 and made["figures"][0]["value"] == "310"
               and made["figures"][0]["release"] == 1, "as it was in the release that was named",
               made)


def refused(city):
    make = ("karte", "14133-01", "--extract", "--title", "x", "--year", "2026")
    city.refuse(DENIED, "E5004", "staff extract nothing", *make, "--figure", "population 2020",
                home="staff")
    city.refuse(USAGE, "E5007", "a figure that is not there", *make, "--figure",
                "population 1900", home="lead")
    city.refuse(USAGE, "E5007", "a restricted one neither", *make, "--figure",
                "voices_restricted 2020", home="lead")
    city.refuse(USAGE, "E5007", "no period", *make, "--figure", "population", home="lead")
    done = city.call(*make, "--figure", "population 2020", "--paragraph",
                     "山田太郎さん（090-1234-5678）から", home="lead")
    city.check(done.returncode != 0 and "E5009" in done.stderr, "a resident in the text",
               done.stderr)
    city.refuse(USAGE, "E7001", "without a year", "karte", "14133-01", "--extract", "--title", "x",
                "--figure", "population 2020", home="lead")
    city.refuse(FAILED, "E1007", "an area without editions", "karte", "14136-01", home="lead")
    city.refuse(USAGE, "E7001", "an unknown form", "karte", "14133-01", "--format", "docx", "--out",
                city.path("x"), home="lead")
    city.refuse(USAGE, "E7001", "a page without a place", "karte", "14133-01", "--format", "html",
                home="lead")
    city.refuse(FAILED, "E1008", "never over another file", "karte", "14133-01", "--format",
                "html", "--out", city.path("karte.csv"), home="lead")
    city.check(len(city.value("karte", "14133-01", "--list", home="lead")["editions"]) == 3,
               "nothing was made of all this", "")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES),
                     r_14133=records.write(city, "r.csv", records.HEAD +
                                           "voices_restricted,14133-01,2020,,7,,件,,,,\n"))
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133"),
                    "far": ("lead", "14136")})
        edition = extracted(city)
        pages(city, edition)
        table(city)
        printed(city)
        frozen(city, edition)
        refused(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
