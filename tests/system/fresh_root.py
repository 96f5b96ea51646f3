"""A Debian root with nothing in it but Debian, to install packages in, and its own systemd running in it;
and the packages.

    with Root() as root:
        root.begin().communicate()
        root.fill(packages)
        root.boot()
        root.run("apt-get install /media/stick/packages/kukyoku_*.deb")

It has namespaces of its own for mounts, processes, cgroups and names, so that nothing of it is left
on the machine when it ends; of the network it has the machine's.
"""
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ("dpkg-buildpackage", "dh", "lintian", "debootstrap", "unshare", "nsenter")
MIRROR = os.environ.get("KK_DEBIAN_MIRROR", "http://deb.debian.org/debian")
SUITE = "bookworm"
PACKAGES = ("kukyokud", "kukyoku", "kukyoku-desk")
# What a machine has that boots and lets people log in; python3 is the quickstart's.
MACHINE = "systemd systemd-sysv dbus dbus-user-session libpam-systemd python3"
WAIT_S = 120
ENTER = 'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/bash -ec "$1"'
# Its cgroup first: what is below it is all that the root sees of them.
CGROUP = """mount -t cgroup2 none "$1" && mkdir -p "$1/$2" && echo $$ >"$1/$2/cgroup.procs" &&
exec unshare --pid --fork --cgroup --uts --ipc --kill-child sh -ec "$3" "$0"
"""
BOOT = """
mount --bind "$0" "$0"
mount -t proc proc "$0/proc"
mount --bind "$0/proc/sys" "$0/proc/sys"
mount -o remount,ro,bind "$0/proc/sys"
mount -t sysfs -o ro sysfs "$0/sys"
mount -t cgroup2 none "$0/sys/fs/cgroup"
mount -t tmpfs tmpfs "$0/run"
hostname kukyoku
# who is in a chroot may make no user namespace, which the units want
cd "$0"
pivot_root . mnt
umount -l /mnt
exec env -i container=kukyoku PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
    /lib/systemd/systemd --log-target=journal --show-status=no
"""


def impossible():
    """Why there can be no root here; empty where there can."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        return "no " + ", ".join(missing)
    if os.geteuid() != 0:
        return "only root makes a root"
    if "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ:
        return "packages are built without sanitizers"
    with tempfile.TemporaryDirectory() as place:
        if subprocess.run(["unshare", "--mount", "mount", "-t", "cgroup2", "none", place],
                          capture_output=True, check=False).returncode:
            return "no namespaces and cgroups of one's own"
    return ""


def build(out, **env):
    """Begins to build the packages into a folder."""
    env = {**os.environ, **env}
    return subprocess.Popen([TOP / "deploy/package", "--out", out], env=env, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Root:
    def __init__(self):
        self.place = tempfile.TemporaryDirectory(prefix="kukyoku-root-")
        self.path = pathlib.Path(self.place.name) / "root"
        self.cgroups = pathlib.Path(self.place.name) / "cgroups"
        self.group = pathlib.Path(self.place.name).name
        self.first = 0
        self.started = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.halt()
        self.place.cleanup()

    def begin(self):
        """Begins to fetch Debian, or to copy the root that KK_FRESH_ROOT names."""
        kept = os.environ.get("KK_FRESH_ROOT")
        command = ["cp", "-a", kept, self.path] if kept else [
            "debootstrap", "--variant=minbase", SUITE, self.path, MIRROR]
        return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def fill(self, packages):
        """With what a machine has that runs: names, an init, and a stick with the packages."""
        for name in ("resolv.conf", "hosts"):
            shutil.copy("/etc/" + name, self.path / "etc" / name)
        with open(self.path / "etc/hosts", "a", encoding="utf-8") as hosts:
            hosts.write("127.0.0.1 kukyoku.example\n")
        (self.path / "etc/apt/apt.conf.d/90alone").write_text(
            'APT::Get::Assume-Yes "true";\nAPT::Install-Recommends "false";\n'
            'Dpkg::Options { "--force-confdef"; };\n')
        for folder in ("media/stick/packages", "root/work"):
            (self.path / folder).mkdir(parents=True)
        for package in packages:
            shutil.copy(package, self.path / "media/stick/packages")
        self.run("apt-get update -qq && apt-get install -qq " + MACHINE)

    def boot(self):
        """Empty, or why it does not boot here."""
        self.cgroups.mkdir()
        self.started = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private", "sh",
             "-ec", CGROUP, self.path, self.cgroups, self.group, BOOT],
            start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        until = time.monotonic() + WAIT_S
        said = "no first process"
        while time.monotonic() < until:
            self.first = self.first or next((p for p in self.processes() if self.command(
                p).startswith("/lib/systemd/systemd --log-target")), 0)
            if self.first: # its bus is there a little later than itself
                said = self.call("systemctl is-system-running --wait || true").stdout.strip()
                if said in ("running", "degraded"):
                    return ""
            time.sleep(0.1)
        return "the root does not boot: " + said

    def call(self, command, user=None, cwd="/root/work", timeout=600, **env):
        script = f"cd {cwd}\n{command}"
        env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
               "LANG": "C.UTF-8", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive", **env,
               **{k: v for k, v in os.environ.items() if k.lower().endswith("_proxy")}}
        if user: # in that person's own folder
            script = "exec runuser -u %s -- env HOME=$(echo ~%s) XDG_RUNTIME_DIR=/run/user/$(id -u %s) " \
                     "bash -ec %s" % (user, user, user, shlex.quote("cd\n" + command))
        into = ["nsenter", "-t", str(self.first), "-m", "-p", "-u", "-i", "-C", "-r", "-w", "bash",
                "-ec", script] if self.first else [
                    "unshare", "--mount", "--propagation", "private", "sh", "-ec", ENTER, self.path,
                    script]
        return subprocess.run(into, stdin=subprocess.DEVNULL, env=env, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)

    def run(self, command, **how):
        """For what is not what is tested: raises unless it ends well."""
        done = self.call(command, **how)
        if done.returncode != 0:
            raise RuntimeError(f"{command}: exit {done.returncode}\n{done.stdout[-3000:]}")
        return done.stdout

    @staticmethod
    def command(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            return ""

    def processes(self):
        """Those in its cgroup."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and f"/{self.group}/" in (entry / "cgroup").read_text() .replace("\n", "/"):
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def halt(self):
        """The end of its first process is the end of all of them."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.started:
            self.started.wait() # else it would stay, ended, among those that are looked for
        until = time.monotonic() + WAIT_S
        while self.processes() and time.monotonic() < until:
            time.sleep(0.05)
        if self.cgroups.is_dir():
            subprocess.run(["unshare", "--mount", "sh", "-c", 'mount -t cgroup2 none "$0" && '
                            'find "$0/$1" -depth -type d -exec rmdir {} +', self.cgroups, self.group],
                           capture_output=True, check=False)
