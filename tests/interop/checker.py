#!/usr/bin/env python3
"""An independent checker: what Kukyoku leaves in files, checked by a program that shares no line with it.

    checker.py [--root FINGERPRINT] [--docs DIR] [--part] FILE…

Written from docs/protocol.md and docs/replica.md; which fields a value has is read from docs/messages.md,
who may do what from docs/records.md. All files together are one body of evidence:

    KKYB files   releases, media, proofs, exported logs: form, checksum, documents with signatures and
                 thresholds, catalog -> manifest -> index -> packs and deltas -> rows -> roots for `pub`,
                 heads, chains, signatures and verdicts of every log, receipts, proofs of two histories
    home.db      the documents that a device believes
    pub.db …     replicas: every release of every dataset, and the log of their scope

--root says which root to believe; without it the oldest is believed and named. --part: what a file
names and none of the files holds is told, not refused. Ends with 0 where all holds, 1 where something
does not (each with file, place and mark), 2 where it was called wrongly.
"""
import base64
import hashlib
import itertools
import os
import re
import sqlite3
import struct
import sys

import nacl.exceptions
import nacl.signing
import zstandard

DEPTH, BLOB_MAX, WINDOW = 8, 16 * 1024 * 1024, 16 * 1024 * 1024
ROOT, REGISTRAR, PUBLISHER, DAEMON = range(4)
SIGNERS = {"root": ROOT, "roster": REGISTRAR, "catalog": PUBLISHER, "fresh": DAEMON, "invite": REGISTRAR}
STAFF, LEAD, OFFICER = 1, 2, 3
REVOKED = 3
PROGRAM, CASE = 11, 8
OK, ROLE, STATE, SCOPE = 0, 13, 14, 15
ERASING = 2 # the tables from which on an erase may name what goes [RL-28]
OVER = {"case": (2, 10, 11, 12), "program": (4,)} # refused, closed, declined, withdrawn; ended
ZEROS = bytes(32)


class Wrong(Exception):
    """Something that does not hold, with the mark of the rule."""


def need(holds, mark, what):
    if not holds:
        raise Wrong("[%s] %s" % (mark, what))


def keyed(tag, *parts):
    """H(tag, x...)"""
    return hashlib.blake2b(b"".join(parts), digest_size=32, key=b"kky1:" + tag.encode()).digest()


def eight(number):
    return struct.pack(">Q", number)


def name(hash_):
    return hash_.hex()[:12]


def signed(key, signature, message):
    try:
        nacl.signing.VerifyKey(key).verify(message, signature)
        return True
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.ValueError):
        return False


# --- section 1: one value, one encoding ---
class Text(str):
    """A str as it travelled; bytes stay bytes."""


def encode(value):
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return encode_int(value)
    if isinstance(value, str):
        raw = value.encode("utf-8")
        return head(len(raw), 0xa0, 32, (0xd9, 0xda, 0xdb)) + raw
    if isinstance(value, bytes):
        return head(len(value), 0, 0, (0xc4, 0xc5, 0xc6)) + value
    if isinstance(value, dict):
        return head(len(value), 0x80, 16, (None, 0xde, 0xdf)) + b"".join(
            encode(k) + encode(v) for k, v in value.items())
    return head(len(value), 0x90, 16, (None, 0xdc, 0xdd)) + b"".join(map(encode, value))


def encode_int(n):
    if -32 <= n < 128:
        return struct.pack("b", n) if n < 0 else bytes([n])
    forms = ((0xcc, "B"), (0xcd, "H"), (0xce, "I"), (0xcf, "Q")) if n >= 0 else \
        ((0xd0, "b"), (0xd1, "h"), (0xd2, "i"), (0xd3, "q"))
    for code, form in forms:
        try:
            return bytes([code]) + struct.pack(">" + form, n)
        except struct.error:
            continue
    raise Wrong("[EN-1] a number that does not exist here")


def head(n, fix, below, longer):
    if n < below:
        return bytes([fix + n])
    for code, (form, limit) in zip(longer, (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32))):
        if code is not None and n < limit:
            return bytes([code]) + struct.pack(">" + form, n)
    raise Wrong("[EN-3] too long")


class Decoder:
    """Decodes one value; that it was the only encoding of it is shown by encoding it again."""
    FIXED = {0xcc: "B", 0xcd: "H", 0xce: "I", 0xcf: "Q", 0xd0: "b", 0xd1: "h", 0xd2: "i", 0xd3: "q"}
    SIZED = {0xc4: ("bin", "B"), 0xc5: ("bin", "H"), 0xc6: ("bin", "I"), 0xd9: ("str", "B"),
             0xda: ("str", "H"), 0xdb: ("str", "I"), 0xdc: ("array", "H"), 0xdd: ("array", "I"),
             0xde: ("map", "H"), 0xdf: ("map", "I")}

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        need(n <= len(self.data) - self.at, "EN-5", "cut short")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, form):
        return struct.unpack(">" + form, self.take(struct.calcsize(form)))[0]

    def value(self, depth=0):
        code = self.take(1)[0]
        if code < 0x80 or code >= 0xe0:
            return code if code < 0x80 else code - 256
        if code == 0xc0:
            return None
        if code in (0xc2, 0xc3):
            return code == 0xc3
        if code in self.FIXED:
            n = self.number(self.FIXED[code])
            need(n < 1 << 63, "EN-1", "a number past 2^63-1")
            return n
        if code < 0xc0:
            kind, n = ("map", code & 15) if code < 0x90 else ("array", code & 15) \
                if code < 0xa0 else ("str", code & 31)
        else:
            need(code in self.SIZED, "EN-2", "the byte 0x%02x" % code)
            kind, n = self.SIZED[code][0], self.number(self.SIZED[code][1])
        return self.sized(kind, n, depth)

    def sized(self, kind, n, depth):
        if kind == "bin":
            return self.take(n)
        if kind == "str":
            try:
                text = self.take(n).decode("utf-8")
            except UnicodeDecodeError as wrong:
                raise Wrong("[EN-8] no UTF-8: %s" % wrong) from None
            need("\0" not in text, "EN-8", "U+0000")
            return Text(text)
        need(depth < DEPTH, "EN-6", "nested too deep")
        need(n * (2 if kind == "map" else 1) <= len(self.data) - self.at, "EN-7", "a count past the end")
        if kind == "array":
            return [self.value(depth + 1) for _ in range(n)]
        found, last = {}, -1
        for _ in range(n):
            key = self.value(depth + 1)
            need(type(key) is int and key > last, "EN-4", "keys do not ascend")
            found[key], last = self.value(depth + 1), key
        return found


def decode(data):
    d = Decoder(data)
    value = d.value()
    need(d.at == len(data), "EN-5", "something follows the value")
    need(encode(value) == data, "EN-3", "not the shortest form")
    return value


# --- shapes, out of docs/messages.md ---
SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def bound(text):
    found = re.fullmatch(r"2([⁰¹²³⁴⁵⁶⁷⁸⁹]+)−1", text)
    return 2 ** int(found.group(1).translate(SUPER)) - 1 if found else int(text)


class Field:
    def __init__(self, cells):
        self.key = None if cells[0] == "–" else int(cells[0])
        self.name, kind, bounds, there = cells[1:5]
        found = re.fullmatch(r"(array of )?\[(\w+)\]\(#\w+\)", kind)
        self.kind = ("list" if found.group(1) else "shape") if found else kind
        self.of = found.group(2) if found else None
        words = re.findall(r"2[⁰¹²³⁴⁵⁶⁷⁸⁹]+−1|\d+", bounds)
        self.low, self.high = (bound(words[0]), bound(words[-1])) if words else (None, None)
        self.optional = there == "unless empty"


