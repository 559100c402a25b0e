"""The tools that are compared: how each is set up for one run, and the command that is timed.

Each gets an empty folder of its own and the same mailbox. The configurations are what the manuals suggest; nothing is
tuned, and nothing is switched off that makes a tool safer.
"""

import os
import shutil
import sys

from server import PASSWORD, USER

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Tool:
    """`command(folder, port, server)` sets up in an empty folder and answers the command line."""

    def __init__(self, name, what, command, done=None, needs=None, imap=True):
        self.name, self.what, self.command, self.done = name, what, command, done
        self.needs, self.imap = needs, imap

    def is_there(self):
        return self.needs is None or shutil.which(self.needs) is not None


def write(folder, name, text, mode=0o644):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def raw(yardstick):
    return lambda folder, port, server: [yardstick, "raw", "--port", str(port), "--user", USER]


def sign_in_only(yardstick):
    return lambda folder, port, server: [*raw(yardstick)(folder, port, server), "--login-only", "yes"]


def bare(yardstick):
    return lambda folder, port, server: [yardstick, "bare", "--port", str(port), "--user", USER, "--dir", folder]


def mbsync(folder, port, _server):
    os.mkdir(os.path.join(folder, "mail"))
    config = f"""IMAPAccount bench
Host 127.0.0.1
Port {port}
User {USER}
Pass {PASSWORD}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account bench

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX

Channel bench
Far :far:
Near :near:
Sync Pull
Create Near
SyncState {folder}/state
"""
    return ["mbsync", "-q", "-c", write(folder, "mbsyncrc", config, 0o600), "bench"]


def sieve_filter(folder, _port, server):
    tests = [('"予約", "预约", "appointment", "wizyt"', "$Asked"), ('"料金", "多少钱", "how much", "kosztuje"', "$Handled"),
             ('"チャット"', "$Chat")]
    rules = "".join(f'{"els" if n else ""}if body :text :contains [{words}] {{ addflag "{mark}"; }}\n'
                    for n, (words, mark) in enumerate(tests))
    script = 'require ["body", "imap4flags"];\n' + rules + 'else { addflag "$AwaitingReply"; }\n'
    path = write(folder, "bench.sieve", script)
    return ["sieve-filter", "-c", server.config, "-u", USER, "-e", "-W", path, "INBOX"]


def imapfilter(folder, port, _server):
    script = f"""options.timeout = 300
options.create = true
account = IMAP {{ server = '127.0.0.1', port = {port}, username = '{USER}', password = '{PASSWORD}' }}
all = account.INBOX:select_all()
asked = all:match_message('appointment|wizyt|5LqI57SE|6aKE57qm')
handled = all:match_message('how much|kosztuje') - asked
rest = all - asked - handled
asked:add_flags({{ '$Asked' }})
handled:add_flags({{ '$Handled' }})
rest:add_flags({{ '$AwaitingReply' }})
"""
    os.mkdir(os.path.join(folder, "home"))
    return ["env", f"HOME={folder}/home", "imapfilter", "-c", write(folder, "bench.lua", script)]


def python(folder, port, _server):
    return [sys.executable, os.path.join(HERE, "peer_imapclient.py"), str(port), USER, PASSWORD]


class Madoguchi:
    """The program: a config made of the shipped one, with other ports and one agent."""

    def __init__(self, program, smtp_port, rules=None):
        self.program, self.smtp_port, self.rules = program, smtp_port, rules or os.path.join(ROOT, "rules")

    def config(self, folder, port, change=None, mailboxes=None):
        os.makedirs(os.path.join(folder, "secrets"), exist_ok=True)
        write(folder, "secrets/imap", PASSWORD, 0o600)
        write(folder, "secrets/approval", "0123456789abcdef" * 4, 0o600)
        with open(os.path.join(ROOT, "config.toml"), encoding="utf-8") as file:
            text = file.read()
        # Whatever the sample says about ports and names, the bench says it: a sample without these lines is a fault.
        for old, new in [
            ('rules = "rules"', f'rules = "{self.rules}"'),
            ('templates = "templates"', f'templates = "{ROOT}/templates"'),
            ("port = 143\n", f"port = {port}\n"),
            ("port = 25\n", f"port = {self.smtp_port}\n"),
            ('agents = ["佐藤", "鈴木"]', 'agents = ["佐藤"]'),
            *(change or []),
        ]:
            if old not in text:
                raise SystemExit(f"config.toml has no line {old!r} any more; please mend benches/mailbox/tools.py")
            text = text.replace(old, new)
        if mailboxes:
            begin = text.index("[[mailbox]]")
            end = text.index("[smtp]")
            text = text[:begin] + mailboxes + text[end:]
        return write(folder, "config.toml", text)

    def once(self, folder, port, _server=None, now=None):
        config = self.config(folder, port)
        return [self.program, "--config", config, "run", "--once", "--json", "--since", "2026-01-01", "--at", now]
