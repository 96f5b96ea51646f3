"""What a tool costs: wall, processor of both sides, peak memory of the client, from /proc and measure.c."""
import os
import pathlib
import statistics
import subprocess
import tempfile

TICK = os.sysconf("SC_CLK_TCK")
MEASURE = None


def children_of():
    """Every process by the id of its parent."""
    found = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended meanwhile
        found.setdefault(int(fields[1]), []).append(int(path.parent.name))
    return found


def tree(pid):
    below, todo, pids = children_of(), [pid], []
    while todo:
        at = todo.pop()
        pids.append(at)
        todo += below.get(at, [])
    return pids


def live_cpu(pid):
    """To the nanosecond for threads that live: ticks of 10 ms say nothing of a daemon that is fast."""
    total = 0
    for path in pathlib.Path("/proc/%d/task" % pid).glob("*/schedstat"):
        total += int(path.read_text().split()[0])
    return total / 1e9


def tree_cpu(pid):
    """Seconds of a server and everything it has started, ended children included."""
    total = 0.0
    for one in tree(pid):
        try:
            fields = pathlib.Path("/proc/%d/stat" % one).read_text().rsplit(")", 1)[1].split()
            total += live_cpu(one) + (int(fields[13]) + int(fields[14])) / TICK
        except OSError:
            continue
    return total


def tree_peak(pid):
    """KiB: the largest of the processes that live."""
    peak = 0
    for one in tree(pid):
        try:
            text = pathlib.Path("/proc/%d/status" % one).read_text()
        except OSError:
            continue
        peak = max([peak] + [int(line.split()[1]) for line in text.splitlines()
                             if line.startswith("VmHWM:")])
    return peak


def make_measure(place):
    """The small program that runs a client (measure.c says why)."""
    global MEASURE
    MEASURE = pathlib.Path(place) / "measure"
    subprocess.run(["cc", "-O2", "-o", MEASURE, pathlib.Path(__file__).with_name("measure.c")],
                   check=True)


def run_client(line, cwd=None, env=None):
    """One command: wall, processor, peak KiB, exit status. Its own children count."""
    with tempfile.NamedTemporaryFile("r", dir=MEASURE.parent) as cost:
        done = subprocess.run([str(a) for a in [MEASURE, cost.name, *line]], cwd=cwd, env=env,
                              text=True, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              errors="replace")
        wall, cpu, peak = cost.read().split()
    return {"wall": float(wall), "client": float(cpu), "rss": int(peak), "exit": done.returncode,
            "out": done.stdout, "said": done.stderr[-300:]}


def must_run(line, exits=(0,)):
    """The same, and it has to end well."""
    cost = run_client(line)
    if cost["exit"] not in exits:
        raise RuntimeError("%s: exit %d\n%s" % (line, cost["exit"], cost["said"]))
    return cost


def middle(runs):
    """The median of each figure."""
    return {key: statistics.median(r[key] for r in runs)
            for key in ("wall", "client", "server", "bytes", "rss")}
