"""The bench: which scenarios there are, and how their runs are made. Started by scripts/bench, which sets up.

Every tool of a scenario meets the same mailbox on the same server, restored before each run; tools take turns, so that a
slow minute of the machine hits all of them. Figures are medians. Nothing here judges; goals are only shown.
"""

import argparse
import contextlib
import datetime
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import corpus
import measure
import report
import tools
from server import Dovecot, Trouble, USER


class Bench:
    """What all scenarios share: options, the server, corpora, helpers."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.yardstick = options.yardstick
        self.server = Dovecot(folder)
        self.stack = contextlib.ExitStack()
        self.sink = self.stack.enter_context(helper([self.yardstick, "sink"]))
        self.madoguchi = tools.Madoguchi(options.madoguchi, self.sink.said["port"])
        self.made = {}
        self.runs = options.runs

    def close(self):
        self.stack.close()
        self.server.stop()

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def corpus(self, kind, count):
        """A Maildir of so many mails, written once."""
        path = os.path.join(self.folder, "corpora", f"{kind}-{count}")
        if path not in self.made:
            self.say(f"   writing {count:,} {kind} mails")
            self.made[path] = corpus.write(path, getattr(corpus, kind)(count))
        return path

    def size(self, count):
        """A number of mails, a tenth of it in a quick run."""
        return max(count // 10, 20) if self.options.quick else count

    def fresh(self, name):
        path = os.path.join(self.folder, "work", name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path

    def tool(self, name):
        """A tool by its name in the tables."""
        once = lambda folder, port, server: self.madoguchi.once(folder, port, server, now=corpus.NOW)
        return {
            "raw": tools.Tool("raw", "raw pipelined download", tools.raw(self.yardstick)),
            "sign-in": tools.Tool("sign-in", "raw sign-in and SELECT", tools.sign_in_only(self.yardstick)),
            "bare": tools.Tool("bare", "bare fetch + parse + match + store + mark", tools.bare(self.yardstick)),
            "madoguchi": tools.Tool("madoguchi", "madoguchi run --once", once),
            "mbsync": tools.Tool("mbsync", "mbsync as it comes", tools.mbsync, needs="mbsync"),
            "sieve-filter": tools.Tool("sieve-filter", "sieve-filter -e -W", tools.sieve_filter, needs="sieve-filter", imap=False),
            "imapfilter": tools.Tool("imapfilter", "imapfilter", tools.imapfilter, needs="imapfilter"),
            "python": tools.Tool("python", "Python imapclient, batches of 200", tools.python),
        }[name]

    def one(self, tool, mailbox, port=None, folder=None, keep=False):
        """One run of a tool on a restored mailbox."""
        if not keep:
            self.server.restore(mailbox)
        folder = folder or self.fresh(tool.name)
        command = tool.command(folder, port or self.server.port, self.server)
        sample = measure.run(command, self.server, log=os.path.join(folder, "log"))
        sample.marked_at, sample.marked = self.server.last_mark(), self.server.marked()
        return sample

    def compare(self, names, mailbox, port=None, runs=None):
        """Medians of several tools on one mailbox, by name."""
        present = [tool for tool in map(self.tool, names) if tool.is_there()]
        samples = {tool.name: [] for tool in present}
        for turn in range(runs or self.runs):
            for tool in present:
                sample = self.one(tool, mailbox, port)
                samples[tool.name].append(sample)
                self.say(f"   run {turn + 1}, {tool.what}: {sample.wall:.2f} s")
        rows = {}
        for tool in present:
            rows[tool.name] = row = medians(samples[tool.name])
            row["what"] = tool.what
            row["marked"] = samples[tool.name][-1].marked
            if tool.name == "madoguchi":
                cut = [one.cut(one.marked_at) for one in samples[tool.name]]
                rows["marked"] = {**medians(cut), "what": "madoguchi, until the last mark"}
        return rows

    def count(self, name, mailbox):
        """STORE commands and bodies of one more run, counted by a relay between client and server."""
        with helper([self.yardstick, "relay", "--to", str(self.server.port)]) as relay:
            self.one(self.tool(name), mailbox, relay.said["port"])
            return relay.end()

    @contextlib.contextmanager
    def daemon(self, folder, config, wait=120):
        """The daemon until READY; gives the process and the seconds it took."""
        log = os.path.join(folder, "log")
        with open(log, "wb") as file:
            start = time.perf_counter()
            process = subprocess.Popen([self.options.madoguchi, "--config", config, "run"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=file)
            try:
                with open(log, "rb") as reader:
                    seen = b""
                    while b"; ready." not in seen:
                        if process.poll() is not None or time.perf_counter() - start > wait:
                            raise Trouble(f"the daemon is not ready after {wait} s:\n{seen.decode()[-2000:]}")
                        time.sleep(0.002)
                        seen += reader.read()
                yield process, time.perf_counter() - start
            finally:
                process.terminate()
                process.wait(timeout=60)


class helper:
    """A part of the yardstick that runs beside: says where it listens first, and what it counted at its end."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.said = json.loads(self.process.stdout.readline())
        self.told = None

    def end(self):
        if self.told is None:
            self.process.stdin.close()
            last = self.process.stdout.readlines()
            self.process.wait(timeout=30)
            self.told = json.loads(last[-1]) if last else {}
        return self.told

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def medians(samples):
    middle = lambda values: statistics.median(list(values))
    walls = [sample.wall for sample in samples]
    return {
        "wall_s": middle(walls), "wall_min_s": min(walls), "wall_max_s": max(walls), "runs": len(walls),
        "cpu_s": middle(sample.cpu for sample in samples), "server_cpu_s": middle(sample.server_cpu for sample in samples),
        "peak_rss": max(sample.rss for sample in samples),
    }


