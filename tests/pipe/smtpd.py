#!/usr/bin/python3
"""smtpd.py DIR: an SMTP server for tests, on a port of the kernel's choice,
which it prints when it is ready.  It ends when DIR is gone.

DIR/plan says how it behaves, a line for each address: "ADDRESS MANNER...",
one manner for each time somebody sends to it, "ok" from then on (the last
one for ever, when it is followed by "...").  The words MAIL and AUTH stand
for every sender and login, which may be "refused", a sender also "later".

What is accepted becomes DIR/mails/N: the bytes as they came, after dots were
unstuffed.  DIR/log has a line for each recipient that was named: ADDRESS
MANNER SENDER N, with N = 0 where nothing was kept.
"""
# Debian's own Python, which has Debian's aiosmtpd.
import asyncio
import collections
import os
import socket
import struct
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

warnings.simplefilter("ignore")         # passwords in the clear: on purpose

AT_RCPT = {
    "grey": "451 4.7.1 Greylisted, please try again in 300 seconds",
    "unknown": "550 5.1.1 No such user here",
    "many": "452 4.5.3 Too many recipients",
    "words": "550-5.7.1 We do not take this.\r\n550-5.7.1 Ask our\r\n"
             "550 5.7.1 postmaster, please",
}
AT_END = {
    "full": "552 5.2.2 Mailbox full",
    "spam": "554 5.7.1 This looks like spam",
    "busy": "451 4.3.0 Try again later",
    "many-lines": "250-2.0.0 Taken,\r\n250-2.0.0 gladly,\r\n250 2.0.0 OK",
}
KEEPS = {"ok", "wait", "lost", "deaf", "slow", "many-lines"}


class Server(SMTP):
    """As aiosmtpd's, but its answers may come byte by byte."""
    slow = False

    async def push(self, status):
        line = status.encode("utf-8") if isinstance(status, str) else status
        for piece in ([line[i:i + 1] for i in range(len(line))]
                      if self.slow else [line]) + [b"\r\n"]:
            self._writer.write(piece)
            await self._writer.drain()
            if self.slow:
                await asyncio.sleep(0.001)


class Manners:
    def __init__(self, place):
        self.place = place
        self.plan = self.times = None
        self.kept = 0

    def path(self, name):
        return os.path.join(self.place, name)

    def manner(self, address):
        """How this one is treated this time; a new plan begins anew."""
        with open(self.path("plan"), encoding="utf-8") as plan:
            lines = plan.readlines()
            stat = os.fstat(plan.fileno())
        if self.plan != (stat.st_ino, stat.st_mtime_ns):
            self.plan = stat.st_ino, stat.st_mtime_ns
            self.times = collections.Counter()
        for who, *manners in map(str.split, lines):
            if who == address:
                n = self.times[who]
                self.times[who] += 1
                if manners[-1] == "...":
                    manners[-1:] = manners[-2:-1] * (n + 1)
                return manners[n] if n < len(manners) else "ok"
        return "ok"

    def note(self, address, manner, sender, number=0):
        with open(self.path("log"), "a", encoding="utf-8") as log:
            print(address, manner, sender, number, file=log)

    def keep(self, content):
        self.kept += 1
        name = self.path(f"mails/{self.kept}")
        with open(name + ".new", "wb") as out:
            out.write(content)
        os.rename(name + ".new", name)
        return self.kept

    async def handle_MAIL(self, server, client, envelope, sender, options):
        manner = self.manner("MAIL")
        if manner == "refused":
            return "550 5.1.8 Sender address rejected"
        if manner == "later":
            return "451 4.3.0 Sender address cannot be checked now"
        envelope.mail_from = sender
        envelope.mail_options = options
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, client, envelope, to, options):
        manner = envelope.manner = self.manner(to)
        if manner in AT_RCPT or manner == "shut":
            self.note(to, manner, envelope.mail_from)
        if manner == "shut":
            await server.push("421 4.3.2 Closing")
            server.transport.close()
            return "421"
        if manner in AT_RCPT:
            return AT_RCPT[manner]
        server.slow = manner == "slow"
        envelope.rcpt_tos.append(to)
        return "250-2.1.5 He\r\n250 2.1.5 is here" \
            if manner == "many-lines" else "250 2.1.5 OK"

    async def handle_DATA(self, server, client, envelope):
        manner = envelope.manner
        number = self.keep(envelope.content) if manner in KEEPS else 0
        for to in envelope.rcpt_tos:
            self.note(to, manner, envelope.mail_from, number)
        if manner in ("hang", "deaf"):
            await asyncio.Event().wait()
        if manner == "lost":            # our answer never arrives
            server.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            server.transport.abort()
        if manner == "wait":            # until the test says go on
            await asyncio.get_running_loop().run_in_executor(
                None, self.ask, number)
        return AT_END.get(manner, "250 2.0.0 OK")

    def ask(self, number):
        with open(self.path("asks"), "w") as asks:
            print(number, file=asks)
        with open(self.path("go")) as go:
            go.read()

    def authenticate(self, server, client, envelope, mechanism, words):
        good = self.manner("AUTH") == "ok"
        return AuthResult(success=good, handled=False)


async def main(place):
    os.makedirs(os.path.join(place, "mails"), exist_ok=True)
    open(os.path.join(place, "plan"), "a").close()
    manners = Manners(place)
    server = await asyncio.get_running_loop().create_server(
        lambda: Server(manners, hostname="mx.example.org", enable_SMTPUTF8=True,
                       authenticator=manners.authenticate,
                       auth_require_tls=False, timeout=3600),
        "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    while os.path.isdir(place):
        await asyncio.sleep(0.5)
    os._exit(0)         # whoever hangs is not waited for


asyncio.run(main(os.path.abspath(sys.argv[1])))
