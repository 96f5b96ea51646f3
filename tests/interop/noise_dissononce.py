#!/usr/bin/env python3
"""Live handshakes and sessions with dissononce, an independent implementation of Noise.

Runs session-peer (the first argument) as a process and plays the other side: both roles, both
patterns, through handshake, messages in both directions and BYE; then wrong keys and a wrong psk.
Nothing here uses code of the project: framing, preamble and messages are written from
docs/protocol.md. Exit 77 (skipped) only where dissononce is not installed.
"""

import os
import struct
import subprocess
import sys

try:
    from dissononce.cipher.chachapoly import ChaChaPolyCipher
    from dissononce.dh.keypair import KeyPair
    from dissononce.dh.x25519.private import PrivateKey
    from dissononce.dh.x25519.public import PublicKey
    from dissononce.dh.x25519.x25519 import X25519DH
    from dissononce.hash.sha256 import SHA256Hash
    from dissononce.processing.handshakepatterns.interactive.IK import IKHandshakePattern
    from dissononce.processing.impl.cipherstate import CipherState
    from dissononce.processing.impl.handshakestate import HandshakeState
    from dissononce.processing.impl.symmetricstate import SymmetricState
    from dissononce.processing.modifiers.psk import PSKPatternModifier
except ImportError as missing:
    print("1..0 # SKIP", missing)
    sys.exit(77)

SESSION, ENROL = 1, 2
INVITE = b"interop invite!\0"
DEVICE = b"interop device!\0"
BLOB = 40000


class Broken(Exception):
    """The other side did not do what docs/protocol.md says."""


def key_pair():
    return X25519DH().generate_keypair(PrivateKey(os.urandom(32)))


