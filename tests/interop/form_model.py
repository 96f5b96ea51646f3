#!/usr/bin/env python3
"""The form gate against a second reading of docs/protocol.md, section 1, in Python.

form_model.py FORM-PEER: random values written by the model, their mutations, and random bytes go to
form-peer; both must agree on every one. [EN-1] … [EN-8]. KK_SEED repeats a run.
"""
import os
import random
import subprocess
import sys

DEPTH = 8
WIDTHS = (1, 2, 4, 8)


class Refused(Exception):
    """Not one value of the profile."""


def head(data, at):
    """(kind, number, next position) of the value that starts at `at`."""
    if at >= len(data):
        raise Refused("short")
    code = data[at]
    if code < 0x80:
        return "int", code, at + 1
    if code < 0x90:
        return "map", code & 15, at + 1
    if code < 0xa0:
        return "array", code & 15, at + 1
    if code < 0xc0:
        return "str", code & 31, at + 1
    if code >= 0xe0:
        return "int", code - 256, at + 1
    if code == 0xc0:
        return "nil", 0, at + 1
    if code in (0xc2, 0xc3):
        return "bool", code & 1, at + 1
    return long_head(data, at, code)


def long_head(data, at, code):
    groups = {0xc4: ("bin", 3), 0xcc: ("int", 4), 0xd0: ("int", 4), 0xd9: ("str", 3),
              0xdc: ("array", 2), 0xde: ("map", 2)}
    for first, (kind, forms) in groups.items():
        if first <= code < first + forms:
            width = WIDTHS[code - first + (1 if kind in ("array", "map") else 0)]
            break
    else:
        raise Refused("forbidden")
    raw = data[at + 1:at + 1 + width]
    if len(raw) < width:
        raise Refused("short")
    number = int.from_bytes(raw, "big", signed=0xd0 <= code <= 0xd3)
    if number > 2 ** 63 - 1 or data[at:at + 1 + width] != head_of(kind, number):
        raise Refused("not the shortest form")
    return kind, number, at + 1 + width


def head_of(kind, number):
    """The only head that says this."""
    small = {"map": (0x80, 16), "array": (0x90, 16), "str": (0xa0, 32), "bin": (0, 0)}
    if kind == "int" and -32 <= number < 128:
        return bytes([number % 256])
    if kind != "int" and number < small[kind][1]:
        return bytes([small[kind][0] + number])
    if kind == "int" and number < 0:
        for step, width in enumerate(WIDTHS):
            if number >= -(1 << (8 * width - 1)):
                return bytes([0xd0 + step]) + number.to_bytes(width, "big", signed=True)
    first, widths = {"int": (0xcc, WIDTHS), "bin": (0xc4, WIDTHS[:3]), "str": (0xd9, WIDTHS[:3]),
                     "array": (0xdc, WIDTHS[1:3]), "map": (0xde, WIDTHS[1:3])}[kind]
    for step, width in enumerate(widths):
        if number < 1 << (8 * width):
            return bytes([first + step]) + number.to_bytes(width, "big")
    raise Refused("too large")


def value(data, at, depth):
    """The position behind one value."""
    kind, number, at = head(data, at)
    if kind in ("str", "bin"):
        raw = data[at:at + number]
        if len(raw) < number:
            raise Refused("short")
        if kind == "str" and "\0" in raw.decode("utf-8"):
            raise Refused("U+0000")
        return at + number
    if kind not in ("array", "map"):
        return at
    if depth == DEPTH:
        raise Refused("deep")
    last = -1
    for _ in range(number):
        if kind == "map":
            found, key, at = head(data, at)
            if found != "int" or key <= last:
                raise Refused("key")
            last = key
        at = value(data, at, depth + 1)
    return at


def accepts(data):
    try:
        return value(data, 0, 0) == len(data)
    except (Refused, UnicodeDecodeError):
        return False


def write(rng, depth):
    kind = rng.choice(["nil", "bool", "int", "int", "str", "bin"] + ["array", "map"] * (depth < DEPTH))
    if kind == "nil":
        return b"\xc0"
    if kind == "bool":
        return bytes([0xc2 + rng.randrange(2)])
    if kind == "int":
        return head_of("int", rng.choice((-1, 1)) * rng.getrandbits(rng.randrange(1, 64)))
    if kind in ("str", "bin"):
        size = rng.choice((0, 1, 31, 32, 255, 256, 300)) if depth < 3 else rng.randrange(4)
        raw = "".join(rng.choice("az~é区𠮷\x7f") for _ in range(size)).encode() if kind == "str" \
            else rng.randbytes(size)
        return head_of(kind, len(raw)) + raw
    count = rng.choice((0, 1, 2, 3, 15, 16, 17)) if depth < 2 else rng.randrange(3)
    keys = sorted(rng.sample(range(400), count)) if kind == "map" else [None] * count
    items = [(head_of("int", k) if kind == "map" else b"") + write(rng, depth + 1) for k in keys]
    return head_of(kind, count) + b"".join(items)


def mutated(rng, data):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(data))
        how = rng.randrange(4)
        if how == 0:
            data[at] = rng.choice((0, 0x7f, 0x80, 0xc0, 0xc1, 0xcc, 0xd9, 0xdc, 0xdf, 0xff))
        elif how == 1:
            data[at] ^= 1 << rng.randrange(8)
        elif how == 2:
            del data[at]
        else:
            data.insert(at, rng.randrange(256))
        data = data or bytearray(b"\x00")
    return bytes(data)


def inputs(rng):
    yield from (bytes([a, b]) for a in range(256) for b in range(256))
    for _ in range(3000):
        data = write(rng, 0)
        if len(data) > 4000:
            continue
        yield data
        for _ in range(4):
            yield mutated(rng, data)
    for _ in range(5000):
        yield rng.randbytes(rng.randrange(1, 12))


def main():
    seed = int(os.environ.get("KK_SEED", "20261123"), 0)
    cases = list(inputs(random.Random(seed)))
    done = subprocess.run([sys.argv[1]], input="".join(c.hex() + "\n" for c in cases).encode(),
                          capture_output=True, check=True)
    answers = done.stdout.decode().splitlines()
    failed = accepted = 0
    for data, answer in zip(cases, answers, strict=True):
        want = accepts(data)
        accepted += want
        if want != (answer == "well formed"):
            failed += 1
            print(f"{data.hex()}: the gate says `{answer}`, the model {want}")
    print(f"KK_SEED={seed}: {len(cases)} inputs, {accepted} accepted, {failed} differ")
    return 1 if failed or accepted < 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