# --- The scenarios: each answers {"mails", "rows": {name: figures}, "goals": [...]} -------------------------------------


def backlog(bench):
    """A morning's backlog of light mails, by every tool."""
    mailbox = bench.corpus("light", bench.size(10_000))
    rows = bench.compare(["raw", "bare", "madoguchi", "mbsync", "sieve-filter", "imapfilter", "python"], mailbox)
    for name in ("madoguchi", "bare"):
        rows[name] |= {"counts": bench.count(name, mailbox)}
    raw, ours = rows["raw"], rows["marked"]
    both = lambda row: row["cpu_s"] + row["server_cpu_s"]
    goals = [
        goal("until the last mark, against raw", ours["wall_s"] / raw["wall_s"], 5, "×"),
        goal("processor time of client and server until then, against raw", both(ours) / both(raw), 6, "×"),
        goal("STORE commands", rows["madoguchi"]["counts"]["stores"], None, ""),
        *against(rows, "mbsync", 0.4),
    ]
    return {"mails": bench.size(10_000), "bytes": bench.made[mailbox]["bytes"], "rows": rows, "goals": goals}


def heavy(bench):
    """Mails with attachments of up to 5 MiB."""
    mailbox = bench.corpus("heavy", bench.size(300))
    rows = bench.compare(["raw", "madoguchi", "mbsync"], mailbox)
    goals = [*against(rows, "mbsync", 0.2), goal("peak memory", rows["madoguchi"]["peak_rss"] / 2**20, 64, "MB")]
    return {"mails": bench.size(300), "bytes": bench.made[mailbox]["bytes"], "rows": rows, "goals": goals}


def rtt20(bench):
    """The backlog over a line with a round trip of 20 ms."""
    mailbox = bench.corpus("light", bench.size(10_000))
    with helper([bench.yardstick, "relay", "--to", str(bench.server.port), "--delay-ms", "20"]) as relay:
        rows = bench.compare(["raw", "madoguchi", "mbsync"], mailbox, relay.said["port"])
    return {"mails": bench.size(10_000), "rows": rows, "goals": against(rows, "mbsync", 0.5)}


def growth(bench):
    """The same with more and more mails."""
    sizes = [bench.size(count) for count in (1_000, 10_000, 50_000)]
    rows = {}
    for count in sizes:
        mailbox = bench.corpus("light", count)
        for name, row in bench.compare(["madoguchi"], mailbox).items():
            rows[f"{name}-{count}"] = {**row, "what": f"{row['what']}, {count:,} mails"}
    small, large = (rows[f"marked-{count}"] for count in sizes[1:])
    goals = [
        goal("50k against 10k, until the last mark", large["wall_s"] / small["wall_s"], 6.5, "×"),
        goal("peak memory at 50k", rows[f"madoguchi-{sizes[2]}"]["peak_rss"] / 2**20, 64, "MB"),
    ]
    return {"mails": sizes[2], "rows": rows, "goals": goals}