class Shapes:
    def __init__(self, page):
        self.shapes = {}
        shape = None
        for line in open(page, encoding="utf-8"):
            title = re.match(r"### (\w+)$", line)
            form = re.match(r"(MAP|CLOSED|TUPLE|BARE): ", line)
            if title:
                shape = self.shapes[title.group(1)] = [None, []]
            elif form and shape:
                shape[0] = form.group(1)
            elif shape and re.match(r"\| (\d+|–) \|", line):
                shape[1].append(Field([c.strip() for c in line.strip().strip("|").split("|")]))

    def read(self, shape, data):
        return self.fit(shape, decode(data))

    def fit(self, shape, value):
        """The fields by name, an absent one as what is empty."""
        form, fields = self.shapes[shape]
        if form == "BARE":
            return self.field(shape, fields[0], value)
        if form == "TUPLE":
            need(isinstance(value, list) and len(value) == len(fields), "EN-10", shape)
            given = dict(enumerate(value))
        else:
            need(isinstance(value, dict), "EN-10", shape)
            given = value
            for key in set(given) - {f.key for f in fields}:
                need(form == "MAP" and key >= 64, "EN-11", "%s has an unknown key %s" % (shape, key))
        return {f.name: self.field(shape, f, given.get(f.key)) for f in fields}

    def field(self, shape, f, value):
        what = "%s.%s" % (shape, f.name)
        if value is None:
            need(f.optional, "EN-14", what + " is missing")
            return {"list": [], "integer": 0, "bool": False, "shape": None}.get(f.kind, b"")
        need(type(value) in {"integer": (int,), "bool": (bool,), "bin": (bytes,), "str": (Text,),
                             "list": (list,), "shape": (list, dict)}[f.kind]
             or f.kind == "shape" and self.shapes[f.of][0] == "BARE", "EN-13", what)
        if f.kind == "shape":
            return self.fit(f.of, value)
        if f.optional:
            nothing = f.kind == "bin" and f.low == f.high and not any(value)
            need(value not in (0, False, b"", "", []) and not nothing, "EN-14",
                 what + " is there and empty")
        size = value if f.kind == "integer" else len(value.encode()) if f.kind == "str" else \
            None if f.kind == "bool" else len(value)
        if size is not None and f.high is not None:
            low = f.high if f.low == f.high and f.kind in ("bin", "list") else f.low
            need(low <= size <= f.high, "EN-13", "%s: %s" % (what, size))
        return [self.fit(f.of, v) for v in value] if f.kind == "list" else value


# --- who may do what, out of docs/records.md ---
class Tables:
    def __init__(self, page):
        self.acts, self.states, self.moves = {}, {}, {}
        where = None
        for line in open(page, encoding="utf-8"):
            title = re.match(r"##+ (.*)$", line)
            cells = [c.strip() for c in line.strip().strip("|").split("|")]
            if title:
                where = title.group(1)
            elif where == "Acts" and re.match(r"\| \d", line):
                self.acts[int(cells[0])] = cells[1].strip("`")
            elif where and where.startswith("States of a") and re.match(r"\| \d", line):
                self.states.setdefault(where.split()[-1], {})[cells[1].strip("`")] = int(cells[0])
            elif where and where.startswith("Acts on a") and line.startswith("| `"):
                machine, tv = re.fullmatch(r"Acts on a (\w+), table (\d+)", where).groups()
                act = re.match(r"`([\w-]+)`", cells[0]).group(1)
                self.moves[machine, int(tv), act] = cells[1:4]

    def origin(self, machine, cell):
        states = self.states[machine]
        if cell.startswith("any but "):
            return set(states.values()) - {states[cell[8:]]}
        return {states[s.strip()] for s in cell.split(",")}


class Track:
    """Where one record stands, by the log alone."""
    def __init__(self):
        self.exists = self.erased = False
        self.kind = self.state = 0
        self.side = self.target = self.proposal = None


def side_of(role):
    return {STAFF: "ward", LEAD: "ward", OFFICER: "bureau"}.get(role)


def verdict(tables, span, op, op_id, tv, track):
    """[RL-10] … [RL-13]; changes the track where it is OK."""
    if not span or span["status"] == REVOKED:
        return ROLE
    scope, kind = op["scope"], op["kind"]
    if not re.fullmatch(r"int|b|[we]:\d{5}", scope) or scope not in span["scopes"]:
        return SCOPE
    if (kind == 0) != scope.startswith("w:") or (scope.startswith("e:") and kind != CASE):
        return SCOPE
    erasing = ERASING <= tv and tables.acts.get(op["act"]) == "erase" and bool(op["refs"])
    machine = "case" if scope.startswith("e:") else \
        "program" if scope == "int" and kind == PROGRAM else None
    act = tables.acts.get(op["act"])
    if machine == "program" and act == "edit":
        return edit_program(tables, span["role"], kind, track)
    if machine is None:
        lead = act == "erase" and tv >= ERASING and scope.startswith("w:")
        return plain((scope, lead), span["role"], act, kind, track, erasing)
    return by_table(tables, (machine, tv, act), span["role"], op, op_id, track)


def edit_program(tables, role, kind, track):
    states = tables.states["program"]
    if role != OFFICER:
        return ROLE
    lives = track.exists and not track.erased and track.kind == kind and track.state not in (states["none"], states["ended"])
    return OK if lives else STATE


def plain(where, role, act, kind, track, some):
    scope, lead = where
    writers = {LEAD} if lead else {STAFF, LEAD} if scope.startswith("w:") else {OFFICER} if scope == "b" else {LEAD, OFFICER}
    if act not in ("create", "edit", "close", "erase"):
        return STATE
    if role not in writers:
        return ROLE
    if (act == "create") == track.exists or track.erased or (track.exists and track.kind != kind):
        return STATE
    if not some: # of what names operations the record lives on [RL-28]
        track.exists, track.kind, track.erased = True, kind, act == "erase"
    return OK


def by_table(tables, key, role, op, op_id, track):
    if key not in tables.moves:
        return STATE
    who, origin, effect = tables.moves[key]
    own = side_of(role)
    may = {"lead": role == LEAD, "staff or lead": own == "ward", "officer": role == OFFICER,
           "lead or officer": role in (LEAD, OFFICER), "anyone of either side": own is not None,
           "the side that did not propose": role in (LEAD, OFFICER) and track.side != own,
           "the side that proposed": role in (LEAD, OFFICER) and track.side in (None, own)}[who]
    if not may:
        return ROLE
    proposes, answers = effect.startswith("proposes "), effect in ("to what was proposed",
                                                                  "the proposal falls")
    if track.state not in tables.origin(key[0], origin) or (track.exists and track.kind != op["kind"]):
        return STATE
    if track.erased:
        return STATE
    if effect.startswith("of what is over"): # [RL-28]
        if not op["refs"] and track.state not in OVER[key[0]]:
            return STATE
        if not op["refs"]:
            track.erased, track.side, track.target, track.proposal = True, None, None, None
        return OK
    if (proposes and track.side) or (answers and not (track.side and track.proposal in op["refs"])):
        return STATE
    states = tables.states[key[0]]
    track.exists, track.kind = True, op["kind"]
    if proposes:
        track.side, track.target, track.proposal = own, states[effect[9:]], op_id
    elif effect != "nothing moves":
        track.state = track.target if effect == "to what was proposed" else \
            track.state if effect == "the proposal falls" else states[effect[3:]]
        track.side = track.target = track.proposal = None
    return OK


