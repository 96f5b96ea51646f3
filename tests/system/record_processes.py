#!/usr/bin/env python3
"""Every kind of record as a person writes it, from the table itself: a new kind is covered without a
line here. Created, shown, listed, edited, filled in from its template; seen by a second device;
shared and taken back [RL-22]; handed over. And what is refused.

usage: record_processes.py KUKYOKU KUKYOKUD
"""
import csv
import json
import sys

from city import City

USAGE, CONFLICT, DENIED = 2, 6, 8
HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
AREAS = {"14130": 9000, "14133": 1000, "14136": 2000, "14133-01": 300, "14133-02": 500,
         "14133-03": 200}
FIGURES = HEAD + "".join("population,%s,%d,,%d,,人,,,,\n" % (area, year, value + 10 * (year - 2019))
                         for area, value in AREAS.items() for year in (2019, 2020))
FIGURES += "households,14133-01,2020,,,x,世帯,,,,\n"
PEOPLE = {"lead": ("lead", "14133"), "staff": ("staff", "14133"), "far": ("lead", "14136"),
          "officer": ("officer", "")}


def write(city, name, text):
    with open(city.path(name), "w", encoding="utf-8") as out:
        out.write(text)
    return city.path(name)


def value_of(field, others):
    """Some sound value by the field's own row."""
    if field["type"] == "code":
        return field["codes"][0]["code"]
    if field["type"] == "records":
        return [others[field["name"]]] if field["name"] in others else None
    return {"line": "一行の記載", "text": "一行目\n二行目", "number": 3, "date": "2026-11-23",
            "year": 2026, "list": ["14133-01"], "figures": ["population 14133 2020"]}[field["type"]]


def body_of(kind, others, needed_only):
    body = {}
    for field in kind["fields"]:
        if needed_only and field["needed_for"] != "create":
            continue
        value = value_of(field, others)
        if value is not None:
            body[field["name"]] = value
    return body


def writer_of(kind):
    return "officer" if kind["home"] == "b" else "lead"


def each_kind(city, kinds, written):
    for name, kind in kinds.items():
        if name == "case": # it comes from an issue
            written["case"] = city.value("issue", "submit", written["issue"], home="lead")["id"]
            city.run("sync", home="lead")
            city.run("sync", home="officer")
            continue
        home, whole = writer_of(kind), body_of(kind, written, False)
        write(city, name + ".json", json.dumps(whole, ensure_ascii=False))
        made = city.value("record", "new", name, "--file", city.path(name + ".json"), home=home)
        written.setdefault(name, made["id"])
        shown = city.value("record", "show", made["id"], home=home)["fields"]
        city.check(set(whole) <= set(shown), name + ": every field is kept",
                   set(whole) - set(shown))
        listed = city.value("record", "list", name, home=home)["records"]
        city.check(made["id"] in [r["id"] for r in listed], name + ": is listed")
        line = next(f for f in kind["fields"] if f["type"] in ("line", "text"))
        if kind["frozen"]:
            city.refuse(CONFLICT, "E5005", name + ": is never edited", "record", "edit",
                        made["id"], "--set", line["name"] + "=書き直した", home=home)
            continue
        edited = city.value("record", "edit", made["id"], "--set", line["name"] + "=書き直した",
                            home=home)
        city.check(edited["fields"][line["name"]] == "書き直した", name + ": is edited")
        for field in kind["fields"]:
            if field["needed_for"] == "create":
                less = body_of(kind, written, True)
                del less[field["name"]]
                write(city, "less.json", json.dumps(less, ensure_ascii=False))
                done = city.call("record", "new", name, "--file", city.path("less.json"),
                                 home=home)
                city.check(done.returncode == USAGE and field["name"] in done.stderr,
                           "%s: without %s" % (name, field["name"]), done.stderr)
                break


