"""table.py - rows of results, and the page they make."""
import datetime
import os
import platform
import sqlite3
import statistics
import subprocess

MEMORY = 32                             # MB, of every tool on these files

peaks = {}                              # tool: highest, MB


class Row:
    """Ours beside a rival: medians, their ratio, and what it should be.

    kind is "at most" (ours / rival), "at least" (the other way round: what
    gets through in a given time) or "times faster" (likewise); without it the
    row is only for comparison, ours / rival.  The ratio is of elapsed time,
    or of processor time where by says "cpu".
    """

    def __init__(self, what, beside, kind="", target=None, by="wall"):
        self.what, self.beside = what, beside
        self.kind, self.target, self.by = kind, target, by
        self.runs = ([], [])
        self.note = ""
        self.also = True                # what else must hold, as noted

    def ours(self, ran, tools=()):
        self.runs[0].append(ran)
        for name, peak in zip(tools, ran.peaks):
            peaks[name] = max(peaks.get(name, 0), peak)

    def rival(self, ran):
        self.runs[1].append(ran)

    def median(self, which, what):
        return statistics.median(getattr(r, what) for r in self.runs[which])

    def peak(self, which):
        return max(max(r.peaks) for r in self.runs[which])

    def ratio(self):
        ours, rival = (self.median(i, self.by) for i in (0, 1))
        if self.kind in ("at least", "times faster"):
            ours, rival = rival, ours
        return ours / max(rival, 1e-9)

    def met(self):
        good = self.ratio() <= self.target if self.kind == "at most" \
            else self.ratio() >= self.target
        return good and self.also

    def cells(self):
        wanted = f"{self.kind} {self.target:g}" if self.kind else ""
        met = ("yes" if self.met() else "**no**") if self.kind else ""
        return [self.what + (", processor time" if self.by == "cpu" else ""),
                self.beside, *(seconds(self.median(i, self.by))
                               for i in (0, 1)),
                f"{self.ratio():.2f}", wanted, met,
                *(seconds(self.median(i, "cpu")) for i in (0, 1)),
                *(f"{self.peak(i):.0f}" for i in (0, 1)), self.note]


class Peaks:
    """The row of all tools' memory."""

    def cells(self):
        name, peak = max(peaks.items(), key=lambda p: p[1])
        each = ", ".join(f"{t.removeprefix('order-')} {p:.0f}"
                         for t, p in sorted(peaks.items()))
        return ["memory of every tool on these files, MB", "", f"{peak:.0f}",
                "", "", f"under {MEMORY}",
                "yes" if peak < MEMORY else "**no**", "", "", f"{peak:.0f}",
                "", each]


def memory():
    return Peaks()


def seconds(s):
    return f"{s * 1000:.1f} ms" if s < 0.1 else f"{s:.2f} s"


HEAD = ["what", "beside", "ours", "rival", "ratio", "target", "met",
        "cpu ours", "cpu rival", "MB ours", "MB rival", "remarks"]


def machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
    return (f"{model}, {os.cpu_count()} processors; Linux "
            f"{platform.release()}; SQLite {sqlite3.sqlite_version}; Python "
            f"{system_python()}; load {os.getloadavg()[0]:.1f}; "
            f"{datetime.date.today().isoformat()}")


def system_python():
    return subprocess.run(["/usr/bin/python3", "-V"], text=True, check=True,
                          stdout=subprocess.PIPE).stdout.split()[1]


def page(rows, scale):
    lines = ["# Speed", "",
             "Written by `make bench"
             + ("" if scale == "full" else f" SCALE={scale}")
             + "`: medians of elapsed time, ours and the rival's in turn.",
             "Rivals write to the same disk; what each left behind was "
             "compared with what the", "tools left.  The ratio is said as "
             "its target says it: ours by the rival's where it",
             "is at most, the rival's by ours where it is at least or times "
             "faster.", "", machine(), "",
             "| " + " | ".join(HEAD) + " |", "|---" * len(HEAD) + "|"]
    lines += ["| " + " | ".join(r.cells()) + " |" for r in rows]
    return "\n".join(lines) + "\n"
