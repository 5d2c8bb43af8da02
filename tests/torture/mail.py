"""Mail against a mailer that refuses, lies, hangs, crashes, floods, or is
not there, while whoever delivers is killed: no message is lost, a copy more
comes only where nobody could know, and it is the same to the byte."""
import collections
import csv
import io
import os
import signal
import subprocess
import time
from datetime import datetime, timedelta

import world
from world import Broken, expect

CASES = 100             # of 30 messages each
ORDERS = 30
MAX_ATTEMPTS = 4
MAILER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pipe",
                      "mailer")

TAKES = {"ok", "slow", "noisy", "hold"}         # and says so
UNKNOWN = {"lie", "die", "cling", "flood"}      # takes, but does not say so
KILLS = {"early", "orphan", "kill"}                      # whoever called
HANGS = {"hang", "cling", "flood"}
STOPS = {"64", "77", "78", "126", "127"}
REFUSES = {"65", "67"}
AGAIN = {"68", "69", "70", "71", "73", "74", "75", "1", "crash"}

MESSAGES = """
    SELECT m.id, m.recipient, m.state, m.attempts, b.message_id, b.bytes
    FROM messages AS m LEFT JOIN message_bytes AS b ON b.message = m.id"""


def prepare(room):
    """Orders that wait for their acknowledgment, each with an address of its
    own; the mails of some do not fit into a pipe."""
    store = world.company(room, customers=ORDERS)
    rows = [f"PO-{n},email,C-{n},A-{n % 20 + 1},1,{'words ' * size}"
            for n in range(1, ORDERS + 1)
            for size in [9000 if n % 10 == 0 else 1]]
    got = world.tool(["order-receive"], store, "\n".join(
        ["external_ref,channel,customer,sku,quantity,instructions", *rows, ""]))
    world.tool(["order-verify", "--pending", "-q"], store)
    world.tool(["order-check-stock", "--pending", "-q"], store)
    expect(got.count(",ok,") == ORDERS, "the orders do not go in")
    world.tool(["order-config", "-q",
                f"mail_max_attempts={MAX_ATTEMPTS}"], store)
    return store


