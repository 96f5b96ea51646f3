"""
What people use today for the same work, each as its own programs do it: a server on loopback, a line
in front of it, and a client's command. A tool that is not found is left out and named.

A tool has: publish(stage), what its server offers from then on; blank(), a client's place that holds
nothing; kept(stage), a place as a client has it after that stage; go(place), the measured command.
"""
import os
import pathlib
import shutil
import sqlite3
import subprocess
import time

from line import Line
from meters import run_client, tree_cpu, tree_peak

PATIENCE_S = 60  # with two clusters that may never agree over a line that is cut
PATHS = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"


def found(*programs):
    return all(shutil.which(p, path=PATHS) for p in programs)


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def do(*line, **how):
    done = subprocess.run([str(a) for a in line], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, **how)
    if done.returncode:
        raise RuntimeError("%s: %d %s" % (line[0], done.returncode, done.stderr[-500:]))
    return done.stdout


class Tool:
    """A server process behind a line, and places of clients below `root`."""
    resumes = True  # a command that was cut is worth running again

    def __init__(self, root, data, name):
        self.root, self.data, self.workload = root, data, name
        root.mkdir(parents=True)
        self.port, self.count, self.keep = free_port(), 0, {}
        self.line = Line(self.port)
        self.server = None

    def csv(self, stage):
        return self.data / ("%s%s.csv" % (self.workload, "2" if stage == 2 else ""))

    def blank(self):
        self.count += 1
        place = self.root / ("place%d" % self.count)
        place.mkdir()
        return place

    def kept(self, stage):
        """Made once over the unlimited line, then copied."""
        if stage not in self.keep:
            place = self.blank()
            self.go(place)
            self.keep[stage] = place
        self.count += 1
        copy = self.root / ("place%d" % self.count)
        shutil.copytree(self.keep[stage], copy, symlinks=True)
        return copy

    def done(self, place):
        shutil.rmtree(place)

    def serve(self, *line):
        self.server = subprocess.Popen([str(a) for a in line], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env=dict(os.environ, PATH=PATHS))
        time.sleep(0.5)

    def go(self, place):
        return run_client(self.command(place), cwd=place)

    def server_cpu(self):
        return tree_cpu(self.server.pid)

    def stop(self):
        self.line.close()
        if self.server:
            self.server.terminate()
            self.server.wait(20)


class Rsync(Tool):
    title, programs = "rsync", ("rsync",)
    options = ("--no-compress",)

    def __init__(self, *args):
        super().__init__(*args)
        (self.root / "module").mkdir()
        config = self.root / "rsyncd.conf"
        config.write_text("use chroot = no\nuid = %d\ngid = %d\n[m]\npath = %s\nread only = yes\n"
                          % (os.getuid(), os.getgid(), self.root / "module"))
        self.serve("rsync", "--daemon", "--no-detach", "--address=127.0.0.1",
                   "--port=%d" % self.port, "--config=%s" % config)

    def publish(self, stage):
        shutil.copy2(self.csv(stage), self.root / "module" / "data.csv")

    def command(self, place):
        return ["rsync", "-t", "--partial", *self.options, "--port=%d" % self.line.port,
                "127.0.0.1::m/data.csv", "%s/" % place]


class RsyncZstd(Rsync):
    title = "rsync -z (zstd)"
    options = ("-z", "--zc=zstd")


class Git(Tool):
    title, programs, resumes = "git", ("git",), False
    # a place is a copy: that its files have other inodes must not make git read them again
    COPYING = ("-c", "core.checkStat=minimal", "-c", "core.trustctime=false")

    def __init__(self, *args):
        super().__init__(*args)
        self.work, self.bare = self.root / "work", self.root / "served" / "data.git"
        do("git", "init", "-q", "--bare", self.bare)
        do("git", "clone", "-q", self.bare, self.work)
        do("git", "-C", self.work, "config", "user.email", "bench@example.org")
        do("git", "-C", self.work, "config", "user.name", "bench")
        self.serve("git", "daemon", "--export-all", "--reuseaddr", "--listen=127.0.0.1",
                   "--port=%d" % self.port, "--base-path=%s" % self.bare.parent)

    def publish(self, stage):
        shutil.copyfile(self.csv(stage), self.work / "data.csv")
        do("git", "-C", self.work, "add", "data.csv")
        do("git", "-C", self.work, "commit", "-qm", "release %d" % stage)
        do("git", "-C", self.work, "push", "-q", "origin", "HEAD")

    def command(self, place):
        if (place / "data").exists():
            return ["git", "-C", place / "data", "pull", "-q"]
        return ["git", "clone", "-q", *self.COPYING, "git://127.0.0.1:%d/data.git" % self.line.port, "data"]