class Line:
    """One side of a session, over the pipes of a process."""

    def __init__(self, process):
        self.process = process

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.process.stdout.read(count - len(data))
            if not part:
                raise Broken("the stream ended")
            data += part
        return data

    def write(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError as cause:
            raise Broken("the stream was closed") from cause

    def read_part(self):
        return self.read(struct.unpack(">H", self.read(2))[0])

    def write_part(self, data):
        self.write(struct.pack(">H", len(data)) + data)

    def start(self, mode, initiator, preamble, static, peer, psk):
        pattern = IKHandshakePattern()
        if mode == ENROL:
            pattern = PSKPatternModifier(2).modify(pattern)
        self.noise = HandshakeState(
            SymmetricState(CipherState(ChaChaPolyCipher()), SHA256Hash()), X25519DH()
        )
        self.noise.initialize(
            pattern,
            initiator,
            b"kky1" + preamble,
            s=static,
            rs=PublicKey(peer) if initiator else None,
            psks=[psk] if mode == ENROL else None,
        )

    def finish(self, states, initiator):
        self.hash = self.noise.symmetricstate.get_handshake_hash()
        self.sender, self.receiver = states if initiator else (states[1], states[0])

    def send(self, plain):
        self.write_part(self.sender.encrypt_with_ad(b"", plain))

    def receive(self):
        return self.receiver.decrypt_with_ad(b"", self.read_part())


def as_client(line, mode, static, peer, psk):
    preamble = b"KKY1\x01\x01" + bytes([mode, 0])
    line.start(mode, True, preamble, static, peer, psk)
    buffer = bytearray()
    line.noise.write_message(INVITE if mode == ENROL else b"", buffer)
    line.write(preamble)
    line.write_part(bytes(buffer))
    payload = bytearray()
    states = line.noise.read_message(line.read_part(), payload)
    if len(payload) != 16 or payload[0] != 1 or payload[1] != 0:
        raise Broken("message 2 says %s" % payload.hex())
    line.finish(states, True)


def as_server(line, mode, static, psk):
    preamble = line.read(8)
    if preamble != b"KKY1\x01\x01" + bytes([mode, 0]):
        raise Broken("preamble %s" % preamble.hex())
    line.start(mode, False, preamble, static, None, psk)
    payload = bytearray()
    line.noise.read_message(line.read_part(), payload)
    if bytes(payload) != (INVITE if mode == ENROL else b""):
        raise Broken("payload of message 1")
    buffer = bytearray()
    states = line.noise.write_message(struct.pack(">BBHQI", 1, 0, 0, 1, 1), buffer)
    line.write_part(bytes(buffer))
    line.finish(states, False)


# Messages, written by hand in canonical msgpack: [type, id, map].
def bin8(data):
    return b"\xc4" + bytes([len(data)]) + data


def text(data):
    return bytes([0xA0 | len(data)]) + data


def u16(value):
    return b"\xcd" + struct.pack(">H", value)


def bin16(data):
    return b"\xc5" + struct.pack(">H", len(data)) + data


HELLO = b"\x93\x01\x01\x83\x01" + text(b"py") + b"\x02\x01\x07" + bin8(b"\x01" * 32)
WELCOME = b"\x93\x02\x01\x82\x01\x01\x09\xc3"
GET = b"\x93\x03\x02\x82\x01" + bin8(b"\x01" * 32) + b"\x03" + u16(BLOB)
BYE = b"\x93\x1f\x00\x80"
DATA_1 = b"\x93\x04\x02\x82\x02" + u16(BLOB) + b"\x03" + bin16(bytes(32768))
DATA_2 = (
    b"\x93\x04\x02\x84\x01" + u16(32768) + b"\x02" + u16(BLOB)
    + b"\x03" + bin16(bytes(BLOB - 32768)) + b"\x04\xc3"
)


def enrol_request(binding):
    request = (
        b"\x87\x01" + bin8(INVITE) + b"\x02" + bin8(b"\x01" * 32) + b"\x03" + bin8(b"\x02" * 32)
        + b"\x04" + bin8(b"\x03" * 32) + b"\x05" + text(b"py") + b"\x06" + bin8(binding)
        + b"\x07" + bin8(b"\x04" * 64)
    )
    return b"\x93\x0d\x01\x81\x01" + request


ENROLLED = b"\x93\x0e\x01\x81\x01" + bin8(DEVICE)


def expect(got, want, what):
    if got != want:
        raise Broken("%s: got %s" % (what, got[:80].hex()))


def client_talks(line, mode):
    if mode == SESSION:
        line.send(HELLO)
        expect(line.receive(), WELCOME, "WELCOME")
        line.send(GET)
        expect(line.receive(), DATA_1, "first DATA")
        expect(line.receive(), DATA_2, "second DATA")
    else:
        line.send(enrol_request(line.hash))
        expect(line.receive(), ENROLLED, "ENROLLED")
    line.send(BYE)


def server_talks(line, mode):
    if mode == SESSION:
        if line.receive()[:3] != b"\x93\x01\x01":
            raise Broken("no HELLO")
        line.send(WELCOME)
        if line.receive()[:3] != b"\x93\x03\x02":
            raise Broken("no GET")
        line.send(DATA_1)
        line.send(DATA_2)
    else:
        if bin8(line.hash) not in line.receive():
            raise Broken("ENROL is not bound to this handshake")
        line.send(ENROLLED)
    expect(line.receive(), BYE, "BYE")


def run(program, role, mode, wrong=None):
    """role: of the C side. True when the conversation went through on both sides."""
    ours, theirs, psk = key_pair(), key_pair(), os.urandom(32)
    told = bytearray(psk)
    peer = bytearray(ours.public.data)
    known = bytearray(theirs.public.data)
    if wrong == "psk":
        told[0] ^= 1
    if wrong == "daemon key":
        (peer if role == "client" else known)[0] ^= 1
    if wrong == "device key":
        peer[0] ^= 1
    process = subprocess.Popen(
        [program, role, "enrol" if mode == ENROL else "session",
         theirs.private.data.hex(), peer.hex(), told.hex()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    line = Line(process)
    through = True
    try:
        if role == "server":
            as_client(line, mode, ours, bytes(known), psk)
            client_talks(line, mode)
        else:
            as_server(line, mode, ours, psk)
            server_talks(line, mode)
    except Exception as reason:  # dissononce raises what its cipher raises
        through = False
        if not wrong:
            print("#", role, mode, repr(reason))
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    if process.wait(10) != 0:
        if not wrong:
            print("#", said.strip())
        through = False
    return through


class StolenDH(X25519DH):
    """What a thief of the daemon's key can compute for a device whose secret he does not have."""

    def __init__(self, daemon, victim):
        super().__init__()
        self.daemon, self.victim = daemon, victim

    def dh(self, keypair, publickey):
        if keypair.public.data == self.victim.data:
            if publickey.data != self.daemon.public.data:
                raise Broken("this would take the device's secret")
            return super().dh(self.daemon, self.victim)  # ss from the other end
        return super().dh(keypair, publickey)


def forged(program):
    """[HS-6] message 1 in the name of a device is answered, and nothing follows from it."""
    daemon, victim = key_pair(), key_pair()
    process = subprocess.Popen(
        [program, "server", "session", daemon.private.data.hex(), victim.public.data.hex(),
         "00" * 32],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    line = Line(process)
    fake = KeyPair(victim.public, PrivateKey(os.urandom(32)))  # a claim without its secret
    preamble = b"KKY1\x01\x01\x01\x00"
    noise = HandshakeState(
        SymmetricState(CipherState(ChaChaPolyCipher()), SHA256Hash()),
        StolenDH(daemon, victim.public),
    )
    noise.initialize(IKHandshakePattern(), True, b"kky1" + preamble, s=fake,
                     rs=PublicKey(daemon.public.data))
    buffer = bytearray()
    noise.write_message(b"", buffer)
    line.write(preamble)
    line.write_part(bytes(buffer))
    answered = len(line.read_part()) == 64
    line.write_part(os.urandom(len(HELLO) + 16))
    said = process.stderr.read().decode()
    process.stdin.close()
    process.stdout.close()
    process.stderr.close()
    process.wait(10)
    return answered and "HANDSHAKE" in said


def main():
    program = sys.argv[1]
    cases = [(role, mode, None) for role in ("client", "server") for mode in (SESSION, ENROL)]
    cases += [
        ("client", ENROL, "psk"),
        ("server", ENROL, "psk"),
        ("client", SESSION, "daemon key"),
        ("server", SESSION, "daemon key"),
        ("server", SESSION, "device key"),
    ]
    print("1..%d" % (len(cases) + 1))
    good = True
    for number, (role, mode, wrong) in enumerate(cases, 1):
        passed = run(program, role, mode, wrong) == (wrong is None)
        good = good and passed
        print("%s %d - %s, %s%s" % (
            "ok" if passed else "not ok", number, role, "IKpsk2" if mode == ENROL else "IK",
            ", wrong " + wrong if wrong else "",
        ))
    passed = forged(program)
    print("%s %d - server, forged with the daemon's own key" % (
        "ok" if passed else "not ok", len(cases) + 1))
    return 0 if good and passed else 1


if __name__ == "__main__":
    sys.exit(main())