def emptied(city, kinds, written):
    """Whatever may be missing can be taken out again, by the line and by a form."""
    for name, kind in kinds.items():
        if kind["frozen"] or name == "case":
            continue
        home, whole = writer_of(kind), body_of(kind, written, False)
        write(city, "whole.json", json.dumps(whole, ensure_ascii=False))
        made = city.value("record", "new", name, "--file", city.path("whole.json"), home=home)["id"]
        spare = [f["name"] for f in kind["fields"]
                 if f["needed_for"] != "create" and f["name"] in whole]
        blank = {field: [] if isinstance(whole[field], list) else (None, "")[at % 2]
                 for at, field in enumerate(spare)}
        write(city, "blank.json", json.dumps(blank))
        city.run("record", "edit", made, "--file", city.path("blank.json"), home=home)
        shown = city.value("record", "show", made, home=home)["fields"]
        city.check(not set(spare) & set(shown) and set(whole) - set(spare) <= set(shown),
                   name + ": what was emptied is gone", shown)
        for field in kind["fields"]:
            if field["needed_for"] == "create":
                city.refuse(USAGE, "E5007", name + ": what must be there is not emptied", "record",
                            "edit", made, "--set", field["name"] + "=", home=home)
                break


def emptied_apart(city):
    """One empties what another writes: both stand until somebody decides."""
    one = city.value("record", "new", "voice", "--set", "title=元", "--set", "field=health", "--set",
                     "areas=14133-01", "--set", "content=本文", "--set", "date=2026-11-23", "--set",
                     "heard=voice", "--set", "note=控え", home="staff")["id"]
    for home in ("staff", "lead"):
        city.run("sync", home=home)
    city.run("record", "edit", one, "--set", "note=", home="staff")
    city.run("record", "edit", one, "--set", "note=控え二", home="lead")
    for home in ("staff", "lead", "staff"):
        city.run("sync", home=home, status=(0, CONFLICT))
    told = city.value("record", "resolve", one, home="lead", status=(CONFLICT,))
    sides = told["conflicts"]["note"]
    city.check(sorted(sides, key=str) == sorted([None, "控え二"], key=str), "both stand", told)
    city.expect(CONFLICT, "and are shown", "record", "resolve", one, home="lead")
    settled = city.value("record", "resolve", one, "--take", "note=%d" % (sides.index(None) + 1),
                         home="lead")
    city.check("note" not in settled["fields"] and not settled["conflicts"], "emptied it is", settled)


def templates(city, kinds):
    for name, kind in kinds.items():
        form = json.loads(city.run("record", "new", name, "--template", home="lead"))
        fields = [f["name"] for f in kind["fields"]]
        city.check([k for k in form if k[0] != "#"] == fields and all("#" + f in form
                   for f in fields), name + ": its template has every field")
    form = json.loads(city.run("record", "new", "voice", "--template", home="lead"))
    form.update(title="声", field="health", areas=["14133-01"], content="歩くのがつらい",
                date="2026-11-23", heard="voice")
    write(city, "filled.json", json.dumps(form, ensure_ascii=False))
    city.expect(0, "a filled template is read as it is", "record", "new", "voice", "--file",
                city.path("filled.json"), home="staff")


def tables(city, kinds):
    """What a page draws its forms and buttons from says the same as the commands."""
    told = city.value("record", "tables")
    city.check({k["kind"]: {f["name"] for f in k["fields"]} for k in told["kinds"]} ==
               {n: {f["name"] for f in k["fields"]} for n, k in kinds.items()},
               "the tables hold every kind with its fields")
    acts = {a["act"]: a for a in told["case"]["acts"]}
    city.check(acts["ask"] == dict(acts["ask"], who="officer", to="need_info", effect="move",
                                   need="reason", **{"from": ["in_review"]}) and
               acts["confirm"]["to"] is None, "acts say who, from where, to where, and what they need",
               acts)
    rungs = [f for f in kinds["issue"]["fields"] if f["name"] == "rung"][0]["codes"]
    city.check([r["rung"] for r in told["rungs"]] == [c["code"] for c in rungs] and
               told["rungs"][9]["need"] == "feedback", "rungs in the order of their codes")
    city.check([w["code"] for w in told["wards"]] == ["1413%d" % n for n in range(1, 8)] and
               [r["role"] for r in told["roles"]][:3] == ["staff", "lead", "officer"],
               "wards and roles")
    text = city.run("record", "tables")
    city.check("need_info" in text and "publish" in text, "and a person can read them", text)