FETCH = """set -e
get() { curl -sSfR --retry 0 $3 -o "$1" "$URL/$2"; }
if [ -s db.zst ] && [ "$PATCH" ]; then
    get new.patch data.patch "-z db.zst"
    [ -s new.patch ] || exit 0
    get new.sig data.patch.minisig
    minisign -Vq -p "$KEY" -m new.patch -x new.sig
    zstd -dqf --long=31 --patch-from=data.db new.patch -o new.db
    mv new.db data.db
    exit 0
fi
get new.zst data.zst "$([ -s db.zst ] && echo -z db.zst || echo -C -)"
[ -s new.zst ] || exit 0
get new.sig data.zst.minisig
minisign -Vq -p "$KEY" -m new.zst -x new.sig
zstd -dqf --long=31 new.zst -o data.db
mv new.zst db.zst
"""


def make_table(csv, path):
    """What the file is when it is to be asked: rows by key, no rowid."""
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.execute("create table obs(indicator, area, period, breakdown, value, missing, unit, status,"
               " method, source, note, primary key(indicator, area, breakdown, period))"
               " without rowid")
    with open(csv, encoding="utf-8") as f:
        next(f)
        db.executemany("insert into obs values(?,?,?,?,?,?,?,?,?,?,?)",
                       (row.rstrip("\n").split(",") for row in f))
    db.commit()
    db.close()


class Nginx(Tool):
    """The SQLite file as zstd -19, its signature, a web server: the whole file each time."""
    title, programs = "nginx, zstd -19, minisign", ("nginx", "zstd", "minisign", "curl")
    patch = ""

    def __init__(self, *args):
        super().__init__(*args)
        self.www = self.root / "www"
        self.www.mkdir()
        config = self.root / "nginx.conf"
        config.write_text(
            "daemon off; worker_processes 1; pid %(r)s/pid; error_log %(r)s/log; user root;\n"
            "events {}\nhttp { access_log off; sendfile on; client_body_temp_path %(r)s/t1;\n"
            "proxy_temp_path %(r)s/t2; fastcgi_temp_path %(r)s/t3; uwsgi_temp_path %(r)s/t4;\n"
            "scgi_temp_path %(r)s/t5; server { listen 127.0.0.1:%(p)d; root %(r)s/www; } }\n"
            % {"r": self.root, "p": self.port})
        do("minisign", "-G", "-W", "-p", self.root / "key.pub", "-s", self.root / "key.sec")
        self.serve("nginx", "-c", config, "-p", self.root)

    def sign(self, name):
        do("minisign", "-S", "-s", self.root / "key.sec", "-m", self.www / name)

    def publish(self, stage):
        self.stage = stage
        made = self.data / ("table%d.db" % stage)
        packed = self.data / ("table%d.zst" % stage)
        if not made.exists():
            make_table(self.csv(stage), made)
            do("zstd", "-19", "--long=27", "-qf", made, "-o", packed)
        shutil.copy2(packed, self.www / "data.zst")
        self.sign("data.zst")
        self.offer_patch(stage, made, self.www / "data.patch")

    def offer_patch(self, stage, made, delta):
        """Behind the newest nothing is empty, of the same date as the file: so nobody fetches it."""
        if stage == 1:
            delta.touch()
            shutil.copystat(self.www / "data.zst", delta)
            return
        do("zstd", "-19", "--long=31", "-qf", "--patch-from=%s" % (self.data / "table1.db"), made,
           "-o", delta)
        self.sign(delta.name)

    def go(self, place):
        env = dict(os.environ, URL="http://127.0.0.1:%d" % self.line.port, KEY=str(self.root / "key.pub"),
                   PATCH=self.patch)
        return run_client(["sh", "-c", FETCH], cwd=place, env=env)


class NginxPatch(Nginx):
    """The same with --patch-from: who holds the first release takes what leads to the second."""
    title = "nginx, zstd --patch-from, minisign"
    patch = "1"


def postgres_bin():
    paths = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return paths[-1].parent if paths else None


