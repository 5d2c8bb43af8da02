"""Mail through msmtp to a real SMTP server, with one address that does not
exist, one delivery that hangs, lost answers, and kills in the middle: all
others arrive once, copies come only after a kill or a lost answer, and are
the same to the byte."""
import collections
import csv
import io
import os
import signal
import subprocess
import time
from datetime import datetime, timedelta

import world
from world import expect

CASES = 10              # of 100 messages each
ORDERS = 100
SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pipe",
                      "smtpd.py")
MOODS = ["grey", "busy", "shut", "lost", "slow", "many-lines", "hang", "deaf"]
TAKEN = {"lost", "deaf"}        # but nobody can know

MESSAGES = """
    SELECT m.id, m.recipient, m.state, m.attempts, m.error, b.message_id,
        b.bytes
    FROM messages AS m LEFT JOIN message_bytes AS b ON b.message = m.id"""


def prepare(room):
    """Orders whose acknowledgments wait, each for an address of its own."""
    store = world.company(room, customers=ORDERS)
    world.tool(["order-receive"], store, "".join(
        ["external_ref,channel,customer,sku,quantity\n"] +
        [f"PO-{n},email,C-{n},A-{n % 20 + 1},1\n"
         for n in range(1, ORDERS + 1)]))
    for argv in (["order-verify", "--pending", "-q"],
                 ["order-check-stock", "--pending", "-q"],
                 ["order-ack", "--due", "--queue-only", "-q"],
                 ["order-config", "-q", "mail_timeout_seconds=1"]):
        world.tool(argv, store)
    return store


class Day:
    """A store, its server, and who had which fate."""

    def __init__(self, store, dice, place):
        self.path, self.place, self.dice = world.copy(store, place), place, dice
        self.smtp = os.path.join(place, "smtp")
        self.now = datetime(2026, 11, 23, 9)
        self.kills = 0
        people = [f"c{n}@example.org" for n in range(1, ORDERS + 1)]
        dice.shuffle(people)
        self.bad, self.hanging = people[:2]
        self.moods = dict(zip(people[2:10], MOODS))
        self.moods[self.hanging] = "hang"

    def serve(self):
        os.mkdir(self.smtp)
        with open(os.path.join(self.smtp, "plan"), "w") as plan:
            print(self.bad, "unknown ...", file=plan)
            for who, mood in self.moods.items():
                print(who, mood, file=plan)
        # Whoever is killed leaves its msmtp behind: our pipes are not theirs.
        self.server = subprocess.Popen([SERVER, self.smtp], text=True,
                                       stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE)
        port = self.server.stdout.readline().strip()
        expect(port.isdigit(), "the SMTP server does not start")
        config = os.path.join(self.place, "msmtprc")
        with open(config, "w") as out:
            out.write(f"account default\nhost 127.0.0.1\nport {port}\n")
        os.chmod(config, 0o600)
        world.tool(["order-config", "-q",
                    f"mail_command=/usr/bin/msmtp -C {config}"], self.path)

    def log(self):
        """(recipient, manner, sender, file) of each that was named."""
        try:
            with open(os.path.join(self.smtp, "log")) as log:
                return [tuple(line.split()) for line in log
                        if line.endswith("\n")]
        except FileNotFoundError:
            return []

    def run(self, kill_at=None):
        """One run, killed once the server has so many more, or not."""
        self.now += timedelta(minutes=self.dice.choice((1, 5, 20)))
        run = subprocess.Popen(
            ["order-notify"], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.place,
            env=world.environment(
                self.path, ORDER_NOW=self.now.strftime("%FT%TZ")))
        if kill_at is not None:
            enough = len(self.log()) + kill_at
            while run.poll() is None and len(self.log()) < enough:
                time.sleep(0.002)
            time.sleep(self.dice.uniform(0, 0.02))
            run.kill()
        out, said = run.communicate(timeout=world.PATIENCE)
        self.kills += run.returncode == -signal.SIGKILL
        expect(run.returncode in (0, 1, -9), "exit status", run.returncode,
               said)
        rows = [row["recipient"] for row in csv.DictReader(io.StringIO(out))]
        expect(len(rows) == len(set(rows)), "tried twice in one run")
        return run.returncode, said

    def letters(self):
        """What the server kept, by recipient."""
        found = collections.defaultdict(list)
        for who, _, sender, number in self.log():
            expect(sender == "orders@example.com", "sent by", sender)
            if number != "0":
                path = os.path.join(self.smtp, "mails", number)
                with open(path, "rb") as f:
                    found[who].append(f.read().replace(b"\r\n", b"\n"))
        return found

    def balance(self):
        """All arrived once, but where nobody could know."""
        letters = self.letters()
        copies = unknown = 0
        for _, who, state, tries, error, ident, stored in world.ask(
                self.path, MESSAGES):
            got = letters.pop(who, [])
            if who == self.bad:
                expect(state == "dead" and tries == 1 and not got and
                       "550 5.1.1" in error, who, "is", state, error)
                continue
            mine = self.moods.get(who) in TAKEN
            expect(state == "sent", who, "stays", state, error)
            expect(got, who, "lost its message")
            expect(set(got) == {stored}, who, "got other bytes than stored")
            expect(f"Message-ID: <{ident}>".encode() in stored,
                   who, "has another Message-ID")
            copies += len(got) - 1
            unknown += mine
            expect(len(got) <= 1 + mine + self.kills, who, "got", len(got))
        expect(not letters, "came from nowhere:", *letters)
        expect(copies <= self.kills + unknown, copies, "copies more after",
               self.kills, "kills and", unknown, "lost answers")
        return copies

    def named(self):
        """The bad one is named to whoever asks."""
        dead = list(csv.DictReader(io.StringIO(world.tool(
            ["order-notify", "--list", "--state", "dead"], self.path))))
        expect([row["recipient"] for row in dead] == [self.bad],
               "--list --state dead names", *dead)
        due = world.tool(["order-status", "--attention", "-o", "csv"],
                         self.path, ok=(0, 1))
        expect(due.count("message-dead,") == 1 and self.bad in due,
               "--attention does not name", self.bad)

    def end(self):
        self.server.kill()
        self.server.communicate()


def case(store, dice, place):
    day = Day(store, dice, place)
    try:
        day.serve()
        for _ in range(3):
            day.run(kill_at=dice.randrange(ORDERS // 3))
        for _ in range(30):
            status, said = day.run()
            left = world.ask(day.path, "SELECT count(*) FROM messages"
                             " WHERE state IN ('queued', 'failed')")[0][0]
            expect(status in (0, 1), "exit status", status, said)
            if left == 0:
                break
        copies = day.balance()
        day.named()
    finally:
        day.end()
    world.sound(day.path, ORDERS)
    return {"messages": ORDERS, "kills": day.kills, "copies": copies}
