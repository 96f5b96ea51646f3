"""A page that is open: `kukyoku ui` as a real process, and a browser's part of the talk with it.

    with Page(city, "lead") as page:
        page.get("status")["data"]
        page.post("issue/new", fields={"title": "…"})
"""
import http.client
import json
import os
import signal
import subprocess
import urllib.parse

WAIT_S = 60


class Reply:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    def json(self):
        return json.loads(self.body)

    def code(self):
        return self.json().get("error", {}).get("code") if self.body else None


class Page:
    def __init__(self, city, home, *arguments, lang="en", wrap=(), keeps=False):
        """keeps: it syncs by itself; else a test decides when."""
        settings = city.path("page.ini")
        with open(settings, "w", encoding="ascii") as ini:
            ini.write("[ui]\nsync = no\n")
        self.process = subprocess.Popen(
            [*wrap, os.path.abspath(city.kukyoku), "--lang", lang, "--home", city.path(home), "ui", "--no-open",
             *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env=dict(city.env, **({} if keeps else {"KUKYOKU_CONFIG": settings})),
            cwd=city.folder)
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            raise RuntimeError(self.process.stderr.read())
        self.place = urllib.parse.urlsplit(self.address)
        self.port, self.cookie, self.key = self.place.port, None, None

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)

    def end(self, how=signal.SIGTERM):
        """Its status, when it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.wait(WAIT_S)

    def ask(self, method, path, body=None, headers=None, timeout=WAIT_S):
        """One request, with nothing added but the Host."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            line.request(method, path, body=body, headers=headers or {})
            return Reply(line.getresponse())
        finally:
            line.close()

    def open(self):
        """Trades the token for a session, as the browser does."""
        reply = self.ask("GET", self.place.path + "?" + self.place.query)
        if "set-cookie" in reply.headers:
            self.cookie = reply.headers["set-cookie"].split(";")[0]
            self.key = reply.headers["location"].partition("#key=")[2]
        return reply

    def headers(self, lang="en", **more):
        """What the page's own script and its browser send."""
        wanted = {"Cookie": self.cookie, "X-Kukyoku": self.key, "Accept-Language": lang,
                  "Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:%d" % self.port,
                  **{name.replace("_", "-"): value for name, value in more.items()}}
        return {name: value for name, value in wanted.items() if value is not None}

    def send(self, method, path, body=None, query=None, **headers):
        where = "/api/" + urllib.parse.quote(path)
        if query:
            where += "?" + urllib.parse.urlencode(query)
        return self.ask(method, where, body, self.headers(**headers))

    def get(self, path, **query):
        return self.send("GET", path, query={n.replace("_", "-"): v for n, v in query.items()})

    def post(self, path, fields=None, **options):
        body = {"options": {name.replace("_", "-"): v for name, v in options.items()}}
        if fields is not None:
            body["fields"] = fields
        return self.send("POST", path, json.dumps(body), Content_Type="application/json")