# --- section 5: blobs ---
class Feed:
    """Numbers of a stream: little-endian base 128, the shortest form."""
    def __init__(self, data):
        self.data, self.at = data, 0

    def bytes(self, n):
        need(n <= len(self.data) - self.at, "BN-14", "a stream is too short")
        self.at += n
        return self.data[self.at - n:self.at]

    def byte(self):
        return self.bytes(1)[0]

    def number(self):
        value = shift = 0
        while True:
            low = self.byte()
            value |= (low & 127) << shift
            if low < 128:
                need(low or not shift, "BN-8", "a number in a longer form")
                return value
            shift += 7

    def signed(self):
        n = self.number()
        return -(n // 2) - 1 if n & 1 else n // 2


def frame(data, size):
    try:
        about = zstandard.get_frame_parameters(data)
        need(about.content_size == size and about.window_size <= WINDOW, "BN-8", "another content size")
        d = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()
        plain = d.decompress(data)
    except zstandard.ZstdError as wrong:
        raise Wrong("[BN-8] zstd: %s" % wrong) from None
    need(d.eof and not d.unused_data and len(plain) == size, "BN-8", "not one whole frame")
    return plain


def uncode(coded):
    """The parts of coded bytes; of codecs 0 and 1 there is one."""
    f = Feed(coded)
    codec = f.byte()
    if codec == 0:
        return [coded[1:]]
    if codec == 1:
        size = f.number()
        need(size <= BLOB_MAX, "BN-8", "too large")
        return [frame(coded[f.at:], size)]
    need(codec == 2, "BN-8", "codec %d" % codec)
    sizes = [(f.number(), f.number()) for _ in range(f.number())]
    need(len(sizes) <= 64 and sum(s for s, _ in sizes) <= BLOB_MAX, "BN-8", "too much")
    parts = [(size, f.bytes(length)) for size, length in sizes]
    need(f.at == len(coded), "BN-8", "something follows the parts")
    return [part if len(part) == size else frame(part, size) for size, part in parts]


HEAD, LISTS, ATTRS, TEXTS, SERIES, DROPS, EDITS, GAPS, MARKS, FIRSTS, STEPS, SHIFTS, LARGE, OFFS, \
    RESTS, BITS = range(16)
MISSING = ("", "n", "u", "x")
KEPT, EDIT, INSERT = range(3)


def sections(plain):
    """{pack: its 16 streams} of a container [BN-10]."""
    f = Feed(plain)
    need(f.byte() == 1, "BN-10", "another version of the container")
    packs, lengths, pack = [], [], -1
    for _ in range(f.number()):
        pack += 1 + f.number()
        packs.append(pack)
        lengths.append([f.number() for _ in range(16)])
    streams = [[f.bytes(length[s]) for length in lengths] for s in range(16)]
    need(f.at == len(plain), "BN-10", "something follows the streams")
    return {p: [streams[s][i] for s in range(16)] for i, p in enumerate(packs)}


class Row:
    __slots__ = ("area", "breakdown", "period", "value", "attr")

    def __init__(self, area, breakdown, period, value=None, attr=None):
        self.area, self.breakdown, self.period, self.value, self.attr = \
            area, breakdown, period, value, attr

    def series(self):
        return self.area, self.breakdown


class Section:
    """One section: an old state {indicator: (attributes, rows)} becomes the new one."""
    def __init__(self, streams, words, old):
        self.s, self.words, self.old = [Feed(s) for s in streams], words, old
        self.hold = self.have = 0
        self.reference, self.references = set(), set() # of old series, of new ones
        lists = ("areas", "breakdowns", "periods")
        self.areas, self.breakdowns, self.periods = (self.list(words[w]) for w in lists)
        self.texts = [""] + [self.text(TEXTS) for _ in range(self.s[TEXTS].number())]

    def text(self, stream):
        try:
            return self.s[stream].bytes(self.s[stream].number()).decode("utf-8")
        except UnicodeDecodeError:
            raise Wrong("[BN-14] no UTF-8") from None

    def list(self, words):
        """Texts that the section names, as they ascend."""
        f, code, texts = self.s[LISTS], -1, []
        for _ in range(f.number()):
            code += 1 + f.signed()
            need(0 <= code < len(words), "BN-14", "a code out of range")
            need(not texts or texts[-1].encode() < words[code].encode(), "BN-14", "a list does not ascend")
            texts.append(words[code])
        return texts

    def bits(self, n):
        while self.have < n:
            self.hold |= self.s[BITS].byte() << self.have
            self.have += 8
        value = self.hold & ((1 << n) - 1)
        self.hold >>= n
        self.have -= n
        return value

    def decode(self):
        old, fresh, at, f = sorted(self.old, key=str.encode), {}, 0, self.s[HEAD]
        for _ in range(f.number()):
            skip, kind = f.number(), f.number()
            need(skip <= len(old) - at and kind <= 2, "BN-14", "an entry out of range")
            for indicator in old[at:at + skip]:
                fresh[indicator] = self.old[indicator]
            at += skip
            if kind == 1:
                indicator = self.text(HEAD)
                need(indicator not in self.old, "BN-14", "an old indicator comes as a new one")
                fresh[indicator] = self.group([], [], 0, 0)
                continue
            need(at < len(old), "BN-14", "no old indicator is left")
            if kind == 0:
                fresh[old[at]] = self.group(*self.old[old[at]], f.number(), f.number())
            at += 1
        for indicator in old[at:]:
            fresh[indicator] = self.old[indicator]
        names = [n.encode() for n in fresh]
        need(names == sorted(set(names)), "BN-14", "indicators do not ascend")
        need(all(s.at == len(s.data) for s in self.s) and not self.hold, "BN-14", "a stream is not at its end")
        return fresh

    def group(self, attrs, rows, drops, edits):
        f = self.s[HEAD]
        inserts, told, scale = f.number(), f.number(), f.number()
        need(scale <= 4, "BN-14", "a scale out of range")
        lanes = [[f.number() for _ in range(3)] if n else None for n in (edits, inserts)]
        attrs = attrs + [self.attr() for _ in range(told)]
        gone = [KEPT] * len(rows)
        for stream, count, how in ((DROPS, drops, None), (EDITS, edits, EDIT)):
            place = -1
            for _ in range(count):
                place += 1 + self.s[stream].number()
                need(place < len(rows) and gone[place] == KEPT, "BN-14", "a row out of range")
                gone[place] = how
        fresh = self.keys(rows, gone)
        keys = [tuple(x.encode() for x in (r.area, r.breakdown, r.period)) for r, _ in fresh]
        need(all(a < b for a, b in itertools.pairwise(keys)), "BN-14", "keys do not ascend")
        need(sum(k == INSERT for _, k in fresh) == inserts, "BN-14", "other rows than were told")
        for lane, kind, stream in ((lanes[0], EDIT, SHIFTS), (lanes[1], INSERT, STEPS)):
            if lane:
                self.lane(fresh, attrs, kind, stream, lane, 10 ** scale)
        return attrs, [r for r, _ in fresh]

    def attr(self):
        f = self.s[ATTRS]
        try:
            return (self.words["units"][f.number()], self.words["statuses"][f.number()],
                    MISSING[f.byte()], *(self.texts[f.number()] for _ in range(3)))
        except IndexError:
            raise Wrong("[BN-14] an attribute out of range") from None

    # keys
    def set(self, reference):
        f, place, told = self.s[SERIES], -1, set()
        for _ in range(f.number()):
            place += 1 + f.number()
            need(place < len(self.periods), "BN-14", "a period out of range")
            told.add(place)
        return reference ^ told

    def gain(self, series, periods, out):
        """An old series with its rows and new ones between them."""
        area, breakdown = series[0][0].series()
        rows = [(r, k) for r, k in series if k is not None]
        rows += [(Row(area, breakdown, self.periods[p]), INSERT) for p in periods]
        out += sorted(rows, key=lambda x: x[0].period.encode())

    def keys(self, rows, gone):
        f, out, at = self.s[SERIES], [], 0
        series = [list(g) for _, g in itertools.groupby(
            [(Row(r.area, r.breakdown, r.period, r.value, r.attr), k) for r, k in zip(rows, gone)],
            key=lambda x: x[0].series())]
        area = breakdown = 0
        while True:
            op = f.number()
            need(op <= 4, "BN-14", "no such operation")
            if op == 0:
                break
            run = f.number() if rows else 0
            need(run <= len(series) - at, "BN-14", "no old series is left")
            for old in series[at:at + run]:
                self.gain(old, self.reference, out)
            at += run
            if op <= 2:
                need(at < len(series), "BN-14", "no old series is left")
                periods = self.set(self.reference)
                self.gain(series[at], periods, out)
                at += 1
                self.reference = periods if op == 2 else self.reference
                continue
            step, place = f.number(), f.number()
            area, breakdown = area + step, place if step else breakdown + place
            periods = self.set(self.references)
            need(area < len(self.areas) and breakdown < len(self.breakdowns) and periods, "BN-14",
                 "a new series out of range")
            out += [(Row(self.areas[area], self.breakdowns[breakdown], self.periods[p]), INSERT)
                    for p in sorted(periods)]
            breakdown += 1
            self.references = periods if op == 4 else self.references
        for old in series[at:]:
            self.gain(old, self.reference, out)
        return out

    # values
    def lane(self, rows, attrs, kind, stream, lane, unit):
        usual, marks, offs = lane
        mark = self.s[GAPS].number() if marks else None
        off = self.s[OFFS].number() if offs else None
        before = series = None
        for at, (row, how) in enumerate(rows):
            if kind == INSERT and row.series() != series:
                series = row.series()
                ahead = next((r for r, k in itertools.takewhile(lambda x: x[0].series() == series, rows[at:])
                              if k != INSERT), None)
                before = self.floor(ahead, unit)
            if how != kind:
                if kind == INSERT and row.value is not None:
                    before = self.floor(row, unit)
                continue
            if kind == EDIT:
                before = self.floor(row, unit)
            attr = usual
            if marks:
                if mark == 0:
                    attr, marks = self.s[MARKS].number(), marks - 1
                    mark = self.s[GAPS].number() if marks else None
                else:
                    mark -= 1
            need(attr < len(attrs), "BN-14", "an attribute out of range")
            row.attr, row.value = attrs[attr], None
            if attrs[attr][2]:
                continue
            rest = 0
            if offs:
                if off == 0:
                    code, offs = self.s[RESTS].number(), offs - 1
                    rest = code // 5 * 10 ** (code % 5)
                    need(0 < rest < unit, "BN-14", "a rest out of range")
                    off = self.s[OFFS].number() if offs else None
                else:
                    off -= 1
            before = self.first() if before is None else self.step(stream, before)
            row.value = before * unit + rest
            need(abs(row.value) < 1 << 59, "BN-14", "a value out of range")
        need(not marks and not offs, "BN-14", "more was told than there are rows")

    @staticmethod
    def floor(row, unit):
        return None if row is None or row.value is None else row.value // unit

    def step(self, stream, before):
        low = max(0, abs(before).bit_length() - 6)
        high = self.s[stream].byte()
        if high == 255:
            high += self.s[LARGE].number()
        f = high << low | self.bits(low)
        return before - f // 2 - 1 if f & 1 else before + f // 2

    def first(self):
        token = self.s[FIRSTS].byte()
        sign = -1 if token == 255 else 1
        token = self.s[FIRSTS].byte() if sign < 0 else token
        if token < 4:
            return sign * token
        n = (token - 4) // 4 + 3
        need(n <= 59, "BN-14", "a first value out of range")
        return sign * ((4 | (token - 4) & 3) << n - 3 | self.bits(n - 3))


# --- a segment: index, packs, deltas, roots ---
class Segment:
    def __init__(self, shapes, plain):
        self.index = x = shapes.read("index", plain)
        raw = decode(plain)
        self.schema_hash = keyed("schema", encode(raw[1]))
        words = x["words"] or {}
        self.words = {k: words.get(k, []) for k in ("areas", "breakdowns", "periods", "units", "statuses")}
        firsts = [p["first"].encode() for p in x["packs"]]
        need(firsts == sorted(set(firsts)), "BN-15", "packs do not ascend")
        at = x["base"]
        for delta in x["deltas"]:
            need(delta["from"] == at < delta["to"], "BN-15", "a gap in the chain of deltas")
            at = delta["to"]

    def pack_of(self, indicator):
        return max([0] + [i for i, p in enumerate(self.index["packs"])
                          if p["first"].encode() <= indicator.encode()])

    def apply(self, packs, container):
        for number, streams in container.items():
            need(number < max(1, len(self.index["packs"])), "BN-14", "no such pack")
            fresh = Section(streams, self.words, packs.get(number, {})).decode()
            for indicator in fresh:
                need(self.pack_of(indicator) == number, "BN-14", indicator + " is of another pack")
            packs[number] = fresh

    def sums(self, packs):
        """[BN-4]: [indicator, rows, gid] of each."""
        sums = []
        for number in sorted(packs):
            for indicator, (_, rows) in packs[number].items():
                row = keyed("grp", self.schema_hash, b"".join(
                    encode([indicator, r.area, r.breakdown, r.period, r.value, r.attr[2], r.attr[0],
                            r.attr[1], *r.attr[3:]]) for r in rows))
                sums.append([indicator, len(rows), row])
        return sums

    def root(self, sums):
        return keyed("seg", self.schema_hash, encode(sums))

    def prove(self, fetch):
        """Every release of the chain against its root; gives the newest sums. fetch(ref, what): coded."""
        x, packs = self.index, {}
        for number, ref in enumerate(x["packs"]):
            self.apply(packs, {number: self.container(fetch, ref, "pack %d" % number)[0]})
        need(self.root(self.sums(packs)) == x["base_root"], "BN-24",
             "rows of release %d are not those of the root" % x["base"])
        for ref in x["deltas"]:
            self.apply(packs, self.container(fetch, ref, "the delta to %d" % ref["to"]))
            need(self.root(self.sums(packs)) == ref["seg_root"], "BN-24",
                 "rows of release %d are not those of the root" % ref["to"])
        sums = self.sums(packs)
        need(sum(s[1] for s in sums) == x["rows"], "BN-15", "another number of rows")
        return sums

    @staticmethod
    def container(fetch, ref, what):
        parts = uncode(fetch(ref["blob"], what))
        plain = b"".join(parts)
        need(len(plain) == ref["plain_len"], "BN-15", what + " has another length")
        return sections(plain)


# --- section 2: what all files together believe ---
class Trust:
    def __init__(self, shapes, tables):
        self.shapes, self.tables = shapes, tables
        self.documents, self.blobs = [], {}
        self.roots, self.root_ids, self.believed = [], [], None
        self.spans, self.rows = {}, {}
        self.eras = []

    def add_document(self, raw, where):
        self.documents.append((self.shapes.read("doc", raw), where))

    def count(self, doc, role):
        """Distinct keys of the role that did sign [TR-5]."""
        indexes = [s["key"] for s in doc["sigs"]]
        need(indexes == sorted(set(indexes)), "TR-5", "indexes of signatures do not ascend")
        text = b"kky1/sig/" + doc["kind"].encode() + b"\0" + doc["payload"]
        return sum(s["key"] < len(role["keys"]) and signed(role["keys"][s["key"]], s["sig"], text)
                   for s in doc["sigs"])

    def chain(self, roots):
        """[(fields, id)] of a chain of root documents, oldest first [TR-2] [TR-7]."""
        known = {}
        for doc in roots:
            root = self.shapes.read("root", doc["payload"])
            same = known.setdefault(root["ver"], (root, doc))
            need(same[1]["payload"] == doc["payload"], "TR-8", "two roots of version %d" % root["ver"])
        chain = [known[v] for v in sorted(known)]
        need(chain, "TR-6", "there is no root")
        for at, (root, doc) in enumerate(chain):
            what = "root %d" % root["ver"]
            need([r["role"] for r in root["roles"]] == [0, 1, 2, 3], "TR-2", what + ": roles")
            for role in root["roles"]:
                need(len(set(role["keys"])) == len(role["keys"]) >= role["threshold"], "TR-2",
                     what + ": keys of role %d" % role["role"])
            self.enough(doc, root["roles"][ROOT], what)
            if at:
                before = chain[at - 1][0]
                need(root["ver"] == before["ver"] + 1, "TR-7", what + " follows %d" % before["ver"])
                self.enough(doc, before["roles"][ROOT], what + " under the keys before it")
                need(all(new["gen"] >= old["gen"] for new, old in zip(root["roles"], before["roles"])),
                     "TR-7", what + ": a generation falls")
        return [(root, keyed("doc", doc["payload"])) for root, doc in chain]

    def enough(self, doc, role, what):
        got = self.count(doc, role)
        need(got >= role["threshold"], "TR-5", "%s: %d signatures of %d" % (what, got, role["threshold"]))

    def believe(self, fingerprint):
        chain = self.behind(self.chain([d for d, _ in self.documents if d["kind"] == "root"]), fingerprint)
        self.roots = [r for r, _ in chain]
        self.root_ids = [print_of(i) for _, i in chain]

    @staticmethod
    def behind(chain, fingerprint):
        """The chain from the root that is believed on: what stands before it anybody can make [RL-7]."""
        prints = [print_of(i) for _, i in chain]
        need(fingerprint in [None] + prints, "RL-7", "root %s is not among %s" % (fingerprint, prints))
        return chain[prints.index(fingerprint) if fingerprint else 0:]

    def document(self, doc, where):
        """A roster, catalog or fresh under the newest root that has its generation."""
        need(doc["kind"] in SIGNERS, "TR-4", "a document of kind " + doc["kind"])
        fields = self.shapes.read(doc["kind"], doc["payload"])
        role = SIGNERS[doc["kind"]]
        roles = [r["roles"][role] for r in reversed(self.roots)]
        if "version" in fields:
            roles = [r for r in roles if r["gen"] == fields["version"]["gen"]][:1]
            need(roles, "TR-8", "%s: no root has generation %d" % (where, fields["version"]["gen"]))
        need(any(self.count(doc, r) >= r["threshold"] for r in roles), "TR-5",
             "%s: too few sound signatures" % doc["kind"])
        return fields

    def admit(self, rosters):
        """The newest roster with its rows; older ones must agree with it [TR-9] [TR-10]."""
        by_version = {}
        for roster in rosters:
            version = pair(roster["version"])
            held = by_version.setdefault(version, roster)
            need(held == roster, "TR-8", "two rosters of version %d.%d" % version)
        for version in sorted(by_version):
            roster = by_version[version]
            raw = self.blobs.get(roster["devices"]["hash"])
            need(raw is not None or version != max(by_version), "DM-14", "the roster's rows are missing")
            if raw is not None:
                self.take_rows(raw, roster["devices"]["len"], version)
            self.take_eras(roster["eras"] or [])

    def take_eras(self, eras):
        """[ER-1] [ER-2]"""
        names = [(e["scope"], e["era"]) for e in eras]
        need(names == sorted(set(names)), "ER-1", "eras do not ascend")
        for e in eras:
            need((e["after_gsn"] == 0) == ((e["head"] or ZEROS) == ZEROS), "ER-1", "an era without its head")
        newest = {}
        for e in self.eras:
            newest[e["scope"]] = e["era"]
        need([e for e in eras if e in self.eras] == self.eras, "ER-2", "eras rewritten")
        need(all(e in self.eras or e["era"] > newest.get(e["scope"], 0) for e in eras), "ER-2",
             "an era before another")
        self.eras = eras

    def era(self, scope, gsn):
        """The era of an entry by the newest roster; None for the first [ER-1]."""
        return era_in([e for e in self.eras if e["scope"] == scope], gsn)

    def take_rows(self, raw, length, version):
        need(len(raw) == length, "TR-6", "the rows have another length")
        rows, last, fresh = self.shapes.read("devices", raw)["rows"], b"", {}
        for row in rows:
            device = keyed("dev", row["sign"], row["noise"], row["wrap"])[:16]
            need(device > last, "TR-9", "rows do not ascend")
            last, spans = device, row["history"]
            at = [pair(s["from"]) for s in spans]
            need(at == sorted(set(at)) and at[-1] <= version, "TR-9", "spans of a device")
            for s in spans:
                need(s["scopes"] == sorted(set(s["scopes"])), "TR-9", "scopes of a device do not ascend")
                need(bool(s["ward"]) == (s["role"] in (STAFF, LEAD)), "TR-9", "the ward of a device")
            fresh[device] = row
        for device, row in self.rows.items():
            need(device in fresh and {**fresh[device], "history": fresh[device]["history"]
                                      [:len(row["history"])]} == row, "TR-10", "history rewritten")
        self.rows = fresh

    def span(self, device, rv):
        """What the device was under the roster that was in force [TR-9]."""
        spans = self.rows[device]["history"] if device in self.rows else []
        held = [s for s in spans if pair(s["from"]) <= rv]
        return held[-1] if held else None

    def daemon_signed(self, roots, head, what):
        claim = [Text(head["scope"]), head["era"], head["gsn"], head["head"] or None, head["ms"]]
        keys = {k for r in roots for k in r["roles"][DAEMON]["keys"]}
        need(any(signed(k, head["sig"], b"kky1/head\0" + encode(claim)) for k in keys), "RL-6",
             what + ": the head is not signed by a key of the daemon")


def era_in(eras, gsn):
    """The one that stands last among those that begin before the entry [ER-1]."""
    return ([None] + [e for e in eras if e["after_gsn"] < gsn])[-1]


def number(era):
    return era["era"] if era else 0


def pair(version):
    return (version["gen"], version["ver"]) if version else (0, 0)


def print_of(hash_):
    text = base64.b32encode(hash_).decode().lower()
    return "-".join((text[0:4], text[4:8], text[8:12]))


# --- figures: from the signed catalog to rows ---
class Figures:
    def __init__(self, trust, part):
        self.trust, self.part, self.missing, self.rows = trust, part, [], 0

    def get(self, ref, what):
        raw = self.trust.blobs.get(ref["hash"])
        if raw is None:
            raise KeyError("%s (%s)" % (what, name(ref["hash"])))
        need(len(raw) == ref["len"], "BN-7", "%s has another length than was signed" % what)
        return raw

    def clear(self, ref, what):
        raw = self.get(ref, what)
        need(raw[0] == 0, "BN-7", what + " is sealed in pub")
        return raw[1:]

    def plain(self, ref, what):
        return b"".join(uncode(self.clear(ref, what)))

    def catalog(self, catalog):
        what = "catalog %d.%d" % pair(catalog["version"])
        names = [s["scope"] for s in catalog["scopes"]]
        need(names == sorted(set(names)), "TR-3", what + ": scopes do not ascend")
        for scope in catalog["scopes"]:
            need((scope["epoch"] == 0) == (scope["scope"] == "pub"), "TR-3", what + ": epoch")
            try:
                if scope["scope"] == "pub":
                    self.scope(scope, what)
                else:
                    raw = self.get(scope["manifest"], "%s: manifest of %s" % (what, scope["scope"]))
                    need(raw[0] == 1, "BN-7", "%s is not sealed" % scope["scope"])
            except KeyError as lacks:
                need(self.part, "DM-14", "%s: missing: %s" % (what, lacks.args[0]))
                self.missing.append(lacks.args[0])

    def scope(self, scope, what):
        manifest = self.trust.shapes.read("manifest", self.plain(scope["manifest"], what + ": manifest"))
        state_of(manifest, scope["scope"], scope["state"])
        for s in manifest["segments"]:
            where = "%s: %s" % (what, s["dataset"])
            segment = Segment(self.trust.shapes, self.plain(s["index"], where + ": index"))
            need(segment.index["schema"]["min_tier"] == 0, "BN-16", where + " may not be public")
            sums = segment.prove(lambda ref, of: self.clear(ref, where + ": " + of))
            need(segment.root(sums) == s["seg_root"], "BN-22", where + ": another root than the manifest's")
            self.rows += sum(n for _, n, _ in sums)


def state_of(manifest, scope, state):
    """[BN-6] [BN-16]"""
    names = [s["dataset"] for s in manifest["segments"]]
    need(names == sorted(set(names)) and manifest["scope"] == scope, "BN-16", "the manifest of " + scope)
    need(bool(manifest["salt"]) == (scope != "pub"), "BN-6", "the salt of " + scope)
    sums = [[s["dataset"], s["seg_root"]] for s in manifest["segments"]]
    need(keyed("scp", encode(scope), manifest["salt"] or ZEROS, encode(sums)) == state, "BN-22",
         "the manifest does not hash to the signed state of " + scope)


# --- section 6: a log, entry by entry ---
def link(before, era, t):
    """[RL-5]"""
    return keyed("head", before, eight(era), eight(t["gsn"]), t["op_id"], eight(t["recv_ms"]),
                 eight(t["rv"]["gen"]), eight(t["rv"]["ver"]), eight(t["tv"]), eight(t["verdict"]))


class Log:
    def __init__(self, trust, scope):
        self.trust, self.scope = trust, scope
        self.gsn, self.heads, self.tracks, self.chains = 0, [ZEROS], {}, {}
        self.force, self.erased = ((0, 0), 0), {}

    def era(self, gsn):
        return number(self.trust.era(self.scope, gsn))

    def entry(self, e, raw, signature):
        """Header, signature, chain, head, verdict of the next entry [RL-16] [RL-17]."""
        what = "%s entry %d" % (self.scope, e["gsn"])
        op, op_id = self.trust.shapes.read("op", raw), keyed("op", raw)
        need(e["gsn"] == self.gsn + 1, "RL-16", what + " follows %d" % self.gsn)
        begins = self.trust.era(self.scope, e["gsn"])
        need(not begins or begins["after_gsn"] != self.gsn or (begins["head"] or ZEROS) == self.heads[-1],
             "ER-7", what + ": its era begins behind another entry")
        need(op["scope"] == self.scope, "RL-16", what + " is of " + op["scope"])
        row = self.trust.rows.get(op["device"])
        need(row and signed(row["sign"], signature, b"kky1/op" + raw), "RL-16",
             what + ": the signature is not its author's")
        chain = op["device"], op["inc"]
        seq, prev = self.chains.get(chain, (0, b""))
        need((op["seq"], op["prev"]) == (seq + 1, prev), "RL-4", what + ": the chain does not go on")
        need(bool(op["body_hash"]) == bool(op["body_len"]), "RL-2", what + ": hash and length of the body")
        force = pair(e["rv"]), e["tv"]
        need(force[0] >= self.force[0] and force[1] >= self.force[1], "RL-5", what + ": rv or tv falls")
        need(op["seen"]["gsn"] > self.gsn or op["seen"]["era"] != self.era(op["seen"]["gsn"]) or
             (op["seen"]["head"] or ZEROS) == self.heads[op["seen"]["gsn"]], "RL-19",
             what + ": its author had seen another history")
        own = verdict(self.trust.tables, self.trust.span(op["device"], force[0]), op, op_id, e["tv"],
                      self.tracks.setdefault(op["rec"], Track()))
        need(own == e["verdict"], "RL-17", "%s: verdict %d, the tables say %d" % (what, e["verdict"], own))
        self.heads.append(link(self.heads[-1], self.era(e["gsn"]), {**e, "op_id": op_id}))
        self.gsn, self.force, self.chains[chain] = e["gsn"], force, (op["seq"], op_id)
        erases = own == OK and self.trust.tables.acts.get(op["act"]) == "erase"
        if erases: # what it names, else all of its record, before it and after it [RL-28]
            named = list(op["refs"]) if e["tv"] >= ERASING else []
            self.erased.setdefault(op["rec"], []).append((self.gsn, op_id, named))
        return op

    def may_lack(self, gsn, op, op_id):
        """Was the body of this entry erased by an act that the log holds? [RL-30]"""
        return not op["body_len"] or any(
            op_id in named and gsn < at if named else op_id != by
            for at, by, named in self.erased.get(op["rec"], []))

    def bare(self, lacking):
        for gsn, op, op_id in lacking:
            need(self.may_lack(gsn, op, op_id), "RL-30",
                 "%s entry %d: its body is missing, and nobody erased it" % (self.scope, gsn))

    def at_head(self, head):
        what = "%s head %d" % (self.scope, head["gsn"])
        need(head["scope"] == self.scope and head["gsn"] == self.gsn, "RL-16", what + " is another's")
        need(head["era"] == self.era(self.gsn), "ER-8", what + " is of another era than the roster says")
        need((head["head"] or ZEROS) == self.heads[-1], "RL-16", what + " is not the computed one")
        self.trust.daemon_signed(self.trust.roots, head, what)

    def rebuilt(self, e):
        """The header of an operation as it travels [RL-2]."""
        op, body = dict(self.trust_raw(e)), e["body"]
        seq, prev = self.chains.get((op[1], op[3]), (0, b""))
        op[2] = Text(self.scope)
        if prev:
            op[5] = prev
        seen = list(op[7])
        if seen[2] is None and 0 < seen[1] <= self.gsn:
            seen[2] = self.heads[seen[1]]
        op[7] = seen
        if body:
            op[13], op[14] = keyed("body", body), len(body)
        return encode({k: op[k] for k in sorted(op)})

    @staticmethod
    def trust_raw(e):
        return e["raw"]


def read_pages(trust, pages, exported):
    """All pages of one scope in order; gives the log."""
    log, lacking = Log(trust, pages[0]["head"]["scope"]), []
    for page in pages:
        for e in page["entries"]:
            raw = e["op"] if exported else log.rebuilt(e)
            op = log.entry(e, raw, e["sig"])
            if not exported and e["body"]:
                need(op["body_hash"] == keyed("body", e["body"]), "RL-3", "a body is not the signed one")
            elif not exported:
                lacking.append((log.gsn, op, keyed("op", raw)))
        if not exported:
            log.at_head(page["head"])
    log.bare(lacking)
    if exported:
        need(all(p["head"] == pages[0]["head"] for p in pages), "RL-24", "pages under several heads")
        log.at_head(pages[0]["head"])
    return log


def strand(trust, roots, s):
    """{gsn: (era, head)} of a stretch of a log that leads to its signed head."""
    head, scope = s["before"] or ZEROS, s["head"]["scope"]
    of = lambda gsn: number(era_in(s["eras"], gsn)) if s["eras"] else s["head"]["era"]
    need(of(s["head"]["gsn"]) == s["head"]["era"], "RL-7", scope + ": the signed head is of another era")
    trust.daemon_signed(roots, s["head"], scope)
    if not s["tuples"]: # nothing but the signed head
        return {s["head"]["gsn"]: (s["head"]["era"], s["head"]["head"] or ZEROS)}
    gsn = s["head"]["gsn"] - len(s["tuples"])
    heads = {gsn: (of(gsn), head)}
    for t in s["tuples"]:
        gsn += 1
        need(t["gsn"] == gsn, "RL-7", "%s entry %d is missing" % (scope, gsn))
        head = link(head, of(gsn), t)
        heads[gsn] = of(gsn), head
    need(head == (s["head"]["head"] or ZEROS), "RL-7", scope + ": the entries do not lead to the signed head")
    return heads


def chain_inside(trust, proof, fingerprint):
    chain = trust.chain([trust.shapes.read("doc", raw) for raw in proof["roots"]])
    return [root for root, _ in Trust.behind(chain, fingerprint)]


def receipt(trust, raw, fingerprint):
    r = trust.shapes.read("receipt", raw)
    roots, op = chain_inside(trust, r, fingerprint), trust.shapes.read("op", r["op"])
    need(keyed("dev", r["author"], r["noise"], r["wrap"])[:16] == op["device"], "RL-7",
         "the keys are not those of the author")
    need(signed(r["author"], r["sig"], b"kky1/op" + r["op"]), "RL-7", "the signature is not the author's")
    need(keyed("op", r["op"]) in {t["op_id"] for t in r["tuples"]}, "RL-7", "no entry is of this operation")
    need(r["head"]["scope"] == op["scope"], "RL-7", "the head is of another scope")
    strand(trust, roots, r)


def fork(trust, raw, fingerprint):
    """[RL-19]"""
    f = trust.shapes.read("fork", raw)
    roots = chain_inside(trust, f, fingerprint)
    heads = [strand(trust, roots, s) for s in f["strands"]]
    scopes = {s["head"]["scope"] for s in f["strands"]}
    need(len(scopes) == 1, "RL-19", "stretches of two logs")
    if len(heads) == 2:
        common = set(heads[0]) & set(heads[1])
        one, other = (h[max(common)] for h in heads) if common else ((0, 0), (0, 0))
        need(one[0] == other[0] and one[1] != other[1], "RL-19", "the histories agree, or are of two eras [ER-6]")
        return
    op = trust.shapes.read("op", f["op"])
    need(keyed("op", f["op"]) in {t["op_id"] for t in f["strands"][0]["tuples"]}, "RL-19",
         "the operation is not of the stretch")
    seen = op["seen"]["era"], op["seen"]["head"]
    own = heads[0].get(op["seen"]["gsn"], seen)
    need(own[0] == seen[0] and own[1] != seen[1], "RL-19", "the operation had seen this history")


def freeze(trust, both, fingerprint):
    """[RL-27]"""
    raw, behind = both
    receipt(trust, behind, fingerprint)
    r, doc = trust.shapes.read("receipt", behind), trust.shapes.read("doc", raw)
    op, fresh = trust.shapes.read("op", r["op"]), trust.shapes.read("fresh", doc["payload"])
    roles = [root["roles"][DAEMON] for root in chain_inside(trust, r, fingerprint)]
    need(any(trust.count(doc, role) >= role["threshold"] for role in roles), "RL-27",
         "the fresh is not signed by a key of the daemon")
    taken = [t["recv_ms"] for t in r["tuples"] if t["op_id"] == keyed("op", r["op"])]
    need(taken[0] < fresh["issued_ms"], "RL-27", "the fresh is not the later one")
    need(any(pair(op["seen"][what]) > pair(fresh[what]) for what in ("roster", "catalog")
             if op["seen"][what]), "RL-27", "the fresh has all that the author had seen")


# --- docs/replica.md: one SQLite file a scope ---
def replica(trust, path, catalogs, counts):
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    try:
        need(db.execute("PRAGMA integrity_check").fetchone() == ("ok",), "DM-3", "the database is damaged")
        held = db.execute("SELECT scope, release, state, manifest_hash, manifest_len, manifest FROM held")
        held = held.fetchone()
        scope = held[0] if held else None
        if held and held[1]:
            replica_figures(trust, db, held, catalogs, counts)
        replica_log(trust, db, scope, counts)
    except (sqlite3.Error, TypeError) as wrong:
        raise Wrong("[DM-3] no replica: %s" % wrong) from None
    finally:
        db.close()


def replica_figures(trust, db, held, catalogs, counts):
    scope, release, state, hash_, length, plain = held
    named = [s for c in catalogs for s in c["scopes"] if s["scope"] == scope and s["state"] == state]
    need(named, "BN-22", "no signed catalog has the state that is held of " + scope)
    need(any((s["manifest"]["hash"], s["manifest"]["len"]) == (hash_, length) for s in named), "BN-22",
         "another manifest than the catalog names")
    manifest = trust.shapes.read("manifest", plain)
    need(manifest["release"] == release, "BN-22", "another release than the manifest's")
    state_of(manifest, scope, state)
    live = {}
    for dataset, base, ended, root, index_hash, index in db.execute(
            "SELECT dataset, base, ended, seg_root, index_hash, index_plain FROM segments"):
        where = "%s %s from %d" % (scope, dataset, base)
        segment = Segment(trust.shapes, index)
        need((segment.index["schema"]["dataset"], segment.index["base"]) == (dataset, base), "BN-24",
             where + ": the index is another's")
        sums = segment.prove(lambda ref, of: stored(db, scope, ref, where + ": " + of))
        need(segment.root(sums) == root, "BN-24", where + ": another root")
        counts["rows"] += sum(n for _, n, _ in sums)
        if ended is None:
            live[dataset] = (index_hash, root)
    want = {s["dataset"]: (s["index"]["hash"], s["seg_root"]) for s in manifest["segments"]}
    need(live == want, "BN-24", scope + ": other segments than the manifest's")


def stored(db, scope, ref, what):
    row = db.execute("SELECT epoch, sum, coded FROM blobs WHERE hash = ?", (ref["hash"],)).fetchone()
    need(row, "BN-24", what + " is missing")
    epoch, sum_, coded = row
    need((epoch == 0) == (scope == "pub"), "BN-7", what + ": clear above pub, or sealed in it")
    need(keyed("coded", coded) == sum_, "BN-24", what + " was changed")
    need(epoch or keyed("blob", b"\0", coded) == ref["hash"], "BN-7", what + " was changed")
    return coded


def replica_log(trust, db, scope, counts):
    entries = db.execute("SELECT gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, head, rec, op, sig, body"
                         " FROM entries ORDER BY gsn").fetchall()
    signed_head = db.execute("SELECT era, gsn, head, signed FROM log_head").fetchone()
    need(bool(signed_head) or not entries, "RL-6", "entries without a signed head")
    if not signed_head:
        return
    head_ = trust.shapes.read("head", signed_head[3]) if signed_head[3] else None
    log = Log(trust, head_["scope"] if head_ else scope)
    need(scope in (None, log.scope), "RL-16", "the log of another scope")
    lacking = []
    for gsn, op_id, recv, gen, ver, tv, code, at, rec, raw, sig, body in entries:
        what = "%s entry %d" % (log.scope, gsn)
        op = log.entry({"gsn": gsn, "recv_ms": recv, "rv": {"gen": gen, "ver": ver}, "tv": tv,
                        "verdict": code}, raw, sig)
        need(keyed("op", raw) == op_id and op["rec"] == rec, "RL-2", what + ": another operation")
        need(log.heads[-1] == at, "RL-5", what + ": another head")
        need(body is None or (keyed("body", body), len(body)) == (op["body_hash"], op["body_len"]), "RL-3",
             what + ": the body is not the signed one")
        if body is None:
            lacking.append((gsn, op, op_id))
    if len(lacking) < len(entries): # an auditor has no body at all
        log.bare(lacking)
    begins = trust.era(log.scope, log.gsn + 1)
    if head_:
        log.at_head(head_)
    else:
        need(begins and (begins["after_gsn"], begins["head"]) == (log.gsn, log.heads[-1]), "ER-7",
             log.scope + ": no head that anybody signed")
    need(tuple(signed_head[:3]) == (log.era(log.gsn), log.gsn, log.heads[-1]), "RL-6", "another head")
    counts["entries"] += log.gsn


# --- section 9: KKYB ---
def items(data):
    """[FL-1] … [FL-3]: (type, [(tag, bytes)])"""
    need(len(data) >= 44 and data[:5] == b"KKYB\1" and data[6:8] == b"\0\0", "FL-1", "no KKYB of version 1")
    need(1 <= data[5] <= 5, "FL-1", "type %d" % data[5])
    count, at, found = struct.unpack(">I", data[8:12])[0], 12, []
    for number in range(count):
        need(at + 5 <= len(data), "FL-2", "cut at item %d" % number)
        tag, length = struct.unpack(">BI", data[at:at + 5])
        need(length <= BLOB_MAX + 64, "FL-2", "item %d is too long" % number)
        need(at + 5 + length <= len(data), "FL-2", "cut in item %d" % number)
        found.append((tag, data[at + 5:at + 5 + length]))
        at += 5 + length
    need(data[at:] == keyed("kkyb", data[:at]), "FL-3", "the checksum is not that of the bytes")
    return data[5], found


class Checker:
    def __init__(self, docs, fingerprint, part):
        self.shapes = Shapes(os.path.join(docs, "messages.md"))
        self.trust = Trust(self.shapes, Tables(os.path.join(docs, "records.md")))
        self.fingerprint, self.part, self.faults = fingerprint, part, []
        self.counts = dict.fromkeys(("documents", "catalogs", "rows", "entries", "receipts", "proofs",
                                     "operations", "replicas"), 0)
        self.proofs, self.pages, self.replicas, self.carried, self.heads = [], {}, [], [], []
        self.papers = [] # blobs that are no figures

    def guard(self, where, work, *arguments):
        try:
            return work(*arguments)
        except Wrong as wrong:
            self.faults.append("%s: %s" % (where, wrong))
        except (IndexError, KeyError, ValueError, OverflowError, MemoryError) as wrong:
            self.faults.append("%s: not of the form that it should have: %r" % (where, wrong))
        return None

    def take(self, path):
        with open(path, "rb") as f:
            data = f.read()
        where, self.receipt = os.path.basename(path), None
        if data.startswith(b"SQLite format 3\0"):
            self.guard(where, self.take_database, path, where)
        else:
            kind, found = self.guard(where, items, data) or (0, [])
            for number, (tag, raw) in enumerate(found):
                self.guard("%s item %d" % (where, number), self.take_item, where, tag, raw)

    def take_database(self, path, where):
        db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
        try:
            tables = {n for n, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "held" in tables:
                self.replicas.append((path, where))
                return
            need("papers" in tables, "DM-3", "neither a replica nor a home")
            for raw, in db.execute("SELECT bytes FROM documents"):
                self.trust.add_document(raw, where)
            for hash_, raw in db.execute("SELECT hash, bytes FROM papers"):
                need(keyed("blob", raw) == hash_, "BN-7", "a paper is not what its name says")
                self.trust.blobs[hash_] = raw
        except sqlite3.Error as wrong:
            raise Wrong("[DM-3] no database: %s" % wrong) from None
        finally:
            db.close()

    def take_item(self, where, tag, raw):
        if tag == 1 and self.receipt and self.shapes.read("doc", raw)["kind"] == "fresh":
            self.proofs.append((where, tag, (raw, self.receipt))) # [RL-27]
        elif tag == 1:
            self.trust.add_document(raw, where)
        elif tag == 2:
            blob = raw[1 + raw[0]:]
            need(blob and len(blob) <= BLOB_MAX, "FL-4", "an empty blob")
            self.trust.blobs[keyed("blob", blob)] = blob
        elif tag == 3:
            self.carried.append((where, self.shapes.read("carried", raw), decode(raw)[2]))
        elif tag == 4:
            self.page(where, "msg_entries", raw)
        elif tag == 5:
            self.heads.append((where, self.shapes.read("head", raw)))
        elif tag in (7, 9):
            self.proofs.append((where, tag, raw))
            self.receipt = raw if tag == 7 else None
        elif tag == 8:
            self.page(where, "audit_page", raw)

    def page(self, where, shape, raw):
        if shape == "msg_entries": # a whole message: type, id, body [EN-16]
            message = decode(raw)
            need(isinstance(message, list) and len(message) == 3 and message[0] == 6, "FL-2", "no ENTRIES")
            page = self.shapes.fit(shape, message[2])
            for e, value in zip(page["entries"], message[2][2]):
                e["raw"] = value[5]
        else:
            page = self.shapes.read(shape, raw)
        self.pages.setdefault((where, shape, page["head"]["scope"]), []).append(page)

    def check(self):
        trust, catalogs, rosters = self.trust, [], []
        figures = Figures(trust, self.part)
        if trust.documents or self.pages or self.replicas or self.carried:
            self.guard("roots", trust.believe, self.fingerprint)
        for doc, where in trust.documents if trust.roots else ():
            self.counts["documents"] += 1
            if doc["kind"] == "root":
                continue
            fields = self.guard("%s: %s" % (where, doc["kind"]), trust.document, doc, where)
            if fields and doc["kind"] == "roster":
                rosters.append(fields)
                self.papers += [fields["devices"]] + [s["wraps"] for s in fields["scopes"]]
            if fields and doc["kind"] == "catalog":
                catalogs.append((pair(fields["version"]), keyed("doc", doc["payload"]), fields))
        if rosters:
            self.guard("roster", trust.admit, rosters)
        self.releases(figures, catalogs)
        if trust.roots:
            self.records([c for _, _, c in catalogs])
        for where, tag, raw in self.proofs:
            self.guard(where, {1: freeze, 7: receipt, 9: fork}[tag], trust, raw, self.fingerprint)
            self.counts["receipts" if tag == 7 else "proofs"] += 1
        self.counts["rows"] += figures.rows
        return figures.missing

    def releases(self, figures, catalogs):
        by_version = {}
        for version, id_, catalog in catalogs:
            held = by_version.setdefault(version, (id_, catalog))
            if held[0] != id_:
                self.faults.append("catalog %d.%d: [TR-8] one version, two contents" % version)
        known = {id_ for id_, _ in by_version.values()}
        bundled = set(self.trust.blobs) - {r["hash"] for r in self.papers}
        for version in sorted(by_version):
            catalog = by_version[version][1]
            before = by_version.get((version[0], version[1] - 1))
            if before and catalog["prev"] not in known:
                self.faults.append("catalog %d.%d: [DK-3] prev is not the catalog before it" % version)
            self.counts["catalogs"] += 1
            if bundled:
                self.guard("figures", figures.catalog, catalog)

    def records(self, catalogs):
        for (where, shape, scope), pages in self.pages.items():
            log = self.guard(where, read_pages, self.trust, pages, shape == "audit_page")
            self.counts["entries"] += log.gsn if log else 0
        for where, head_ in self.heads:
            self.guard(where, self.trust.daemon_signed, self.trust.roots, head_, head_["scope"])
        for where, op, raw in self.carried:
            self.counts["operations"] += 1
            if op["body"] and not op["op"]["seen"]:
                self.faults.append(where + ": [MD-4] an operation without what it had seen")
        for path, where in self.replicas:
            self.guard(where, replica, self.trust, path, catalogs, self.counts)
            self.counts["replicas"] += 1


def main(words):
    here = os.path.dirname(os.path.abspath(__file__))
    docs, fingerprint, part, paths = os.path.join(here, "..", "..", "docs"), None, False, []
    while words:
        word = words.pop(0)
        if word in ("--root", "--docs") and words:
            docs, fingerprint = (words.pop(0), fingerprint) if word == "--docs" else (docs, words.pop(0))
        elif word == "--part":
            part = True
        elif word.startswith("--"):
            paths = []
            break
        else:
            paths.append(word)
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    checker = Checker(docs, fingerprint, part)
    for path in paths:
        checker.take(path)
    missing = checker.check()
    print(", ".join("%d %s" % (n, what) for what, n in checker.counts.items() if n))
    if checker.trust.root_ids:
        print("root %s%s" % (checker.trust.root_ids[0], "" if fingerprint else ": compare it"))
    for what in missing:
        print("not here: " + what)
    for fault in checker.faults:
        print("WRONG " + fault)
    return 1 if checker.faults or not any(checker.counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