def restart(bench):
    """Nothing new in a large mailbox that has been worked."""
    count = bench.size(50_000)
    mailbox = bench.corpus("light", count)
    tool, folder = bench.tool("madoguchi"), bench.fresh("restart")
    bench.say(f"   working {count:,} mails once")
    bench.one(tool, mailbox, folder=folder)
    samples = {"sign-in": [], "madoguchi": [], "open": []}
    for _ in range(bench.runs):
        samples["sign-in"].append(bench.one(bench.tool("sign-in"), mailbox, keep=True))
        samples["madoguchi"].append(bench.one(tool, mailbox, folder=folder, keep=True))
        opened = [bench.yardstick, "open", "--store", os.path.join(folder, "state")]
        samples["open"].append(measure.run(opened))
    rows = {name: medians(some) for name, some in samples.items()}
    with helper([bench.yardstick, "relay", "--to", str(bench.server.port)]) as relay:
        bench.one(tool, mailbox, relay.said["port"], folder=folder, keep=True)
        rows["madoguchi"]["counts"] = relay.end()
    for name, what in [("sign-in", "raw sign-in and SELECT"), ("madoguchi", "madoguchi run --once, nothing new"),
                       ("open", "opening the store alone")]:
        rows[name]["what"] = what
    beyond = (rows["madoguchi"]["wall_s"] - rows["open"]["wall_s"]) / rows["sign-in"]["wall_s"]
    goals = [
        goal("bodies fetched", rows["madoguchi"]["counts"]["bodies"], 0, ""),
        goal("beyond opening the store, against raw sign-in and SELECT", beyond, 3, "×"),
    ]
    return {"mails": count, "rows": rows, "goals": goals}


def million(bench):
    """A store of a million closed cases: what a new mail costs, and how long a start takes."""
    count, new = bench.size(1_000_000), bench.size(2_000)
    mailbox, empty = bench.corpus("light", new), bench.corpus("light", 0)
    patterns, filled = bench.fresh("patterns"), bench.fresh("filled")
    tool = bench.tool("madoguchi")
    bench.one(tool, mailbox, folder=patterns)
    bench.say(f"   filling a store with {count:,} closed cases")
    fill = [bench.yardstick, "cases", "--from", os.path.join(patterns, "state"), "--into", os.path.join(filled, "state"), "--count", str(count)]
    measure.run(fill)
    samples, each, starts = {"empty": [], "full": []}, {"empty": [], "full": []}, []
    for _ in range(bench.runs):
        for name in samples:
            folder = bench.fresh("million")
            if name == "full":
                shutil.copytree(os.path.join(filled, "state"), os.path.join(folder, "state"))
            # A copied store is read through once, and a new one is made.
            bench.one(tool, empty, folder=folder)
            os.sync()
            sample = bench.one(tool, mailbox, folder=folder)
            # From the open store on, in the same run: how long a start takes differs by more than the mails take.
            each[name].append((sample.marked_at - opened_at(folder)) / new)
            samples[name].append(sample)
            bench.say(f"   {name}: {each[name][-1] * 1e6:.0f} µs a mail")
        bench.server.restore(empty)
        with bench.daemon(folder, os.path.join(folder, "config.toml")) as (_, seconds):
            starts.append(seconds)
    each = {name: statistics.median(some) for name, some in each.items()}
    rows = {name: {**medians(some), "what": f"{new:,} new mails, {what}", "marked": some[-1].marked, "each_us": each[name] * 1e6}
            for (name, some), what in zip(samples.items(), ("empty store", f"{count:,} closed cases"))}
    rows["start"] = {"what": f"start to READY with {count:,} cases", "wall_s": statistics.median(starts), "runs": len(starts)}
    goals = [goal("cost of a new mail against an empty store", each["full"] / each["empty"], 1.2, "×"),
             goal("start to READY", rows["start"]["wall_s"], 2, "s")]
    return {"mails": new, "rows": rows, "goals": goals}


