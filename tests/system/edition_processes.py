#!/usr/bin/env python3
"""Editions that leads have signed, and practice that the publisher chose, go into `pub` with the next
release, checked once more; who holds nothing but pub reads them, who is no device too; a recall takes away
what quotes a recalled figure, and the practice that it names. [KE-1] [KE-2]

usage: edition_processes.py KUKYOKU KUKYOKUD
"""
import os
import shutil
import sys

import record_processes as records
from city import City
from mirror import Mirror

FAILED, USAGE, WARNINGS, CONFLICT = 1, 2, 3, 6
PUBLISHER, APPROVER = "desks/publisher", "desks/approver"


def extract(city, area, title, figures, *more, home="lead"):
    given = [word for figure in figures for word in ("--figure", figure)]
    made = city.value("karte", area, "--extract", "--title", title, "--year", "2026", *given, *more,
                      home=home)
    city.run("sync", home=home)
    return made["id"]


def release(city, what, verb, *more, status=0):
    draft, signed = city.path("e.kkyb"), city.path("es.kkyb")
    for old in (draft, signed):
        if os.path.exists(old):
            os.unlink(old)
    city.run("sync", home=PUBLISHER)
    done = city.expect(status, what, "release", verb, *more, "--out", draft, home=PUBLISHER)
    city.run("release", "approve", draft, "--out", signed, home=APPROVER)
    city.run("release", "publish", signed, "--spool", city.path("spool"), home=PUBLISHER)
    city.settle()
    return done.stderr


def only_pub(city, name):
    """A copy of a device that holds nothing but pub."""
    if os.path.isdir(city.path(name)):
        shutil.rmtree(city.path(name))
    shutil.copytree(city.path("far"), city.path(name))
    for file in os.listdir(city.path(name)):
        if file.endswith(".db") and file not in ("state.db", "pub.db"):
            os.unlink(city.path(name, file))
    return name


def page(city, home, name, edition):
    path = city.path(name + ".html")
    city.run("karte", "14133-01", "--edition", edition, "--format", "html", "--out", path, home=home)
    with open(path, "rb") as file:
        return file.read()


def taken(city, first):
    city.refuse(USAGE, "E7001", "a release of nothing", "release", "build", "--title", "x", "--out",
                city.path("no.kkyb"), home=PUBLISHER)
    before = page(city, "lead", "before", first)
    told = release(city, "a release takes them", "build", "--editions", "--title", "カルテ",
                   status=WARNINGS)
    city.check("1 editions" in told and "looks personal" in told and "坂の多い地区の" in told
               and "not in pub as it is quoted" not in told, "and says which not", told)
    city.run("sync", home="far")
    bare = only_pub(city, "bare")
    shown = city.value("karte", "14133-01", home=bare)
    city.check(shown["id"] == first and shown["public"] and shown["receipt"] == 1
               and [f["value"] for f in shown["figures"]] == ["300", "310", "x"]
               and shown["paragraphs"] == ["坂の多い地区です。", "サロンが三つあります。"],
               "a device with pub alone reads it", shown)
    city.check(page(city, bare, "bare", first) == before, "the page is what int gives, byte for byte",
               before[-400:])
    cells = city.value("data", "get", "--area", "14133-01", home=bare)["cells"]
    city.expect(3, "a period that nothing has", "data", "get", "--area", "14133-01", "--period", "1066",
                home=bare)
    city.check({c["indicator"] for c in cells} == {"population", "households"},
               "no view of figures shows it", cells)
    city.run("sync", home="lead")
    listed = city.value("karte", "14133-01", "--list", home="lead")["editions"]
    city.check([e["public"] for e in listed] == [True, False],
               "a ward sees which of its editions are out", listed)
    city.run("sync", home=PUBLISHER)
    city.expect(WARNINGS, "the same once more is nothing new", "release", "build", "--editions",
                "--title", "x", "--out", city.path("no.kkyb"), home=PUBLISHER)
    city.check(not os.path.exists(city.path("no.kkyb")), "and makes nothing")
    city.expect(0, "verified", "verify", home="far")


