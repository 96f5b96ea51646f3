"""Two people of one machine, as the kernel tells them apart: what the other one can learn of a page that is
open, of its home, and of the program. For page_processes.py.
"""
import http.client
import json
import os
import shutil
import subprocess
import sys

OWNER, OTHER = 65533, 65532
# What the other one tries: files, what the kernel tells of the program, and its port.
TRIES = """
import glob, http.client, json, os, sys
home, pid, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
def read(path):
    try:
        with open(path, "rb") as file:
            return file.read().decode("latin-1")
    except OSError as fault:
        return None
def ask(path, headers={}):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", path, headers=headers)
    reply = line.getresponse()
    return [reply.status, reply.getheader("Set-Cookie"), reply.read().decode("latin-1")]
names = sys.argv[4:]
try:
    listed = os.listdir(home)
except OSError:
    listed = None
print(json.dumps({
    "listed": listed, "files": [name for name in names if read(os.path.join(home, name)) is not None],
    "cmdline": read("/proc/%s/cmdline" % pid), "environ": read("/proc/%s/environ" % pid),
    "memory": read("/proc/%s/maps" % pid), "fds": glob.glob("/proc/%s/fd/*" % pid),
    "status": ask("/api/status"), "open": ask("/open?token=" + "0" * 64),
    "guess": ask("/api/status", {"Cookie": "kukyoku-%d=%s" % (port, "0" * 64), "X-Kukyoku": "0" * 64}),
}))
"""


def as_user(uid, *words):
    return ("setpriv", "--reuid=%d" % uid, "--regid=%d" % uid, "--clear-groups", "--", *words)


def browser_of(city):
    """A browser that says which address its person was given, as a link in a file of their own."""
    where = city.path("browser")
    os.mkdir(where)
    with open(os.path.join(where, "xdg-open"), "w", encoding="ascii") as out:
        out.write('#!/bin/sh\nprintf "%s" "$*" >"$KUKYOKU_TOLD"\n')
    os.chmod(os.path.join(where, "xdg-open"), 0o755)
    return where


def given_to(city, home, uid):
    """The home as its person has it, the program where both can run it."""
    shutil.copytree(city.path("lead"), city.path(home))
    os.chmod(city.folder, 0o755)
    for folder, _, names in os.walk(city.path(home)):
        for path in (folder, *(os.path.join(folder, name) for name in names)):
            os.chown(path, uid, uid)
    program = city.path("kukyoku-for-all")
    shutil.copy(city.kukyoku, program)
    os.chmod(program, 0o755)
    return program


def two_users(city):
    what = "another user of the machine reaches neither the page nor the home"
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        city.skip(what, "needs root and setpriv")
        return
    told = city.path("told")
    with open(told, "w", encoding="ascii"):
        os.chown(told, OWNER, OWNER)
    program = given_to(city, "owned", OWNER)
    env = dict(city.env, PATH=browser_of(city) + ":" + os.environ["PATH"], KUKYOKU_TOLD=told,
               KUKYOKU_CONFIG=city.path("page.ini"))
    process = subprocess.Popen(as_user(OWNER, program, "--home", city.path("owned"), "ui"), env=env,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, cwd="/")
    try:
        address = process.stdout.readline().strip()
        city.wait(lambda: os.path.getsize(told) > 0, "no browser was opened")
        with open(told, encoding="utf-8") as file:
            shown = file.read()
        look_as_other(city, what, process.pid, address, shown)
    finally:
        process.terminate()
        process.communicate(timeout=20)
    city.check(not os.path.exists(shown), "the file for the browser is gone with the page", shown)


def look_as_other(city, what, pid, address, shown):
    token, port = address.split("token=")[1], address.split(":")[2].split("/")[0]
    names = ["sign.key", "device.key", "state.db", "w-14133.db", "int.db", os.path.basename(shown)]
    with open(shown, encoding="utf-8") as file:
        city.check(token in file.read() and token not in shown,
                   "the browser is given a file that holds the token", shown)
    tried = subprocess.run(as_user(OTHER, sys.executable, "-c", TRIES, city.path("owned"), str(pid), port,
                                   *names), stdout=subprocess.PIPE, text=True, check=True, cwd="/",
                           timeout=60)
    found = json.loads(tried.stdout)
    city.check(found["listed"] is None and found["files"] == [], what, found)
    city.check("ui" in found["cmdline"] and token not in found["cmdline"] and found["environ"] is None
               and found["fds"] == [] and not found["memory"],
               "what the kernel tells of the program holds no token", found)
    city.check(found["status"][0] == found["guess"][0] == 401 and found["open"][:2] == [303, None]
               and not any(token in str(one) for one in found.values()),
               "and its port gives nothing to whoever has neither cookie nor key", found)
    own = http.client.HTTPConnection("127.0.0.1", int(port), timeout=20)
    own.request("GET", "/open?token=" + token)
    reply = own.getresponse()
    city.check(reply.status == 303 and reply.getheader("Set-Cookie"), "the token is good once, for its own",
               reply.status)
    own.close()