def second_device(city, kinds, written):
    for home in PEOPLE:
        city.run("sync", home=home)
    for home in PEOPLE:
        city.run("sync", home=home)
    for name, kind in kinds.items():
        if kind["home"] == "w":
            city.expect(0, name + ": the ward's other device has it", "record", "show",
                        written[name], home="staff")
            city.refuse(1, "E1007", name + ": another ward has not", "record", "show",
                        written[name], home="far")


def sharing(city, kinds, written):
    for name, kind in kinds.items():
        if kind["home"] != "w":
            continue
        if kind["way"] != "share":
            city.refuse(DENIED, "E5006", name + ": stays in its ward", "record", "share",
                        written[name], home="lead")
            continue
        city.refuse(DENIED, "E5004", name + ": staff do not share", "record", "share",
                    written[name], home="staff")
        copy = city.value("record", "share", written[name], home="lead")
        goes = {f["name"] for f in kind["fields"] if f["shared"]} | {"origin"}
        city.check(set(copy["fields"]) <= goes and copy["scope"] == "int",
                   name + ": only what goes along is shared", set(copy["fields"]) - goes)
        again = city.value("record", "share", written[name], home="lead")
        city.check(again["id"] == copy["id"], name + ": shared again is the same copy")
        city.run("sync", home="lead")
        city.run("sync", home="far")
        city.expect(0, name + ": another ward reads it", "record", "show", copy["id"], home="far")
        city.check(city.value("record", "unshare", written[name], home="lead")["closed"],
                   name + ": taken back")
        city.refuse(1, "E1007", name + ": not shared any more", "record", "unshare", written[name],
                    home="lead")
        city.check(not city.value("record", "share", written[name], home="lead")["closed"],
                   name + ": and shared once more")
        lost = next((f["name"] for f in kind["fields"] if f["shared"] and f["needed_for"] != "create"
                     and f["type"] in ("line", "text") and f["name"] != "holder"
                     and f["name"] in copy["fields"]), None)
        if lost and not kind["frozen"]:
            city.run("record", "edit", written[name], "--set", lost + "=", home="lead")
            copy = city.value("record", "share", written[name], home="lead")
            city.check(lost not in copy["fields"], name + ": the copy loses what its own lost", copy)


def side_by_side(city, kinds, written):
    """A record and its copy are told of once: the ward's own where it is at hand."""
    shared = [n for n, k in kinds.items() if k["home"] == "w" and k["way"] == "share"]
    for home in ("lead", "far"):
        city.run("sync", home=home)
    sheets = {home: city.value("sheet", "14133-01", home=home)["records"]
              for home in ("lead", "far")}
    city.check({"resource", "initiative", "goal", "evaluation"} <= set(sheets["lead"]),
               "the sheet has what may be shared", sorted(sheets["lead"]))
    for name in shared:
        own, far = ({r["scope"] for r in sheets[home].get(name, [])} for home in ("lead", "far"))
        city.check((own, far) == (({"w:14133"}, {"int"}) if name in sheets["lead"] else
                                  (set(), set())), # examples are on no area's sheet
                   name + ": on the ward's sheet its own, on another's the copy", (own, far))
        rows = {}
        for home, more in (("lead", []), ("far", []), ("lead", ["--shared"])):
            path = city.path("%s-%s%d.csv" % (name, home, len(more)))
            city.run("record", "export", name, path, *more, home=home)
            with open(path, encoding="utf-8-sig", newline="") as table:
                rows[home, len(more)] = [r["scope"] for r in csv.DictReader(table)]
        city.check(set(rows["lead", 0]) == {"w:14133"} and rows["far", 0] == []
                   and set(rows["lead", 1]) == {"w:14133", "int"},
                   name + ": exported without copies, and with them", rows)
    title = city.value("record", "show", written["resource"], home="lead")["fields"]["title"]
    found = {home: {r["scope"] for r in city.value("search", title, "--kind", "resource",
                                                   home=home)["records"]}
             for home in ("lead", "far")}
    city.check(found == {"lead": {"w:14133"}, "far": {"int"}}, "and found once", found)