class Postgres(Tool):
    """Logical replication: two clusters; the subscriber's processes are the client."""
    title, programs, resumes = "PostgreSQL, logical", ("psql", "runuser"), False
    COLUMNS = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note"
    TABLE = ("create table obs(%s, primary key(indicator,area,breakdown,period))"
             % ",".join("%s text" % c for c in COLUMNS.split(",")))

    def __init__(self, *args):
        super().__init__(*args)
        self.bin, self.user = postgres_bin(), "postgres" if os.getuid() == 0 else None
        if self.user:
            shutil.chown(self.root, self.user)
        self.other = free_port()
        self.pids = [self.cluster("source", self.port, "wal_level=logical"),
                     self.cluster("copy", self.other, "wal_level=logical")]
        for port in self.port, self.other:
            self.sql(port, self.TABLE)
        self.sql(self.port, "create publication p for table obs")
        self.stage = 0

    def as_user(self, *line):
        return do(*((["runuser", "-u", self.user, "--"] if self.user else []) + list(line)),
                  cwd=self.root)

    def cluster(self, name, port, setting):
        place = self.root / name
        self.as_user(self.bin / "initdb", "-D", place, "-A", "trust", "-U", "postgres", "-N",
                     "--locale=C", "-E", "UTF8")
        self.as_user(self.bin / "pg_ctl", "-D", place, "-w", "-l", self.root / (name + ".log"), "-o",
                     "-p %d -k %s -c listen_addresses=127.0.0.1"
                     " -c wal_retrieve_retry_interval=100ms -c %s" % (port, self.root, setting),
                     "start")
        return int((place / "postmaster.pid").read_text().split()[0])

    def sql(self, port, text):
        return do("psql", "-X", "-q", "-A", "-t", "-h", self.root, "-p", port, "-U", "postgres",
                  "-c", text).strip()

    def publish(self, stage):
        copy = ("\\copy %s from '%s' csv header" % ("next", self.csv(stage)))
        text = ("create temp table next (like obs)", copy,
                "delete from obs o where not exists (select from next n where (n.indicator, n.area,"
                " n.breakdown, n.period) = (o.indicator, o.area, o.breakdown, o.period))",
                "insert into obs select * from next on conflict (indicator, area, breakdown, period)"
                " do update set value = excluded.value, missing = excluded.missing, status ="
                " excluded.status where (obs.value, obs.missing, obs.status) is distinct from"
                " (excluded.value, excluded.missing, excluded.status)", "analyze obs")
        do("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.root, "-p", self.port, "-U",
           "postgres", *[a for t in text for a in ("-c", t)])
        self.stage = stage

    def blank(self):
        if self.sql(self.other, "select count(*) from pg_subscription") != "0":
            self.sql(self.other, "drop subscription s")
        self.sql(self.other, "truncate obs")
        return "blank"

    def kept(self, stage):
        """Holds that stage and is at rest; the source moves on only then."""
        newest = self.stage
        if stage != newest:
            self.publish(stage)
        self.blank()
        self.go("blank")
        self.sql(self.other, "alter subscription s disable")
        while self.sql(self.other, "select count(pid) from pg_stat_subscription") != "0":
            time.sleep(0.02)  # else its connection would still be there when it is measured
        if stage != newest:
            self.publish(newest)
        return "kept"

    def done(self, place):
        pass

    def caught_up(self, lsn):
        return self.sql(self.other, "select coalesce(bool_and(srsubstate = 'r'), false) and"
                        " (select latest_end_lsn >= '%s' from pg_stat_subscription where relid is"
                        " null) from pg_subscription_rel" % lsn) == "t"

    def go(self, place):
        lsn = self.sql(self.port, "select pg_current_wal_lsn()")
        before, began = tree_cpu(self.pids[1]), time.monotonic()
        if place == "blank":
            self.sql(self.other, "create subscription s connection 'host=127.0.0.1 port=%d"
                     " user=postgres dbname=postgres' publication p" % self.line.port)
        else:
            self.sql(self.other, "alter subscription s enable")
        while not self.caught_up(lsn) and time.monotonic() - began < PATIENCE_S:
            time.sleep(0.02)
        wall = time.monotonic() - began
        return {"wall": wall, "client": tree_cpu(self.pids[1]) - before,
                "rss": self.subscriber_peak(), "exit": int(wall >= PATIENCE_S), "said": ""}

    def subscriber_peak(self):
        return tree_peak(self.pids[1])

    def server_cpu(self):
        return tree_cpu(self.pids[0])

    def stop(self):
        super().stop()
        for name in "copy", "source":
            self.as_user(self.bin / "pg_ctl", "-D", self.root / name, "-m", "immediate", "stop")


PEERS = [Rsync, RsyncZstd, Git, Nginx, NginxPatch, Postgres]


def here(kind):
    return found(*kind.programs) and (kind is not Postgres or postgres_bin() is not None)
