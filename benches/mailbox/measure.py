"""Runs a command and measures it: wall time, processor time of client and server, peak memory.

A client's processor time is what the kernel says at its end; the server's is that of Dovecot's processes, living and
ended. Both are also sampled, so that they can be told for an instant before the end.
"""

import os
import resource
import subprocess
import threading
import time

TICK = os.sysconf("SC_CLK_TCK")
PERIOD = 0.02


def cpu_of(pid):
    """Seconds of a process and of its ended children that it waited for."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return 0.0
    return sum(int(field) for field in fields[11:15]) / TICK


def tree(pid):
    """A process and its living descendants."""
    found = [pid]
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
            children = file.read().split()
    except OSError:
        return found
    for child in children:
        found += tree(int(child))
    return found


def cpu_of_tree(pid):
    return sum(cpu_of(one) for one in tree(pid))


class Sample:
    """What one run took. Times in seconds, memory in bytes."""

    def __init__(self, wall, cpu, server_cpu, rss, output, began, track):
        self.wall, self.cpu, self.server_cpu, self.rss = wall, cpu, server_cpu, rss
        self.output, self.began, self.track = output, began, track

    def cut(self, at):
        """The same run up to an instant (seconds since 1970), for tools whose last word comes later."""
        wall = at - self.began
        if not 0 < wall < self.wall:
            return self
        client = server = 0.0
        for when, client_so_far, server_so_far in self.track:
            client, server = client_so_far, server_so_far
            if when >= wall:
                break
        return Sample(wall, client, server, self.rss, self.output, self.began, self.track)


def run(command, server=None, log=None, env=None):
    """Runs a command to its end, which must be a good one; its standard output is kept."""
    before = cpu_of_tree(server.process.pid) if server else 0.0
    with open(log or os.devnull, "ab") as errors:
        began, start = time.time(), time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=env)
        track, peaks, ended = [], [0], threading.Event()

        def follow():
            while not ended.wait(PERIOD):
                so_far = cpu_of_tree(server.process.pid) - before if server else 0.0
                track.append((time.perf_counter() - start, cpu_of(process.pid), so_far))
                peaks.append(peak(process.pid))

        follower = threading.Thread(target=follow)
        follower.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        ended.set()
        follower.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    # Server processes that have served this client need a moment to end and to be counted by their parent.
    if server:
        time.sleep(0.3)
    after = cpu_of_tree(server.process.pid) - before if server else 0.0
    # The kernel's own peak counts what the process was before exec: this interpreter. Below that, samples must do.
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rss = usage.ru_maxrss * 1024 if usage.ru_maxrss > own else max(peaks)
    return Sample(wall, usage.ru_utime + usage.ru_stime, after, rss, output, began, track)


def peak(pid):
    """The most memory a living process has had, in bytes; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def memory(pid):
    """Memory of a living process in bytes: resident, proportional, and its peak."""
    sizes = {}
    for name in ("status", "smaps_rollup"):
        with open(f"/proc/{pid}/{name}", encoding="utf-8") as file:
            for line in file:
                words = line.split()
                if len(words) == 3 and words[2] == "kB":
                    sizes[words[0].rstrip(":")] = int(words[1]) * 1024
    return {"rss": sizes["VmRSS"], "pss": sizes["Pss"], "peak": sizes["VmHWM"]}


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def sockets(pid):
    """Open sockets of a process."""
    count = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket:")
        except OSError:
            pass
    return count
