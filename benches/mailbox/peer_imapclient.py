"""A peer of the bench: what one writes in an afternoon with imapclient. Fetches in batches, parses, matches, marks.

    peer_imapclient.py PORT USER PASSWORD
"""

import email
import email.policy
import re
import sys

from imapclient import IMAPClient

BATCH = 200
MARKS = [
    ("$Asked", re.compile("予約|预约|appointment|wizyt", re.IGNORECASE)),
    ("$Handled", re.compile("料金|多少钱|how much|kosztuje", re.IGNORECASE)),
    ("$Chat", re.compile("チャット")),
]


def text_of(data):
    mail = email.message_from_bytes(data, policy=email.policy.default)
    body = mail.get_body(("plain", "html"))
    return body.get_content() if body is not None else ""


def mark_of(text):
    return next((mark for mark, pattern in MARKS if pattern.search(text)), "$AwaitingReply")


def main():
    port, user, password = sys.argv[1:4]
    with IMAPClient("127.0.0.1", port=int(port), ssl=False) as client:
        client.login(user, password)
        client.select_folder("INBOX")
        uids = client.search(["ALL"])
        groups = {}
        for start in range(0, len(uids), BATCH):
            for uid, item in client.fetch(uids[start : start + BATCH], ["BODY.PEEK[]"]).items():
                groups.setdefault(mark_of(text_of(item[b"BODY[]"])), []).append(uid)
        for mark, marked in groups.items():
            for start in range(0, len(marked), 1000):
                client.add_flags(marked[start : start + 1000], [mark], silent=True)


main()