def explained(city, kinds):
    """--help of what writes a kind shows its fields, in the language of the reader."""
    for name, kind in kinds.items():
        text = city.expect(0, name + ": help shows its fields", "record", "new", name, "--help",
                           lang="ja").stdout
        city.check(all(f["name"] in text for f in kind["fields"]) and "上限" in text
                   and (not kind["guide"] or kind["guide"] in text), name + ": each of them", text)
    told = city.value("help", "record", "new", "voice")
    city.check(told["verb"] == "new" and told["kind"]["guide"] == "L790–892" and
               [f["name"] for f in told["kind"]["fields"]] ==
               [f["name"] for f in kinds["voice"]["fields"]], "as JSON too", told)
    city.check("kind" not in city.value("help", "record", "new"), "without a kind as before", "")
    done = city.refuse(USAGE, "E7001", "help on no kind", "help", "record", "new", "voise")
    city.check("voice" in done.stderr, "names the nearest", done.stderr)
    city.refuse(USAGE, "E7001", "nor so", "record", "new", "voise", "--help")


def handing_over(city, written):
    mine = city.value("record", "new", "initiative", "--set", "title=子育てサロン", "--set",
                      "field=children", "--set", "areas=14133-01", "--set", "by_whom=民生委員",
                      "--set", "purpose=孤立を防ぐ", "--set", "for_whom=乳幼児の親", "--set",
                      "what=月一回の集い", "--set", "holder=staff", home="staff")["id"]
    city.refuse(1, "E1007", "nobody of that name", "record", "handover", "--from", "staff", "--to",
                "山田", home="lead")
    city.refuse(1, "E1007", "somebody of another ward", "record", "handover", "--from", "staff",
                "--to", "far", home="lead")
    done = city.refuse(1, "E1007", "nobody of the name that hands over", "record", "handover",
                       "--from", "staf", "--to", "lead", home="lead")
    city.check("staff" in done.stderr, "names the nearest person", done.stderr)
    city.run("sync", home="staff")
    city.run("sync", home="lead")
    told = city.expect(0, "a dry run", "record", "handover", "--from", "staff", "--to", "lead",
                       "--dry-run", home="lead").stdout
    city.check(all(words in told for words in ("by whom: 民生委員", "what for: 孤立を防ぐ",
                                               "for whom: 乳幼児の親", "what: 月一回の集い")),
               "tells by whom, what for, for whom and what", told)
    city.check(city.value("record", "show", mine, home="lead")["fields"]["holder"] == "staff",
               "changes nothing")
    done = city.expect(0, "nor does one of an edit", "record", "edit", mine, "--set", "title=x",
                       "--dry-run", home="lead")
    city.check("nothing was changed" in done.stderr and not done.stdout, "which says so", done)
    full = city.value("issue", "new", "--set", "title=見守り", "--set", "problem=担い手が減った", "--set",
                      "field=elderly", "--set", "areas=14133-01", "--set", "holder=staff",
                      *["--set", "handovers=2026-04-01: 記録"] * 64, home="lead")["id"]
    city.refuse(USAGE, "E5007", "one of them takes no line more", "record", "handover", "--from",
                "staff", "--to", "lead", home="lead")
    city.check(city.value("record", "show", mine, home="lead")["fields"]["holder"] == "staff",
               "then nothing is handed over")
    city.run("issue", "edit", full, "--set", "holder=lead", home="lead")
    moved = city.value("record", "handover", "--from", "staff", "--to", "lead", "--note",
                       "会場は公民館", home="lead")["records"]
    city.check([r["id"] for r in moved] == [mine], "only what was theirs", moved)
    now = city.value("record", "show", mine, home="lead")["fields"]
    city.check(now["holder"] == "lead" and "staff → lead 会場は公民館" in now["handovers"][-1]
               and now["purpose"] == "孤立を防ぐ", "the purpose outlives the person", now)
    city.check(written["initiative"] != mine, "others' work is untouched")