class Day:
    """One store, its mailer, and everything that happened to both."""

    def __init__(self, store, dice, place):
        self.path, self.place = world.copy(store, place), place
        self.dice = dice
        self.spool = os.path.join(place, "spool")
        self.mailer = os.path.join(place, "mailer")
        self.now = datetime(2026, 11, 23, 9)
        self.kills, self.runs = 0, 0
        self.timed_out = collections.Counter()  # though the mailer took it
        os.mkdir(self.spool)
        self.mailer_is("there")
        self.config(f"mail_command={self.mailer} {self.spool} plan")

    def config(self, setting):
        world.tool(["order-config", "-q", setting], self.path)

    def mailer_is(self, how):
        if os.path.lexists(self.mailer):
            os.unlink(self.mailer)
        if how == "there":
            os.symlink(MAILER, self.mailer)
        elif how == "not executable":
            open(self.mailer, "w").close()
        elif how == "no program":
            with open(self.mailer, "w") as out:
                out.write("\0")
            os.chmod(self.mailer, 0o755)

    def plan(self, manners):
        with open(self.spool + ".plan", "w") as out:
            out.write("".join(f"{m}\n" for m in manners))
        open(self.spool + ".count", "w").close()
        hangs = HANGS & set(manners)
        self.config(f"mail_timeout_seconds={1 if hangs else 60}")

    def calls(self):
        """Every call of the mailer so far: (manner, recipient, caller)."""
        try:
            with open(self.spool + ".calls") as log:
                return [tuple(line.split()) for line in log]
        except FileNotFoundError:
            return []

    def calls_of(self, pid):
        """Without those that somebody who was killed has left behind."""
        return [call[:2] for call in self.calls() if call[2] == str(pid)]

    def messages(self):
        return {row[1]: row for row in world.ask(self.path, MESSAGES)}

    def run(self, argv, kill_after=None):
        """One run, killed or not: its exit status and what it said."""
        self.runs += 1
        self.now += timedelta(minutes=self.dice.choice((1, 5, 20, 90, 400)))
        was = self.messages()
        run = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=self.place,
            env=world.environment(
                self.path, ORDER_NOW=self.now.strftime("%FT%TZ")))
        if kill_after is not None:
            time.sleep(kill_after)
            run.kill()
        out, said = run.communicate(timeout=world.PATIENCE)
        if run.returncode == -signal.SIGKILL:
            self.kills += 1
        calls = self.calls_of(run.pid)
        self.look(run.returncode, out, said, was, calls)
        return run.returncode, said, [manner for manner, _ in calls]

    def look(self, status, out, said, was, calls):
        expect(status in (0, 1, 69, -9), "exit status", status, said)
        tried = collections.Counter(to for _, to in calls)
        expect(max(tried.values(), default=0) <= 1,
               "tried twice in one run:", tried.most_common(1))
        answers = {row["recipient"]: row
                   for row in csv.DictReader(io.StringIO(out))
                   if "recipient" in row}
        for manner, to in calls:
            if manner in TAKES and "timed out" in answers.get(
                    to, {}).get("error", ""):
                self.timed_out[to] += 1
        for to, row in self.messages().items():
            self.look_at(to, row, was.get(to), dict(
                (to, m) for m, to in calls).get(to), status)

    def look_at(self, to, row, was, manner, status):
        """What a call may have done to its message."""
        _, _, state, attempts, *_ = row
        expect(attempts <= MAX_ATTEMPTS, to, "was tried", attempts, "times")
        expect(state != "failed" or attempts < MAX_ATTEMPTS,
               to, "is to be tried for ever")
        if was is not None and manner is None:
            expect(row[2:4] == was[2:4], to, "changed without a call")
        if manner in STOPS:
            expect(status in (69, -9) and (was is None or
                   row[3] == was[3]), to, "counts as tried after", manner)
        if manner in REFUSES and status != -9:
            expect(state == "dead", to, "is", state, "after", manner)
        if manner in AGAIN and status != -9:
            expect(state in ("failed", "dead"), to, "is", state, "after",
                   manner)

    def letters(self):
        """What arrived, by Message-ID."""
        found = collections.defaultdict(list)
        for name in os.listdir(self.spool):
            with open(os.path.join(self.spool, name), "rb") as f:
                letter = f.read()
            first = [line for line in letter.split(b"\n\n")[0].split(b"\n")
                     if line.lower().startswith(b"message-id:")]
            found[first[0].split()[1].decode().strip("<>")
                  if first else name].append(letter)
        return found

    def balance(self):
        """Nothing lost, nothing doubled without a cause."""
        letters, calls = self.letters(), self.calls()
        excused = {to for manner, to, _ in calls if manner == "deaf"}
        refused = {to for manner, to, _ in calls if manner in REFUSES}
        copies = unknown = 0
        for to, (_, _, state, attempts, ident, stored) in \
                self.messages().items():
            got = letters.pop((ident or "").strip("<>"), [])
            mine = sum(manner in UNKNOWN for manner, who, _ in calls
                       if who == to) + self.timed_out[to]
            expect(set(got) <= {stored}, to,
                   "got bytes that are not those that are stored")
            expect(len(got) <= 1 + mine + self.kills, to, "got", len(got),
                   "copies")
            if state == "sent":
                expect(got or to in excused, to, "lost its message")
            else:
                expect(state == "dead" and (to in refused or
                       attempts == MAX_ATTEMPTS), to, "stays", state)
            copies += max(0, len(got) - 1)
            unknown += mine
        expect(not letters, "came from nowhere:", list(letters)[:3])
        expect(copies <= self.kills + unknown, copies, "copies more after",
               self.kills, "kills and", unknown, "unknown outcomes")
        return copies, unknown

    def end(self):
        """What the mailer left behind; it is known by where it runs."""
        try:
            with open(self.spool + ".stays") as log:
                left = log.read().split()
        except FileNotFoundError:
            left = []
        for pid in left:
            try:
                if os.readlink(f"/proc/{pid}/cwd") == self.place:
                    os.kill(int(pid), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                continue


def mood(dice):
    """How the mailer behaves in one run, call by call: well, or in any
    other way; and once, at most, so that the run ends or takes long."""
    bad = sorted(UNKNOWN - HANGS) * 3 + sorted(KILLS) + sorted(AGAIN)
    well = dice.choice((0.2, 0.6, 0.9))
    plan = [dice.choice(sorted(TAKES) if dice.random() < well else bad)
            for _ in range(ORDERS)]
    once = dice.choice([sorted(HANGS), sorted(STOPS), sorted(REFUSES),
                        ["deaf"], [], [], []])
    if once:
        plan[dice.randrange(8)] = dice.choice(once)
    return plan


def disturbed(day, dice):
    plan = mood(dice)
    day.plan(plan)
    how = dice.choice(["there"] * 12 + ["missing", "not executable",
                                        "no program"])
    day.mailer_is(how)
    before = day.messages()
    argv = ["order-notify"]
    if not HANGS & set(plan) and dice.random() < 0.4:
        argv = ["order-ack", "--due", "-q"]
    kill = dice.uniform(0, 0.2) if dice.random() < 0.4 else None
    status, said, manners = day.run(argv, kill)
    left = [to for to, row in day.messages().items() if row[2] == "queued"]
    if how != "there" and status != -9:
        expect(status == 69 or not left, "no mailer, but exit status", status,
               said)
        expect(all(row[3] == before[to][3]
                   for to, row in day.messages().items() if to in before),
               "counts as tried without a mailer")
    gives_up = len(manners) > 4 and \
        set(manners[-5:]) <= AGAIN | UNKNOWN | HANGS
    if how == "there" and status in (0, 1) and not gives_up:
        expect(not left, "never had its turn:", *left)


def case(store, dice, place):
    day = Day(store, dice, place)
    try:
        for _ in range(dice.randint(6, 12)):
            disturbed(day, dice)
        day.mailer_is("there")
        day.plan([])
        world.tool(["order-ack", "--due", "--queue-only", "-q"], day.path,
                   ok=(0, 1))
        day.now += timedelta(days=1)
        status, said, _ = day.run(["order-notify"])
        expect(status == 0, "a run without trouble ends with", status, said)
        copies, unknown = day.balance()
    except subprocess.TimeoutExpired as why:
        raise Broken(f"{why.cmd[0]} hangs") from why
    finally:
        day.end()
    world.sound(day.path, ORDERS)
    return {"messages": ORDERS, "runs": day.runs, "kills": day.kills,
            "unknown outcomes": unknown, "copies": copies}
