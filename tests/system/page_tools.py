"""What the page's tests need beside the programs: node with the packages of its lock file, Chromium.

Both may be missing on a machine that only builds the C part: then missing() says what, and the tests
say that they were left out. The lock makes two tests that install at once wait for each other.
"""
import fcntl
import os
import re
import shutil
import subprocess

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "client", "page")
NODE_AT_LEAST = 20
CHROMIUM = "/usr/bin/chromium"


def run(*command, **how):
    return subprocess.run(command, cwd=PAGE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **how)


def node_version():
    if not shutil.which("node") or not shutil.which("npm"):
        return 0
    found = re.match(r"v(\d+)", run("node", "--version").stdout)
    return int(found[1]) if found else 0


def installed():
    """Is node_modules what the lock file says? npm writes its own copy of it there."""
    inside = os.path.join(PAGE, "node_modules", ".package-lock.json")
    lock = os.path.join(PAGE, "package-lock.json")
    return os.path.exists(inside) and os.path.getmtime(inside) >= os.path.getmtime(lock)


def install():
    if installed():
        return None
    with open(os.path.join(PAGE, ".install.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed():
            return None
        done = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        return None if done.returncode == 0 else "npm ci: " + done.stdout.strip()[-200:]


def missing(browser):
    """Why the page's tests can't run here; None: they can."""
    if node_version() < NODE_AT_LEAST:
        return "no node of version %d or newer with npm" % NODE_AT_LEAST
    if browser and not os.path.exists(CHROMIUM):
        return "no " + CHROMIUM
    return install()