def personal(city):
    voice = ["record", "new", "voice", "--set", "title=声", "--set", "field=other", "--set",
             "areas=14133", "--set", "date=2026-11-23", "--set", "heard=voice", "--set"]
    done = city.refuse(CONFLICT, "E5009", "a resident's name is stopped", *voice,
                       "content=山田太郎さんが困っている", home="staff")
    city.check("content" in done.stderr, "and where it stands is named", done.stderr)
    city.expect(0, "the writer may say that it is none", *voice, "content=佐藤公園様式の遊具",
                "--confirm-personal", home="staff")
    city.refuse(CONFLICT, "E5009", "a number of twelve digits never passes", *voice,
                "content=1234 5678 9012", "--confirm-personal", home="staff")


def evidence(city):
    """What a record rests on, then and now."""
    made = city.value("record", "new", "finding", "--set", "title=人口", "--set", "problem=減少",
                      "--set", "field=people", "--set", "areas=14133", "--set", "section=企画係",
                      "--set", "aspect=community", "--set", "evidence=population 14133 2020",
                      home="lead")
    done = city.refuse(USAGE, "E5007", "an indicator that nobody released", "record", "edit",
                       made["id"], "--set", "evidence=popluation 14133 2020", home="lead")
    city.check("population" in done.stderr, "names the nearest", done.stderr)
    done = city.expect(3, "nor has it figures", "data", "get", "--indicator", "popluation",
                       home="lead")
    city.check("mean population?" in done.stderr + done.stdout, "nor there without it", done.stderr)
    city.publish("訂正", pub=write(city, "two.csv", FIGURES.replace(",1010,", ",1011,")))
    city.run("sync", home="lead")
    shown = city.expect(0, "a record with evidence", "record", "show", made["id"], home="lead")
    city.check("1010 人" in shown.stdout and "1011" in shown.stdout, "then and now are shown",
               shown.stdout)
    now = city.value("record", "show", made["id"], home="lead")["evidence"]
    city.check(now[0]["then"] == "1010" and now[0]["now"] == "1011" and now[0]["changed"],
               "also as JSON", now)


def places(city):
    """Of an area the most restricted figure counts, also where it is none."""
    told = "population,14133-02,2020,,100,,人,,,,\npopulation,14133-03,2020,,,u,人,,,,\n"
    city.publish("区の値", pub=write(city, "three.csv", FIGURES),
                 r_14133=write(city, "ward.csv", HEAD + told))
    city.run("sync", home="lead")
    for more, want in (((), (1, 2)), (("--public",), (2, 3))):
        sheet = city.value("sheet", "14133-01", *more, home="lead")
        row = [f for f in sheet["figures"] if f["indicator"] == "population"][0]
        city.check((row["rank"], row["ranked"]) == want, "its place, %s" % (more or "all"), row)