def kept(city, first):
    """Releases that say nothing of editions leave them; the desk may take the doubtful one too."""
    city.publish("数値だけ", pub=records.write(city, "two.csv",
                                               records.FIGURES.replace(",310,", ",333,")))
    city.run("sync", home="far")
    shown = city.value("karte", "14133-01", home=only_pub(city, "bare"))
    city.check(shown["id"] == first and shown["figures"][1]["value"] == "310",
               "a release of figures keeps it as it was signed", shown)
    told = release(city, "with a person's word", "build", "--editions", "--confirm-personal",
                   "--title", "カルテ2")
    city.check("2 editions" in told, "the other one goes out too", told)


LONG = "体操と食事を組み合わせる。\n" + "毎月の振り返りで次を決める。" * 45


def shares(city, title, points, *more):
    made = city.value("record", "new", "practice", "--set", "title=" + title, "--set",
                      "summary=坂の途中で集まる", "--set", "points=" + points, "--set",
                      "ahead=送迎", "--set", "areas=14133-01", "--set", "contact=地域支援課", *more,
                      home="lead")
    if more:
        city.refuse(CONFLICT, "E5009", "nor is it shared unseen", "record", "share", made["id"],
                    home="lead")
    copy = city.value("record", "share", made["id"], *more, home="lead")["id"]
    city.run("sync", home="lead")
    return made["id"], copy


def practices(city, home):
    shown = city.value("data", "practice", home=home, status=(0, WARNINGS))["practices"]
    return {p["id"]: p for p in shown}


def chosen(city):
    """What wards have shared, and the publisher has chosen, is for everybody. [KE-2]"""
    city.refuse(FAILED, "E1007", "practice that nobody has", "release", "build", "--practice", "00aa",
                "--title", "x", "--out", city.path("no.kkyb"), home=PUBLISHER)
    _, one = shares(city, "坂の体操", LONG)
    own, two = shares(city, "見守り", "電話は 044-987-6543", "--confirm-personal")
    city.run("sync", home=PUBLISHER)
    city.refuse(CONFLICT, "E5009", "what looks personal", "release", "build", "--practice", two,
                "--title", "x", "--out", city.path("no.kkyb"), home=PUBLISHER)
    city.check(not os.path.exists(city.path("no.kkyb")), "is not made into a release")
    city.run("sync", home="far")
    before = city.value("karte", "14133-01", "--list", home=only_pub(city, "bare"))["editions"]
    told = release(city, "a release takes what is chosen", "build", "--practice", one[:8], "--title",
                   "実践例")
    city.check("1 practices" in told, "and says so", told)
    city.run("sync", home="far")
    bare = only_pub(city, "bare")
    shown = practices(city, bare)
    city.check(set(shown) == {one} and shown[one]["area"] == "14133-01"
               and shown[one]["fields"]["points"] == LONG
               and shown[one]["fields"]["title"] == "坂の体操"
               and not {"contact", "origin", "location"} & set(shown[one]["fields"]),
               "a device with pub alone reads it whole, without whom to ask", shown)
    text = city.run("data", "practice", one[:6], home=bare)
    city.check("坂の体操" in text and "体操と食事を組み合わせる。" in text, "as text too", text)
    city.refuse(FAILED, "E1007", "practice that is not out", "data", "practice", two, home=bare)
    city.check(city.value("karte", "14133-01", "--list", home=bare)["editions"] == before,
               "editions stay as they were")
    listed = city.value("data", "list", home=bare)["indicators"]
    city.check({i["indicator"] for i in listed} == {"population", "households"},
               "no list of figures shows it", listed)
    told = release(city, "one more, with a person's word", "build", "--practice", two,
                   "--confirm-personal", "--title", "実践例2")
    city.run("sync", home="far")
    city.check(set(practices(city, only_pub(city, "bare"))) == {one, two}, "stands beside the first")
    city.run("record", "unshare", own, home="lead")
    city.run("sync", home="lead")
    city.run("sync", home=PUBLISHER)
    city.refuse(CONFLICT, "E5005", "what its ward has taken back", "release", "build", "--practice",
                two, "--confirm-personal", "--title", "x", "--out", city.path("no.kkyb"),
                home=PUBLISHER)
    resident(city, one, two)
    return one, two


