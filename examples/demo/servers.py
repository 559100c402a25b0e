"""A private mail server for the demo: Postfix takes and delivers, Dovecot shows the same Maildirs by IMAP.

Everything lies in one temporary folder and listens on 127.0.0.1 only. Every address of the story has a mailbox, so
no mail leaves the machine. Ends the two processes it started, nothing else. Needs root, as Postfix does.
"""

import os
import pwd
import socket
import subprocess
import time

POSTFIX_MASTER = "/usr/lib/postfix/sbin/master"
PASSWORD = "demo-password"


class Trouble(Exception):
    """The demo cannot go on; the text says why."""


def wait_for(what, look, seconds=30):
    """Calls `look` until it returns something. The things awaited (a delivery, a port) announce themselves nowhere."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise Trouble(f"waited {seconds} s in vain for {what}")
        time.sleep(0.03)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def greeting(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as stream:
            return stream.recv(16)
    except OSError:
        return b""


class Servers:
    """Both servers, for these addresses."""

    def __init__(self, folder, addresses):
        self.folder = folder
        self.mail = os.path.join(folder, "mail")
        self.running = []
        self.smtp_port, self.imap_port = free_port(), free_port()
        owner = pwd.getpwnam("nobody")
        # Postfix and Dovecot drop their rights and must still find their way in.
        os.chmod(folder, 0o755)
        os.mkdir(self.mail)
        os.chown(self.mail, owner.pw_uid, owner.pw_gid)
        try:
            self.start_dovecot(addresses, owner)
            self.start_postfix(addresses, owner)
        except BaseException:
            self.stop()
            raise

    def maildir(self, address):
        """The folder of an address; Dovecot's user has the same name."""
        return os.path.join(self.mail, address.split("@")[0])

    def start_dovecot(self, addresses, owner):
        home = os.path.join(self.folder, "dovecot")
        os.mkdir(home)
        users = [
            f"{address.split('@')[0]}:{{PLAIN}}{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{home}::\n"
            for address in addresses
        ]
        write(home, "users", "".join(users))
        write(home, "dovecot.conf", DOVECOT.format(home=home, mail=self.mail, port=self.imap_port))
        self.spawn(["dovecot", "-F", "-c", os.path.join(home, "dovecot.conf")])
        wait_for("Dovecot", lambda: greeting(self.imap_port).startswith(b"* OK"))

    def start_postfix(self, addresses, owner):
        home = os.path.join(self.folder, "postfix")
        for name in ("", "queue", "data"):
            os.mkdir(os.path.join(home, name))
        os.chown(os.path.join(home, "data"), pwd.getpwnam("postfix").pw_uid, -1)
        domains = " ".join(sorted({address.split("@")[1] for address in addresses}))
        write(
            home,
            "main.cf",
            MAIN_CF.format(home=home, mail=self.mail, domains=domains, uid=owner.pw_uid, gid=owner.pw_gid),
        )
        write(home, "master.cf", MASTER_CF.format(port=self.smtp_port))
        write(home, "mailboxes", "".join(f"{address} {address.split('@')[0]}/\n" for address in addresses))
        check = subprocess.run(["postfix", "-c", home, "check"], capture_output=True, text=True, check=False)
        if check.returncode != 0:
            raise Trouble(f"postfix check: {check.stderr}")
        self.spawn([POSTFIX_MASTER, "-c", home, "-d"])
        wait_for("Postfix", lambda: greeting(self.smtp_port).startswith(b"220"))

    def spawn(self, command):
        quiet = subprocess.DEVNULL
        # A session of its own: Ctrl-C reaches the demo, which then ends them in order.
        process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
        self.running.append(process)

    def stop(self):
        for process in reversed(self.running):
            process.terminate()
        for process in self.running:
            process.wait(timeout=20)


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


DOVECOT = """\
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{mail}/%n
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = passwd-file
  args = {home}/users
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

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.demo.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
recipient_delimiter = +
smtpd_relay_restrictions = reject_unauth_destination
default_transport = error:no mail leaves this machine
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {mail}
virtual_mailbox_maps = texthash:{home}/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""

MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