def sheets(city):
    sheet = city.value("sheet", "14133-01", home="lead")
    row = [f for f in sheet["figures"] if f["indicator"] == "population"][0]
    city.check((row["value"], row["before"], row["ward"], row["city"]) == (310, 300, 1010, 9010),
               "the sheet: area, ward and city side by side, and before", row)
    city.check((row["rank"], row["ranked"], row["period"]) == (2, 3, "2020"),
               "its place among the areas", row)
    row = [f for f in sheet["figures"] if f["indicator"] == "households"][0]
    city.check(row["value"] is None and row["missing"] == "x" and row["ranked"] == 0,
               "what is concealed stays so", row)
    names = {kind: len(records) for kind, records in sheet["records"].items()}
    city.check(all(names[kind] > 0 for kind in ("voice", "resource", "finding", "issue", "goal",
                                                "evaluation", "initiative")),
               "the sheet: what is known of the area", names)
    ward = city.value("sheet", "14133", home="lead")
    row = [f for f in ward["figures"] if f["indicator"] == "population"][0]
    city.check((row["rank"], row["ranked"], row["ward"]) == (2, 2, None), "a ward among wards", row)
    city.check(len(ward["records"]["voice"]) >= names["voice"], "and all its areas' records")
    far = city.value("sheet", "14133-01", home="far")
    city.check(not far["records"]["voice"] and far["figures"], "another ward: figures alone",
               far["records"])
    page = city.expect(0, "the sheet for people", "sheet", "14133-01", home="lead", lang="ja")
    city.check("地域情報シート" in page.stdout and "社会資源" in page.stdout, "has its parts",
               page.stdout)
    city.refuse(1, "E6008", "a release that is not there", "sheet", "14133", "--as-of", "99",
                home="lead")


def queue(city, written):
    for home in ("lead", "officer"):
        city.run("sync", home=home)
    listed = city.value("case", "list", home="officer")
    city.check(listed["count"] == 1 and listed["waits_bureau"] == 1
               and listed["records"][0]["id"] == written["case"]
               and listed["records"][0]["due"], "the queue: one case, due, for the bureau", listed)
    city.run("record", "new", "memo", "--set", "case=" + written["case"], "--set",
             "priority=high", "--set", "note=急ぎ", home="officer")
    for options, count in ((["--ward", "14133"], 1), (["--ward", "14136"], 0),
                           (["--state", "submitted"], 1), (["--state", "built"], 0),
                           (["--field", "people"], 1), (["--field", "health"], 0),
                           (["--waits", "bureau"], 1), (["--waits", "ward"], 0),
                           (["--priority", "high"], 1), (["--priority", "low"], 0),
                           (["--age", "0"], 1), (["--age", "1"], 0), (["--due", "2099-01-01"], 1),
                           (["--due", "2020-01-01"], 0),
                           (["--overdue"], 0), (["--fund", "support"], 0)):
        found = city.value("case", "list", *options, home="officer")["count"]
        city.check(found == count, "the queue: " + " ".join(options), found)
    city.refuse(USAGE, "E7001", "a ward that does not exist", "case", "list", "--ward", "14150",
                home="officer")
    city.refuse(USAGE, "E7001", "a day that is none", "case", "list", "--due", "tomorrow",
                home="officer")
    city.refuse(USAGE, "E7001", "an age that is none", "case", "list", "--age", "old",
                home="officer")
    city.check(listed["counts"] == {"state": {"submitted": 1}, "ward": {"14133": 1},
                                    "field": {"people": 1}, "fund": {"none": 1}},
               "counted by state, ward, field and fund", listed["counts"])
    counts = city.expect(0, "the counts as a table", "case", "list", "--counts", home="officer")
    city.check("Nakahara" in counts.stdout and counts.stdout.count(" 1\n") == 4,
               "a row each", counts.stdout)
    table = city.expect(0, "the queue as a table", "case", "list", home="officer")
    city.check("Nakahara" in table.stdout and "cases: 1" in table.stderr, "with ward and sum",
               table.stdout + table.stderr)
    told = city.value("digest", "--since", "2020-01-01", home="officer")
    city.check(len(told["mine"]) == 1 and len(told["moved"]) == 1 and told["shared"],
               "the digest: what waits, what moved, what is new", told)
    told = city.value("digest", "--since", "2099-01-01", home="far")
    city.check(not told["moved"] and not told["shared"], "nothing since tomorrow", told)
    city.expect(0, "the digest for a mail", "digest", "--since", "2020-01-01", home="lead",
                lang="ja")
    city.refuse(USAGE, "E7001", "a day that is none", "digest", "--since", "yesterday",
                home="lead")