def resident(city, one, two):
    """Who is no device reads it from a plain web server."""
    city.daemon_says("--export", "static", city.path("web"))
    mirror = Mirror(city.path("web"))
    number = city.value("status", home="lead", status=range(11))["root_fingerprint"]
    city.run("enroll", "--public", mirror.url, "--fingerprint", number, home="resident")
    city.run("sync", home="resident")
    mirror.close()
    shown = practices(city, "resident")
    city.check(set(shown) == {one, two} and shown[one]["fields"]["points"] == LONG,
               "a resident reads it", shown)
    text = city.run("data", "practice", one, home="resident")
    city.check("坂の体操" in text, "in words", text)
    karte = city.value("karte", "14133-01", home="resident")
    city.check(karte["public"] and karte["paragraphs"], "and an edition", karte)
    city.refuse(FAILED, "E1011", "but writes none", "karte", "14133-01", "--extract", "--title", "x",
                "--year", "2026", "--figure", "population 2020", home="resident")
    city.expect(0, "all of it verified", "verify", home="resident")


def taken_back(city, one, two):
    told = release(city, "a recall of practice", "recall", "--scope", "pub", "--practice", two, "--note",
                   "個人の情報")
    city.check("1 practices go" in told and "pub: 0 rows go" in told, "and of no figure", told)
    city.run("sync", home="far")
    bare = only_pub(city, "bare")
    city.check(set(practices(city, bare)) == {one}, "takes it away")
    with open(city.path(bare, "pub.db"), "rb") as file:
        city.check("044-987".encode() not in file.read(), "and nothing of it is left")
    city.refuse(FAILED, "E1007", "once", "release", "recall", "--scope", "pub", "--practice", two,
                "--note", "x", "--out", city.path("no.kkyb"), home=PUBLISHER)
    city.expect(0, "verified", "verify", home="far")


def recalled(city, first):
    told = release(city, "a recall of a figure that it quotes", "recall", "--scope", "pub",
                   "--indicator", "population", "--area", "14133-01", "--period", "2019", "--note",
                   "誤り")
    city.check("1 editions" in told, "takes the edition along", told)
    city.run("sync", home="far")
    listed = city.value("karte", "14133-01", "--list", home=only_pub(city, "bare"))["editions"]
    city.check(len(listed) == 1 and listed[0]["id"] != first, "only the other is left", listed)
    told = release(city, "it does not come again", "build", "--editions", "--confirm-personal",
                   "--title", "カルテ3", "--scope", "pub=" + records.write(
                       city, "three.csv", "".join(
                           line + "\n" for line in records.FIGURES.splitlines()
                           if "14133-01,2019" not in line)), status=WARNINGS)
    city.check("not in pub as it is quoted: population" in told, "its figure is gone", told)
    city.expect(0, "verified", "verify", home="far")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol({"lead": ("lead", "14133"), "far": ("lead", "14136")})
        first = extract(city, "14133-01", "坂の町", ("population 2019", "population 2020",
                                                     "households 2020"), "--paragraph",
                        "坂の多い地区です。", "--paragraph", "サロンが三つあります。")
        extract(city, "14133-01", "坂の町 2", ("population 2020",), "--paragraph",
                "坂の多い地区の山田太郎さん（090-1234-5678）", "--confirm-personal")
        taken(city, first)
        kept(city, first)
        taken_back(city, *chosen(city))
        recalled(city, first)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
