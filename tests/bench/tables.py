"""Figures of `run` as Markdown and as plots."""
import json

import plot

BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"
OURS = "Kukyoku"


def size(n):
    if n >= 999_500:
        return "%.2f MB" % (n / 1e6)
    return "%.0f KB" % (n / 1e3) if n >= 9_950 else "%.0f B" % n


def seconds(s):
    return "%.0f s" % s if s >= 9.95 else "%.2f s" % s if s >= 0.0995 else "%.0f ms" % (s * 1e3) \
        if s >= 0.00095 else "%.1f ms" % (s * 1e3)


def ratio(a, b):
    if not b or b <= 0 or not a:
        return ""
    r = a / b
    return " (%.0f×)" % r if r >= 9.95 else " (%.1f×)" % r


def cell(figures, ours, key, write):
    text = write(figures[key])
    return text + ("" if figures is ours else ratio(figures[key], ours.get(key)))


def row(title, figures, ours):
    if figures.get("never"):
        return "| %s | does not finish | | | | |" % title
    if "least" in figures:
        return "| %s | ≥ %s by its bytes, not run | | | | |" % (title, seconds(figures["least"]))
    cells = [cell(figures, ours, "wall", seconds), cell(figures, ours, "bytes", size),
             cell(figures, ours, "client", seconds), cell(figures, ours, "server", seconds),
             cell(figures, ours, "rss", lambda k: "%.0f MiB" % (k / 1024))]
    return "| %s | %s |" % (title, " | ".join(cells))


def head(result):
    m = result["machine"]
    lines = ["`%s`, %s: %s, %d cores, %s, load %.1f by other work, so that ratios count, not times; "
             "medians of %d runs (what takes over 10 s is run once), tools in turn; workload %s. "
             "In brackets: how "
             "many times Kukyoku's. Bytes are TCP payload both ways; processor and memory of the "
             "client are the command with all it starts, for PostgreSQL the subscriber's processes."
             % (result["command"].strip(), result["date"], m["cpu"], m["cores"], m["system"],
                m["load"], result["runs"], result["workload"])]
    if result["missing"]:
        lines.append("\nNot found on that machine: %s." % ", ".join(result["missing"]))
    return lines


def markdown(result):
    out = head(result)
    for work, lines in result["works"].items():
        for line, cells in lines.items():
            out += ["", "**%s, %s**" % (work.capitalize(), line), "",
                    "| tool | wall | bytes | client's processor | server's processor | client's peak |",
                    "|---|---|---|---|---|---|"]
            ours = cells[OURS]
            out += [row(title, figures, ours) for title, figures in cells.items()]
            if line.endswith("cuts"):
                out += ["", "A cut after %s." % size(result["cut"])]
    return "\n".join(out)


def groups(result, key, lines_wanted):
    found = []
    for work, lines in result["works"].items():
        for line in lines_wanted:
            rows = [(title, figures[key], title == OURS)
                    for title, figures in lines.get(line, {}).items() if figures.get(key, 0) > 0]
            if rows:
                found.append(("%s, %s" % (work, line), rows))
    return found


def write(root, result):
    place = root / "docs" / "pictures" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    (place / "peers.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    slow = "20 Mbit/s, 20 ms"
    (place / "bytes.svg").write_text(plot.bars(
        "Bytes on the line, both ways", groups(result, "bytes", ["loopback"]), size))
    (place / "wall.svg").write_text(plot.bars(
        "From the command to its end", groups(result, "wall", ["loopback", slow]), seconds))
    page = root / "docs" / "benchmarks.md"
    old = page.read_text(encoding="utf-8")
    before, rest = old.split(BEGIN)
    after = rest.split(END)[1]
    pictures = ("![Bytes on the line, by tool](pictures/bench/bytes.svg)\n\n"
                "![Time, by tool and line](pictures/bench/wall.svg)")
    page.write_text(before + BEGIN + "\n" + markdown(result) + "\n\n" + pictures + "\n\nAll figures: "
                    "[peers.json](pictures/bench/peers.json).\n" + END + after, encoding="utf-8")
