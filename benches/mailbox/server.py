"""A private Dovecot on a free loopback port, in a folder of its own. Ends the process it started, nothing else."""

import os
import pwd
import shutil
import socket
import subprocess
import time

PASSWORD = "bench-password"
USER = "reservation1"


class Trouble(Exception):
    """The bench cannot go on; the text says why."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Dovecot:
    """One server with one user, whose mailbox is put back before every run."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "dovecot")
        self.home = os.path.join(self.folder, "home", USER)
        os.makedirs(self.home)
        # Dovecot drops its rights and must still find its way in.
        os.chmod(folder, 0o755)
        # It refuses to touch mail as uid 0.
        self.owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(self.home, self.owner.pw_uid, self.owner.pw_gid)
        self.port = free_port()
        self.config = os.path.join(self.folder, "dovecot.conf")
        users = f"{USER}:{{PLAIN}}{PASSWORD}:{self.owner.pw_uid}:{self.owner.pw_gid}::{self.home}::\n"
        self.write("users", users)
        names = ""
        if os.geteuid() != 0:
            me = self.owner.pw_name
            names = (f"default_internal_user = {me}\ndefault_login_user = {me}\n"
                     "service anvil {\n  chroot =\n}\nservice imap-login {\n  chroot =\n}\n")
        self.write("dovecot.conf", CONFIG.format(folder=self.folder, port=self.port) + names)
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            ["dovecot", "-F", "-c", self.config], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        end = time.monotonic() + 20
        while not self.greets():
            if self.process.poll() is not None or time.monotonic() > end:
                raise Trouble(f"Dovecot did not start; its log is {self.folder}/log")
            time.sleep(0.02)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def greets(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as stream:
                return stream.recv(4) == b"* OK"
        except OSError:
            return False

    @property
    def maildir(self):
        return os.path.join(self.home, "Maildir")

    def restore(self, corpus):
        """The user's mailbox as the corpus has it, without anything a server knew about it."""
        shutil.rmtree(self.maildir, ignore_errors=True)
        # Hard links: a mark renames a file and never changes it.
        shutil.copytree(corpus, self.maildir, copy_function=os.link)
        for folder, _, _ in os.walk(self.maildir):
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        for entry in os.scandir(os.path.join(self.maildir, "cur")):
            if entry.stat().st_uid != self.owner.pw_uid:
                os.chown(entry.path, self.owner.pw_uid, self.owner.pw_gid)
        # What is dirty in memory is another run's business.
        os.sync()

    def last_mark(self):
        """When the last mail of the inbox got its present flags, in seconds since 1970."""
        with os.scandir(os.path.join(self.maildir, "cur")) as entries:
            return max((entry.stat().st_ctime_ns for entry in entries if not entry.name.endswith(":2,")), default=0) / 1e9

    def marked(self):
        return sum(1 for entry in os.scandir(os.path.join(self.maildir, "cur")) if not entry.name.endswith(":2,"))

    def deliver(self, name, data):
        tmp = os.path.join(self.maildir, "tmp", name)
        with open(tmp, "wb") as file:
            file.write(data)
        os.chown(tmp, self.owner.pw_uid, self.owner.pw_gid)
        os.rename(tmp, os.path.join(self.maildir, "new", name))

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
mail_plugins =
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Archive {{
    auto = create
    special_use = \\Archive
  }}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
"""
