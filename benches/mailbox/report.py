"""Figures as people read them: a table on the terminal, or the one of docs/performance.md."""

import os
import platform
import random
import subprocess

COLUMNS = [
    ("wall_s", "wall", lambda v: f"{v:.2f} s"), ("cpu_s", "client cpu", lambda v: f"{v:.2f} s"),
    ("server_cpu_s", "server cpu", lambda v: f"{v:.2f} s"), ("peak_rss", "peak memory", lambda v: f"{v / 2**20:.0f} MB"),
    ("marked", "marked", lambda v: f"{v:,}"), ("each_us", "each new mail", lambda v: f"{v:.0f} µs"), ("first_ms", "first", lambda v: f"{v:.1f} ms"), ("p50_ms", "median", lambda v: f"{v:.1f} ms"),
    ("p99_ms", "99 of 100", lambda v: f"{v:.1f} ms"), ("max_ms", "slowest", lambda v: f"{v:.1f} ms"),
    ("ready_s", "ready after", lambda v: f"{v:.2f} s"), ("rss", "memory", lambda v: f"{v / 2**20:.1f} MB"), ("pss", "of its own", lambda v: f"{v / 2**20:.1f} MB"),
    ("ticks_a_minute", "ticks a minute", lambda v: f"{v:.1f}"), ("threads", "threads", str), ("sockets", "sockets", str),
]
COUNTS = [("stores", "STOREs"), ("bodies", "bodies"), ("appends", "APPENDs"), ("commands", "commands")]


def cells(row, against):
    """The columns that a row has, as text by heading."""
    shown = {title: form(row[key]) for key, title, form in COLUMNS if row.get(key) is not None}
    if against and "wall_s" in row:
        shown["× raw"] = f"{row['wall_s'] / against:.2f}"
    for key, title in COUNTS:
        if "counts" in row:
            shown[title] = f"{row['counts'][key]:,}"
    return shown


def grid(scenario):
    """Heading and lines of a scenario's table."""
    against = scenario["rows"].get("raw", {}).get("wall_s")
    lines = [(row["what"], cells(row, against)) for row in scenario["rows"].values()]
    heads = []
    order = [title for _, title, _ in COLUMNS[:1]] + ["× raw"] + [title for _, title, _ in COLUMNS[1:]] + [title for _, title in COUNTS]
    heads = [head for head in order if any(head in shown for _, shown in lines)]
    return heads, [[what, *(shown.get(head, "") for head in heads)] for what, shown in lines]


def verdict(goal):
    if goal["goal"] is None:
        return ""
    return "met" if goal["figure"] <= goal["goal"] else "missed"


def number(value, unit):
    text = f"{value:.2f}" if unit in ("×", "s") else f"{value:.1f}" if isinstance(value, float) else f"{value:,}"
    return f"{text} {unit}".strip()


def table(found):
    out = [found["machine"]["text"], f"medians of {found['runs']}" + (", quick: a tenth of the mails" if found["quick"] else "")]
    for name, scenario in found["scenarios"].items():
        out.append("")
        if "trouble" in scenario:
            out.append(f"{name}: could not be measured: {scenario['trouble']}")
            continue
        heads, lines = grid(scenario)
        rows = [[f"{name}, {scenario['mails']:,} mails" if scenario["mails"] else name, *heads], *lines]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        out += ["  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]).rstrip() for row in rows]
        for goal in scenario["goals"]:
            limit = f", goal {number(goal['goal'], goal['unit'])}: {verdict(goal)}" if goal["goal"] is not None else ""
            out.append(f"  {goal['what']}: {number(goal['figure'], goal['unit'])}{limit}")
    return "\n".join(out)


def markdown(found):
    out = [f"Machine: {found['machine']['text']}. Medians of {found['runs']} runs" + (" of a tenth of the mails." if found["quick"] else ".")]
    for name, scenario in found["scenarios"].items():
        out += ["", f"### `{name}`", ""]
        if "trouble" in scenario:
            out.append("Could not be measured.")
            continue
        heads, lines = grid(scenario)
        title = f"{scenario['mails']:,} mails" if scenario["mails"] else ""
        if "bytes" in scenario:
            title += f", {scenario['bytes'] / 1e6:,.0f} MB"
        out += ["| " + " | ".join([title, *heads]) + " |", "|---" * (len(heads) + 1) + "|"]
        out += ["| " + " | ".join(line) + " |" for line in lines]
        out += ["", "| goal | asked for | measured | |", "|---|---|---|---|"]
        for goal in scenario["goals"]:
            asked = f"≤ {number(goal['goal'], goal['unit'])}" if goal["goal"] is not None else "–"
            out.append(f"| {goal['what']} | {asked} | {number(goal['figure'], goal['unit'])} | {verdict(goal)} |")
    return "\n".join(out)


def machine(options):
    """Where this was measured, and with which versions."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) / 2**20
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            system = next(line.split("=", 1)[1].strip().strip('"') for line in file if line.startswith("PRETTY_NAME"))
    except (OSError, StopIteration):
        system = platform.system()
    versions = {name: said(command) for name, command in {
        "madoguchi": [options.madoguchi, "--version"], "Dovecot": ["dovecot", "--version"], "mbsync": ["mbsync", "--version"],
        "imapfilter": ["imapfilter", "-V"],
    }.items()}
    load = os.getloadavg()[0]
    text = f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, {system}, Linux {platform.release()}"
    text += "; " + ", ".join(f"{name} {version}" for name, version in versions.items() if version) + f"; load at the start {load:.1f}"
    return {"text": text, "versions": versions, "load": load, "cores": os.cpu_count()}


def said(command):
    """The last word of a version line that is a number, or nothing."""
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except OSError:
        return None
    words = (output.stdout + output.stderr).split()
    return next((word.strip("(),") for word in words if word[:1].isdigit()), None)


def many_phrases(count):
    """A rule file with so many phrases that no mail has, thirty to a topic rule, one pattern in each."""
    rng = random.Random(7)
    kana = [chr(code) for code in range(ord("あ"), ord("ん"))]
    text = ""
    for group in range(count // 30):
        words = ["".join(rng.choices(kana, k=5)) for _ in range(30)]
        listed = ", ".join(f'"{word}"' for word in words)
        text += f'[[topic]]\nname = "bench-{group}"\ntopic = "price"\nany = [{listed}]\nregex = ["{words[0]}[^。]{{0,20}}(変更|{words[1]})"]\n\n'
    return text
