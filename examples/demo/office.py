"""The people of the demo and their post: what each of them sends, and what lies in each mailbox.

Customers, agents and the shop write real mails by SMTP; a second IMAP client looks into the shared mailbox. The
program under test is only ever reached the way it is in an office: by mail, by its command line, by a signal.
"""

import email
import email.policy
import imaplib
import json
import os
import re
import signal
import smtplib
import subprocess
from email.header import Header
from pathlib import Path
from urllib.parse import unquote

from servers import PASSWORD, Servers, Trouble, wait_for

DESK = "reservation1@jitanbody.example"
FORM = "form@jitanbody.example"
SATO = "sato@agents.example"
SUZUKI = "suzuki@agents.example"
TANAKA = "tanaka@agents.example"
SHINJUKU = "shinjuku@jitanbody.example"
GROUP = "booking-report@jitanbody.example"
STAFF = [DESK, FORM, SATO, SUZUKI, TANAKA, SHINJUKU, "ikebukuro@jitanbody.example", GROUP]

MARKS = {
    "$Handled": "対応済",
    "$AwaitingReply": "返信待ち",
    "$AskedShop": "店舗依頼",
    "$Chat": "チャット",
    "$Asked": "確認中",
    "$TriagePoison": "要確認",
}


def parse(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def case_of(mail):
    """The case number that every mail of the desk to one of us shows in its subject."""
    return re.search(r"C-([0-9A-Z]{10})", mail["Subject"]).group(1)


def text_of(mail, kind="plain"):
    part = mail.get_body(preferencelist=(kind,))
    return part.get_content().replace("\r\n", "\n") if part else ""


class Office:
    """Servers, config and program, in one temporary folder."""

    def __init__(self, root, folder, program, customers):
        self.root, self.folder, self.program = root, folder, program
        self.daemon = None
        self.servers = Servers(folder, STAFF + customers)
        self.log_file = os.path.join(folder, "madoguchi.log")
        self.config = os.path.join(folder, "config.toml")
        self.write_config()
        self.answers = 0

    def write_config(self):
        secrets = os.path.join(self.folder, "secrets")
        os.mkdir(secrets, 0o700)
        for name, secret in (("imap", PASSWORD), ("approval", os.urandom(32).hex())):
            with open(
                os.path.join(secrets, name),
                "w",
                encoding="ascii",
                opener=lambda path, flags: os.open(path, flags, 0o600),
            ) as file:
                file.write(secret)
        text = Path(self.root, "config.toml").read_text(encoding="utf-8")
        self.changes = []
        for old, new in (
            ('rules = "rules"', f'rules = "{self.root}/rules"'),
            ('templates = "templates"', f'templates = "{self.root}/templates"'),
            ("port = 143", f"port = {self.servers.imap_port}"),
            ("port = 25", f"port = {self.servers.smtp_port}"),
            # The day is played in seconds: nobody waits a minute for each answer to leave.
            ('undo = "60s"', 'undo = "none"'),
        ):
            if text.count(f"\n{old}\n") != 1:
                raise Trouble(f"config.toml has no single line {old!r}")
            text = text.replace(f"\n{old}\n", f"\n{new}\n")
            self.changes.append((old, new))
        Path(self.config).write_text(text, encoding="utf-8")

    # --- the program -------------------------------------------------------------------------------------------

    def run(self, *arguments, good=(0,)):
        """Runs a command of the program to its end."""
        command = [self.program, "--config", self.config, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode not in good:
            raise Trouble(f"madoguchi {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def run_json(self, *arguments, good=(0,)):
        return [json.loads(line) for line in self.run(*arguments, "--json", good=good).splitlines()]

    def start(self, at):
        """Starts the daemon and waits until it has looked at the mailbox."""
        before = self.log().count("ready.")
        command = [self.program, "--config", self.config, "run", "--at", at]
        with open(self.log_file, "ab") as log:
            self.daemon = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        wait_for("the daemon", lambda: self.is_up() and self.log().count("ready.") > before)

    def pause(self):
        """Waits until nothing is on its way any more, as an operator would see it."""
        wait_for("an empty outbox", lambda: not self.run_json("status")[0]["outbox"])

    def is_up(self):
        if self.daemon.poll() is not None:
            raise Trouble(f"the daemon ended with {self.daemon.returncode}:\n{self.log()}")
        return True

    def stop(self):
        """SIGTERM, as systemd does it."""
        self.daemon.send_signal(signal.SIGTERM)
        code = self.daemon.wait(timeout=60)
        self.daemon = None
        return code

    def close(self):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.terminate()
            self.daemon.wait(timeout=90)
        self.servers.stop()

    def log(self):
        return (
            Path(self.log_file).read_text(encoding="utf-8", errors="replace") if os.path.exists(self.log_file) else ""
        )

    # --- post ----------------------------------------------------------------------------------------------------

    def send(self, sender, to, raw):
        """Hands a mail to Postfix, as the sender's mail program does."""
        with smtplib.SMTP("127.0.0.1", self.servers.smtp_port) as smtp:
            smtp.sendmail(sender, [to], raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def inbox(self, address):
        """What lies in somebody's mailbox, oldest first."""
        files = []
        for part in ("cur", "new"):
            folder = Path(self.servers.maildir(address), part)
            files += folder.iterdir() if folder.is_dir() else []
        return [parse(file.read_bytes()) for file in sorted(files, key=lambda file: file.name)]

    def find(self, address, *words):
        """The newest mail to somebody whose Message-ID, subject or text has all the words."""
        for mail in reversed(self.inbox(address)):
            whole = f"{mail['Message-ID']}\n{mail['Subject']}\n{text_of(mail)}"
            if all(word in whole for word in words):
                return mail
        return None

    def await_mail(self, address, *words):
        return wait_for(
            f"a mail to {address} with {' and '.join(words)}", lambda: self.is_up() and self.find(address, *words)
        )

    def answer(self, sender, mail, words, extra=""):
        """Somebody answers a mail from the telephone: their words, the old mail quoted below."""
        self.answers += 1
        quoted = "".join(f"> {line}\n" for line in text_of(mail).splitlines())
        subject = Header(f"Re: {mail['Subject']}", "utf-8").encode()
        head = (
            f"From: <{sender}>\nTo: {mail['Reply-To'] or mail['From']}\nSubject: {subject}\n"
            f"Date: Thu, 27 Aug 2026 10:{10 + self.answers:02}:00 +0900\n"
            f"Message-ID: <answer.{self.answers}@{sender.split('@')[1]}>\n"
            f"In-Reply-To: {mail['Message-ID']}\nReferences: {mail['Message-ID']}\n{extra}"
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        )
        body = f"{words}\n\n2026年8月27日(木) 10:05 {mail['From']}:\n\n{quoted}"
        to = parse(head.encode())["To"].addresses[0].addr_spec
        self.send(sender, to, (head + body).encode())

    def tap(self, sender, mail, word):
        """Two taps on a phone: the button's mailto link opens a mail that is ready, and it is sent as it is."""
        self.answers += 1
        for link in re.findall(r'href="(mailto:[^"]+)"', text_of(mail, "html")):
            to, _, query = link.replace("&amp;", "&").removeprefix("mailto:").partition("?")
            fields = dict(pair.split("=", 1) for pair in query.split("&"))
            if unquote(fields["body"]) == word:
                raw = (
                    f"From: <{sender}>\nTo: <{unquote(to)}>\nSubject: {unquote(fields['subject'])}\n"
                    f"Date: Thu, 27 Aug 2026 10:{10 + self.answers:02}:00 +0900\n"
                    f"Message-ID: <tap.{self.answers}@{sender.split('@')[1]}>\nMIME-Version: 1.0\n"
                    f"Content-Type: text/plain; charset=utf-8\n\n{unquote(fields['body'])}\n"
                )
                self.send(sender, unquote(to), raw.encode())
                return link
        raise Trouble(f"the request has no button {word}")

    # --- a second IMAP client ------------------------------------------------------------------------------------

    def imap(self):
        client = imaplib.IMAP4("127.0.0.1", self.servers.imap_port)
        client.login(DESK.split("@")[0], PASSWORD)
        return client

    def listing(self, name):
        """Message-ID -> (UID, flags) of a folder of the shared mailbox."""
        client = self.imap()
        try:
            client.select(name, readonly=True)
            _, rows = client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        finally:
            client.logout()
        found = {}
        for row in rows:
            if isinstance(row, tuple):
                uid = re.search(rb"UID (\d+)", row[0]).group(1).decode()
                flags = set(re.search(rb"FLAGS \(([^)]*)\)", row[0]).group(1).decode().split())
                message_id = re.search(rb"<([^>]*)>", row[1])
                found[message_id.group(1).decode() if message_id else f"uid {uid}"] = (uid, flags)
        return found

    def labels(self, message_id):
        """Where a mail lies and the labels it wears, in their Japanese names."""
        for name in ("INBOX", "Archive"):
            uid_flags = self.listing(name).get(message_id)
            if uid_flags:
                return name, {MARKS[flag] for flag in uid_flags[1] if flag in MARKS}
        return "", set()

    def await_labels(self, message_id, folder, *labels):
        try:
            wait_for("labels", lambda: self.is_up() and self.labels(message_id) == (folder, set(labels)))
        except Trouble as trouble:
            wanted = f"{message_id} should be in {folder} with {labels}, is {self.labels(message_id)}"
            raise Trouble(f"{trouble}; {wanted}") from None

    def take_label_off(self, folder, message_id, flag):
        """What a person does with two clicks in the mail program."""
        client = self.imap()
        try:
            client.select(folder)
            client.uid("STORE", self.listing(folder)[message_id][0], "-FLAGS.SILENT", f"({flag})")
        finally:
            client.logout()

    def put(self, raw):
        """Another program drops bytes into the shared mailbox."""
        client = self.imap()
        try:
            client.append("INBOX", None, '"27-Aug-2026 09:55:00 +0900"', raw)
        finally:
            client.logout()