def conflicts(city):
    """Two people write one field apart: both stand until somebody decides."""
    one = city.value("record", "new", "voice", "--set", "title=元", "--set", "field=health",
                     "--set", "areas=14133-01", "--set", "content=本文", "--set",
                     "date=2026-11-23", "--set", "heard=voice", home="staff")["id"]
    for home in ("staff", "lead"):
        city.run("sync", home=home)
    city.refuse(CONFLICT, "E5005", "nothing to settle", "record", "resolve", one, "--set", "title=x",
                home="lead")
    for home, title in (("staff", "甲"), ("lead", "乙")):
        city.run("record", "edit", one, "--set", "title=" + title, home=home)
    for home in ("staff", "lead", "staff"):
        city.run("sync", home=home, status=(0, CONFLICT))
    done = city.refuse(USAGE, "E7001", "which of them is to be said", "record", "resolve", one,
                       "--take", "title", home="lead")
    city.check("title=1 … title=2" in done.stderr, "by its number", done.stderr)
    both = city.expect(CONFLICT, "both sides and their writers", "record", "resolve", one,
                       home="lead").stdout
    city.check(all(text in both for text in ("1. ", "2. ", "甲", "乙", "staff", "lead")),
               "are shown", both)
    told = city.value("record", "resolve", one, home="lead", status=(CONFLICT,))
    sides, writers = told["conflicts"]["title"], told["writers"]["title"]
    city.check(dict(zip(sides, (w["holder"] for w in writers))) == {"甲": "staff", "乙": "lead"},
               "and told", told)
    city.refuse(USAGE, "E5007", "a field of one value is edited, not settled", "record", "resolve",
                one, "--set", "content=x", home="lead")
    city.refuse(USAGE, "E5007", "no such field", "record", "resolve", one, "--take", "titel=1",
                home="lead")
    city.refuse(USAGE, "E7001", "a third of two", "record", "resolve", one, "--take", "title=3",
                home="lead")
    settled = city.value("record", "resolve", one, "--take", "title=2", home="lead")
    city.check(settled["fields"]["title"] == sides[1] and not settled["conflicts"],
               "the second is taken", settled)
    for home in ("lead", "staff"):
        city.run("sync", home=home)
    seen = city.value("record", "show", one, home="staff")
    city.check(seen["fields"]["title"] == sides[1] and not seen["conflicts"],
               "and the other device has it", seen)


def writable_line(kind):
    """A field that its writers may change at any time, by its row."""
    return next((f["name"] for f in kind["fields"] if f["type"] in ("line", "text")
                 and f["name"] not in ("holder", "reason", "comment", "lessons")), None)


def conflict_of_each(city, kinds, written):
    """Each kind that people edit: two write one field apart, both stand, one is settled on."""
    for home in (*PEOPLE, "second"):
        city.run("sync", home=home, status=(0, CONFLICT))
    for name, kind in kinds.items():
        field = writable_line(kind)
        pair = {"w": ("staff", "lead"), "b": ("officer", "second")}.get(kind["home"])
        if kind["frozen"] or not pair:
            city.check(kind["frozen"] or name == "case", name + ": is not edited by two", kind)
            continue
        for home in pair:
            city.run("record", "edit", written[name], "--set", "%s=%s の値" % (field, home),
                     home=home)
        for home in (*pair, pair[0]):
            city.run("sync", home=home, status=(0, CONFLICT))
        for home in pair:
            shown = city.value("record", "show", written[name], home=home, status=(CONFLICT,))
            city.check(sorted(shown["conflicts"].get(field, [])) ==
                       sorted(h + " の値" for h in pair), name + ": both stand with " + home, shown)
        settled = city.value("record", "resolve", written[name], "--take", field + "=2",
                             home=pair[0])
        city.check(not settled["conflicts"] and not settled["incomplete"] and
                   settled["fields"][field] == shown["conflicts"][field][1],
                   name + ": settled by one", settled)
        for home in pair:
            city.run("sync", home=home, status=(0, CONFLICT))
        seen = city.value("record", "show", written[name], home=pair[1])
        city.check(seen["fields"] == settled["fields"] and not seen["conflicts"],
                   name + ": and so for the other", seen)


