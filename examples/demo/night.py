"""The nights: what the group is told, what the operator sees, and what must never have happened."""

from day import BROWN, CUSTOMERS, EMMA, HANAKO, KEIKO, KEITAI, KENTA, MAILS, MAKOTO, MISAKI, NAOKI
from office import GROUP, SATO, case_of, text_of


class Night:
    """The scenes after the day."""

    def __init__(self, stage, office):
        self.stage, self.office = stage, office

    def reports(self):
        stage, office = self.stage, self.office
        stage.scene("The night reports")
        stage.say(
            "The daemon is stopped (SIGTERM) and started again as if it were 22:00. The group booking-report gets:"
        )
        clean = [self.restart("2026-08-27T22:00:01+09:00")]
        first = self.report("8/27")
        stage.page(f"Subject: {first['Subject']}\n\n{text_of(first)}", 16)
        stage.say("One night later, 8/28 22:00. Mails of 8/27 that led to no booking:")
        clean.append(self.restart("2026-08-28T22:00:01+09:00"))
        second = self.report("8/28")
        stage.page(f"Subject: {second['Subject']}\n\n{text_of(second)}")
        office.await_labels(BROWN, "Archive", "対応済")
        stage.then("返信待ち is off Ms Brown's mail, 対応済 on; her matter is closed")

        # Each agent's request carries the case number; the reports name the cases by it.
        number = {
            who: case_of(office.await_mail(SATO, who))
            for who in (HANAKO, KENTA, MISAKI, MAKOTO, KEITAI, NAOKI, EMMA, KEIKO)
        }
        settled, unfinished = text_of(first).split("■未対応")[0], text_of(second).split("■未対応")[1]
        stage.check(
            "8/27 names what was answered that day, each case once",
            all(settled.count(number[who]) == 1 for who in (MISAKI, MAKOTO, KEITAI)),
        )
        stage.check(
            "8/28 names Ms Brown as B, and none of those again",
            number[EMMA] in text_of(second)
            and not any(number[who] in text_of(second) for who in (MISAKI, MAKOTO, KEITAI)),
        )
        stage.check(
            "中村様, booked, is in no report", not any(number[KENTA] in text_of(report) for report in (first, second))
        )
        stage.check(
            "what waits is listed until it is done: 山田様, 斎藤様, 加藤様",
            all(number[who] in unfinished for who in (HANAKO, NAOKI, KEIKO)),
        )
        stage.check("two nights, two report mails", len(office.inbox(GROUP)) == 2)
        stage.check("SIGTERM ended the daemon with 0, twice", clean == [0, 0])

    def restart(self, at):
        code = self.office.stop()
        self.office.start(at)
        return code

    def report(self, date):
        """The report mail of a night, when the desk has done with it."""
        mail = self.office.await_mail(GROUP, f"<{date}予約に至らなかったメール>")
        self.office.pause()
        return mail

    def workshop(self):
        stage, office = self.stage, self.office
        stage.scene("The operator's command line")
        stage.command("madoguchi cases", office.run("cases"))
        stage.command("madoguchi status", office.run("status"))
        code = office.stop()
        stage.command("madoguchi store verify", office.run("store", "verify", good=(0, 1, 7)))
        report = office.run_json("store", "verify", good=(0, 1, 7))[0]
        stage.check(
            "the store is whole: no problems, closed cleanly",
            code == 0 and report["problems"] == [] and report["clean"],
        )

    def neutral(self):
        """What must never have happened, whatever the story was."""
        stage, office = self.stage, self.office
        flags = [flags for name in ("INBOX", "Archive") for _, flags in office.listing(name).values()]
        stage.check(
            "no mail in the shared mailbox was marked as read or deleted",
            not any({"\\Seen", "\\Deleted"} & mail for mail in flags),
        )
        ours = ("answer.", "tap.", "draft.")
        mails = [name for name in (*office.listing("INBOX"), *office.listing("Archive")) if not name.startswith(ours)]
        stage.check("all 14 mails are still there", len(mails) == len(MAILS))
        names = ("山田", "花子", "高橋", "hanako", "misaki", "090-1234", "0901234", "領収", "しびれ")
        stage.check(
            "the daemon's log holds no name, address, number or word of a customer",
            not any(name in office.log() for name in names),
        )
        stage.check(
            "one copy of each customer's mail lies in Sent",
            len(office.listing("Sent")) == sum(len(office.inbox(customer)) for customer in CUSTOMERS),
        )
