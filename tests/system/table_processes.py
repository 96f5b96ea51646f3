#!/usr/bin/env python3
"""Records as tables: every kind out as CSV and in again, from the kinds themselves; and rows that
are wrong, of which nothing is written.

usage: table_processes.py KUKYOKU KUKYOKUD
"""
import csv
import io
import json
import sys

import record_processes as records
from city import City
from workbook import Book, Date

FAILED, USAGE, WARNINGS = 1, 2, 3
HEAD = "id,title,field,areas,content,date,heard\n"
GOOD = ",よい声,health,14133-01,歩くのがつらい,2026-11-23,voice\n"
BAD = ",x,helth,14133-01,a,2026-11-23,voice\n"


def out(city, kind, home):
    """The table, as bytes and as rows."""
    path = city.path("%s-%d.csv" % (kind, city.number))
    told = city.value("record", "export", kind, path, home=home)
    with open(path, "rb") as table:
        raw = table.read()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    city.check(told["records"] == len(rows) > 0, kind + ": a row a record", raw)
    return path, raw, rows


def put(city, rows):
    path = city.path("in-%d.csv" % city.number)
    with open(path, "w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def there_and_back(city, kind, home):
    path, raw, rows = out(city, kind, home)
    city.check(raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\n") == raw.count(b"\r\n"),
               kind + ": for the usual spreadsheet", raw[:80])
    told = city.value("record", "import", kind, path, home=home)
    city.check((told["same"], told["new"]) == (len(rows), 0), kind + ": comes in as the same", told)
    if kind == "case": # it comes from an issue
        return
    told = city.value("record", "import", kind, put(city, [dict(r, id="") for r in rows]),
                      home=home)
    city.check(told["new"] == len(rows), kind + ": without ids they are new", told)
    again = [{k: v for k, v in r.items() if k != "id"} for r in out(city, kind, home)[2]]
    for row in rows:
        row.pop("id")
        city.check(again.count(row) >= 2, kind + ": the same values twice", (row, again))


def count(city):
    return len(city.value("record", "list", "voice", home="staff")["records"])


def expect(city, what, text, outcome, *options, encoding="utf-8"):
    """outcome: the exit code, and how many voices more there are then. Returns what was told."""
    path = city.path("voice-%d.csv" % city.number)
    with open(path, "wb") as table:
        table.write(text.encode(encoding))
    before = count(city)
    done = city.call("record", "import", "voice", path, "--json", *options, home="staff")
    city.check((done.returncode, count(city) - before) == outcome, what,
               (done.returncode, done.stdout, done.stderr))
    return json.loads(done.stdout) if done.stdout else {}


def workbook(city):
    """A sheet is as good as a file; its rows keep their numbers."""
    path = city.path("voice.xlsx")
    head = HEAD.strip().split(",")
    good = ["", "よい声", "health", "14133-01", "歩く", Date(46349), "voice"]
    Book("声").fill([head, good]).fill([["", "x", "helth", *good[3:]]], 5).write(path)
    done = city.call("record", "import", "voice", path, "--json", "--accept-valid-rows",
                     home="staff")
    told = json.loads(done.stdout)
    city.check(done.returncode == WARNINGS and
               [(r["line"], r["outcome"]) for r in told["rows"]] == [(2, "new"), (5, "rejected")],
               "a workbook comes in", done.stdout + done.stderr)
    found = city.value("record", "list", "voice", home="staff")["records"]
    city.check(any(r["fields"].get("content") == "歩く" for r in found), "as records", found[:1])
    done = city.call("record", "import", "voice", path, "--sheet", "無", home="staff")
    city.check(done.returncode == FAILED and "[E2004]" in done.stderr, "of the sheet named",
               done.stderr)
    told = expect(city, "a row that is no row", (HEAD + GOOD + ',a"b,c\n').replace(",", ";"),
                  (FAILED, 0))
    city.check([(r["line"], r["outcome"]) for r in told["rows"]] == [(2, "new"), (3, "rejected")],
               "with semicolons too", told)


def rows(city):
    told = expect(city, "one bad row: nothing is written", HEAD + GOOD + BAD, (FAILED, 0))
    city.check([(r["line"], r["outcome"]) for r in told["rows"]] == [(2, "new"), (3, "rejected")],
               "each row has its word, also then", told)
    city.check(told["rows"][1]["where"] == "field" and "helth" in told["rows"][1]["detail"],
               "and the place and the reason", told)
    expect(city, "the sound rows, when asked for", HEAD + GOOD + BAD, (WARNINGS, 1),
           "--accept-valid-rows")
    named = HEAD + ",x,health,14133-01,山田太郎さん,2026-11-23,voice\n"
    expect(city, "a name is flagged", named, (FAILED, 0))
    expect(city, "and passes once looked at", named, (0, 1), "--confirm-personal")
    expect(city, "twelve digits never", named.replace("山田太郎さん", "123456789012"),
           (FAILED, 0), "--confirm-personal")
    expect(city, "a row too short", HEAD + ",x,health\n" + GOOD, (FAILED, 0))
    expect(city, "an open quote", HEAD + ",\"x,health\n", (FAILED, 0))
    expect(city, "a dry run", HEAD + GOOD, (0, 0), "--dry-run")
    expect(city, "CP932, as a spreadsheet saves it", HEAD + GOOD, (0, 1), encoding="cp932")
    expect(city, "a text that a spreadsheet would run", HEAD + GOOD.replace("よい声", "'=1+1"),
           (0, 1))
    titles = [r["fields"]["title"] for r in city.value("record", "list", "voice",
                                                       home="staff")["records"]]
    city.check("=1+1" in titles, "loses its guard", titles)


def ids(city):
    one = city.value("record", "new", "voice", "--set", "title=元", "--set", "field=health",
                     "--set", "areas=14133-01", "--set", "content=本文", "--set",
                     "date=2026-11-23", "--set", "heard=voice", home="staff")["id"]
    told = expect(city, "the same id twice", "id,title\n%s,一\n%s,二\n" % (one, one), (FAILED, 0))
    city.check(told["rejected"] == 2, "both rows are wrong", told)
    expect(city, "an id of nobody", "id,title\n%032x,x\n" % 1, (FAILED, 0))
    expect(city, "half an id", "id,title\n%s,x\n" % one[:8], (FAILED, 0))
    told = expect(city, "one cell", "id,title,content\n%s,新,\n" % one, (0, 0))
    fields = city.value("record", "show", one, home="staff")["fields"]
    city.check(told["changed"] == 1 and fields["title"] == "新" and fields["content"] == "本文",
               "changes that field, and an empty cell none", fields)


def files(city):
    for what, text in (("a column of no field", HEAD.replace("heard", "hard") + GOOD),
                       ("a column twice", HEAD.replace("content", "title") + GOOD),
                       ("an empty file", "")):
        path = records.write(city, "odd.csv", text)
        city.refuse(FAILED, "E2001", what, "record", "import", "voice", path, home="staff")
    city.refuse(FAILED, "E1007", "no such file", "record", "import", "voice",
                city.path("none.csv"), home="staff")
    city.refuse(FAILED, "E1008", "never over another file", "record", "export", "voice", path,
                home="staff")
    city.refuse(USAGE, "E7001", "a kind that does not exist", "record", "export", "voize",
                city.path("new.csv"), home="staff")


def large(city):
    """Two hundred rows are one act on the disk."""
    told = expect(city, "two hundred rows", HEAD + GOOD * 200, (0, 200))
    city.check(told["new"] == 200, "all of them new", told["new"])
    for home in ("staff", "lead", "staff"):
        city.run("sync", home=home)
    held = city.value("record", "list", "voice", home="lead")["records"]
    city.check(len(held) == count(city), "and the lead has them", len(held))
    city.expect(0, "verified", "verify", home="lead")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol(records.PEOPLE)
        kinds = {k["kind"]: city.value("record", "fields", k["kind"])
                 for k in city.value("record", "fields")["kinds"]}
        records.each_kind(city, kinds, {})
        for name, kind in kinds.items():
            there_and_back(city, name, records.writer_of(kind) if name != "case" else "lead")
        rows(city)
        workbook(city)
        ids(city)
        files(city)
        large(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