def conflict_in_what_is_over(city):
    one = city.value("issue", "new", "--set", "title=元", "--set", "problem=本文", "--set",
                     "field=health", "--set", "areas=14133-01", home="staff")["id"]
    for home in ("staff", "lead"):
        city.run("sync", home=home)
    city.run("issue", "edit", one, "--set", "title=甲", home="staff")
    city.run("issue", "edit", one, "--set", "title=乙", home="lead")
    city.run("issue", "rung", one, "withdrawn", home="lead")
    for home in ("staff", "lead", "staff"):
        city.run("sync", home=home, status=(0, CONFLICT))
    city.refuse(CONFLICT, "E5005", "a field of one value is not rewritten along with it", "issue",
                "edit", one, "--set", "title=丙", "--set", "problem=書き直した", home="lead")
    settled = city.value("record", "resolve", one, "--take", "title=1", home="lead")
    city.check(not settled["conflicts"] and settled["fields"]["problem"] == "本文",
               "the one that stands twice is settled", settled)


def nothing_lacks(city, kinds):
    """What was written by the tables lacks nothing in the eyes of any reader. [RL-15]"""
    lacking = [record for name in kinds for home in PEOPLE
               for record in city.value("record", "list", name, home=home)["records"]
               if record["incomplete"]]
    city.check(not lacking, "no record is told to be incomplete", lacking)


def wrong(city):
    done = city.refuse(USAGE, "E7001", "a kind that does not exist", "record", "new", "isue",
                       home="lead")
    city.check("issue" in done.stderr, "the nearest kind is named", done.stderr)
    city.refuse(USAGE, "E7001", "a case comes from an issue", "record", "new", "case", home="lead")
    city.refuse(DENIED, "E5004", "a ward writes no memo", "record", "new", "memo", "--set",
                "note=x", home="lead")
    city.refuse(DENIED, "E5004", "an officer writes no voice", "record", "new", "voice", "--set",
                "title=x", home="officer")
    city.refuse(DENIED, "E5004", "staff make no edition", "record", "new", "edition", "--set",
                "title=x", home="staff")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=write(city, "one.csv", FIGURES))
        city.enrol(dict(PEOPLE, second=("officer", "")))
        kinds = {k["kind"]: city.value("record", "fields", k["kind"])
                 for k in city.value("record", "fields")["kinds"]}
        city.check({"voice", "issue", "case", "program", "edition", "worksheet"} <= set(kinds),
                   "the kinds of the guide", sorted(kinds))
        written = {}
        each_kind(city, kinds, written)
        templates(city, kinds)
        tables(city, kinds)
        second_device(city, kinds, written)
        sharing(city, kinds, written)
        side_by_side(city, kinds, written)
        explained(city, kinds)
        handing_over(city, written)
        sheets(city)
        queue(city, written)
        personal(city)
        evidence(city)
        conflicts(city)
        conflict_of_each(city, kinds, written)
        conflict_in_what_is_over(city)
        emptied(city, kinds, written)
        emptied_apart(city)
        nothing_lacks(city, kinds)
        wrong(city)
        places(city)
        for home in PEOPLE:
            city.expect(0, home + ": verified in the end", "verify", home=home)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