def opened_at(folder):
    """When the program said that its store is open, in seconds since 1970."""
    with open(os.path.join(folder, "log"), encoding="utf-8") as file:
        said = [line.split()[0] for line in file if "Opened the store." in line]
    return datetime.datetime.fromisoformat(said[-1]).timestamp()


def latency(bench):
    """From the server's word that a mail is there to the mark on it; a stand-in tells, because Dovecot waits 500 ms."""
    rows = {}
    folder, mails = bench.fresh("latency"), bench.size(500)
    command = [bench.yardstick, "latency", "--mails", str(mails)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    port = json.loads(process.stdout.readline())["port"]
    with bench.daemon(folder, bench.madoguchi.config(folder, port)):
        told = json.loads(process.stdout.readline())
        process.wait(timeout=60)
    if "error" in told:
        raise Trouble(told["error"])
    rows["stand-in"] = {"what": f"told → marked, stand-in server, {mails} mails", **told}
    rows["dovecot"] = {"what": "delivered → marked, Dovecot", **with_dovecot(bench)}
    goals = [goal("median", told["p50_ms"], 5, "ms"), goal("99 of 100", told["p99_ms"], 25, "ms")]
    return {"mails": mails, "rows": rows, "goals": goals}


def with_dovecot(bench, mails=20):
    """The same against Dovecot, from the rename into `new` on; for information."""
    bench.server.restore(bench.corpus("light", 0))
    folder, times = bench.fresh("latency-dovecot"), []
    wanted = [data for data, _ in corpus.light(mails * 4, seed=7) if b"\r\nFrom: form@" in b"\r\n" + data][:mails]
    with bench.daemon(folder, bench.madoguchi.config(folder, bench.server.port)):
        for number, data in enumerate(wanted):
            start = time.perf_counter()
            bench.server.deliver(f"{1_800_000_000 + number}.M1P1.bench", data)
            while bench.server.marked() <= number:
                if time.perf_counter() - start > 20:
                    raise Trouble("a delivered mail got no mark within 20 s")
                time.sleep(0.001)
            times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    return {"mails": len(times), "p50_ms": times[len(times) // 2], "max_ms": times[-1]}


def idle(bench):
    """One, a hundred and a thousand mailboxes, watched over TLS, with nothing to do."""
    rows = {}
    seconds = 20 if bench.options.quick else 60
    for count in (1, 100, 1_000):
        folder = bench.fresh("idle")
        ca = os.path.join(folder, "ca.pem")
        with helper([bench.yardstick, "idle", "--ca", ca]) as server:
            config = bench.madoguchi.config(folder, server.said["port"], mailboxes=watched(count, server.said["port"], ca))
            try:
                with bench.daemon(folder, config) as (process, ready):
                    time.sleep(5)
                    before = measure.cpu_of(process.pid)
                    time.sleep(seconds)
                    ticks = (measure.cpu_of(process.pid) - before) * measure.TICK * 60 / seconds
                    rows[str(count)] = {
                        "what": f"{count:,} mailboxes with TLS" if count > 1 else "1 mailbox with TLS", "ready_s": ready, **measure.memory(process.pid),
                        "ticks_a_minute": ticks, "threads": measure.threads(process.pid), "sockets": measure.sockets(process.pid),
                    }
                    bench.say(f"   {count} mailboxes: {rows[str(count)]['rss'] / 2**20:.1f} MB")
            except Trouble as trouble:
                rows[str(count)] = {"what": f"{count:,} mailboxes: {trouble}"[:200]}
    goals = [goal("memory with one mailbox", rows["1"]["rss"] / 2**20, 20, "MB"), goal("ticks a minute", rows["1"]["ticks_a_minute"], 1, "")]
    if "rss" in rows["1000"]:
        each = (rows["1000"]["rss"] - rows["1"]["rss"]) / 999
        goals += [goal("each further mailbox", each / 1024, 64, "KiB"), goal("memory with 1,000", rows["1000"]["rss"] / 2**20, 84, "MB")]
    return {"mails": 0, "rows": rows, "goals": goals}


def watched(count, port, ca):
    """That many [[mailbox]] tables."""
    return "".join(
        f'[[mailbox]]\nname = "box{n}"\naddress = "box{n}@jitanbody.example"\nhost = "localhost"\ntls = "implicit"\nport = {port}\n'
        f'ca = "{ca}"\nuser = "user{n}"\npassword = {{ file = "secrets/imap" }}\n\n' for n in range(count)
    )


def phrases(bench):
    """The backlog by a rule set with thirty more phrases, and with three thousand more."""
    mailbox = bench.corpus("light", bench.size(10_000))
    rows, samples = {}, {30: [], 3_000: []}
    for _ in range(bench.runs):
        for count, some in samples.items():
            folder = bench.fresh("phrases")
            rules = os.path.join(folder, "rules")
            shutil.copytree(os.path.join(tools.ROOT, "rules"), rules)
            tools.write(rules, "bench.toml", report.many_phrases(count))
            ours = tools.Madoguchi(bench.options.madoguchi, bench.sink.said["port"], rules)
            tool = tools.Tool("phrases", "", lambda f, p, s, ours=ours: ours.once(f, p, s, now=corpus.NOW))
            some.append(bench.one(tool, mailbox, folder=folder))
    for count, some in samples.items():
        rows[str(count)] = {**medians([one.cut(one.marked_at) for one in some]), "what": f"until the last mark, {count:,} phrases more"}
    goals = [goal("3,000 against 30", rows["3000"]["wall_s"] / rows["30"]["wall_s"], 1.3, "×")]
    return {"mails": bench.size(10_000), "rows": rows, "goals": goals}


SCENARIOS = {one.__name__: one for one in (backlog, heavy, rtt20, growth, restart, million, latency, idle, phrases)}


def goal(what, figure, most, unit):
    return {"what": what, "figure": figure, "goal": most, "unit": unit}


def against(rows, peer, most):
    """The goal of a share of a peer's time, where the peer is there."""
    return [goal(f"until the last mark, against {peer}", rows["marked"]["wall_s"] / rows[peer]["wall_s"], most, "×")] if peer in rows else []


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures the program on mailboxes, beside other tools.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; all unless told")
    parser.add_argument("--quick", action="store_true", help="a tenth of the mails, one run: to see that everything works")
    parser.add_argument("--runs", type=int, help="runs of each tool; 5 unless told, 1 with --quick")
    parser.add_argument("--json", metavar="FILE", help="write every figure there as well")
    parser.add_argument("--markdown", action="store_true", help="print the tables as they stand in docs/performance.md")
    parser.add_argument("--from-json", metavar="FILE", help="print figures measured before; measures nothing")
    parser.add_argument("--madoguchi", default="madoguchi", help=argparse.SUPPRESS)
    parser.add_argument("--yardstick", default="yardstick", help=argparse.SUPPRESS)
    options = parser.parse_args()
    show = report.markdown if options.markdown else report.table
    if options.from_json:
        with open(options.from_json, encoding="utf-8") as file:
            print(show(json.load(file)))
        return
    wrong = [name for name in options.scenarios if name not in SCENARIOS]
    if wrong:
        parser.error(f"no scenario is called {wrong[0]}; there are {', '.join(SCENARIOS)}")
    options.runs = options.runs or (1 if options.quick else 5)
    folder = tempfile.mkdtemp(prefix="madoguchi-bench-")
    found = {"machine": report.machine(options), "runs": options.runs, "quick": options.quick, "scenarios": {}}
    try:
        bench = Bench(options, folder)
        try:
            for name in options.scenarios or SCENARIOS:
                bench.say(f"== {name}")
                try:
                    found["scenarios"][name] = SCENARIOS[name](bench)
                except (Trouble, subprocess.CalledProcessError) as trouble:
                    # One scenario that cannot be measured must not take the figures of the others with it.
                    found["scenarios"][name] = {"trouble": str(trouble)}
                    bench.say(f"   {name} could not be measured: {trouble}")
        finally:
            bench.close()
    finally:
        if not os.environ.get("BENCH_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False, indent=1)
    print(show(found))
    if any("trouble" in one for one in found["scenarios"].values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
