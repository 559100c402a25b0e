"""Thursday: the mails come in, are read and labelled; the agents decide by mail; customers answer."""

from collections import Counter
from pathlib import Path

from office import DESK, FORM, SATO, SHINJUKU, SUZUKI, TANAKA, case_of, parse, text_of
from servers import wait_for

ROOT = Path(__file__).resolve().parents[2]
MAILS = sorted((ROOT / "examples/demo/mails").glob("*.eml"))

# Message-IDs of the mails in examples/demo/mails, and the customers' addresses.
YAMADA, HANAKO = "f01@form.jitanbody.example", "hanako@yamada.example"
NAKAMURA, KENTA = "f02@chat.jitanbody.example", "kenta@nakamura.example"
TAKAHASHI, MISAKI = "f03@form.jitanbody.example", "misaki@takahashi.example"
ITO, MAKOTO = "p04@ito.example", "makoto@ito.example"
NAMELESS, KEITAI = "f05@form.jitanbody.example", "m-0005@keitai.example"
KOBAYASHI, YUMI = "f06@form.jitanbody.example", "yumi@kobayashi.example"
WATANABE = "f07@form.jitanbody.example"
SAITO, NAOKI = "p08@saito.example", "naoki@saito.example"
BROWN, EMMA = "p09@brown.example", "emma@brown.example"
KATO, KEIKO = "f10@form.jitanbody.example", "keiko@kato.example"
MACHINES = ["n11@health-news.example", "d12@mx.elsewhere.example", "b13@booking-site.example"]
CUSTOMERS = [HANAKO, KENTA, MISAKI, MAKOTO, KEITAI, YUMI, NAOKI, EMMA, KEIKO]

NEW_PRICE = """高橋 美咲様

お待たせして申し訳ございません。JITANBODY整体院の佐藤です。
初回は60分 6,600円(税込)です。クレジットカードもお使いいただけます。
ご来院をお待ちしております。"""


class Day:
    """The scenes of the day."""

    def __init__(self, stage, office):
        self.stage, self.office = stage, office

    def request(self, agent, customer, *words):
        """The request about a customer that an agent got."""
        return self.office.await_mail(agent, customer, *words)

    def opening(self):
        stage, office = self.stage, self.office
        stage.say(
            "An office in a temporary folder: Postfix and Dovecot on loopback, and the config.toml of this repository with five lines changed:"
        )
        for _, new in office.changes:
            stage.page(new.replace(str(ROOT), "…"))
        office.start("2026-08-27T10:00:00+09:00")
        stage.say(
            "The daemon runs and waits in IDLE. For it, it is Thursday, 27 August 2026, 10:00 in Tokyo. Now the morning's mail comes in."
        )

    def reading(self):
        stage, office = self.stage, self.office
        stage.scene("What came in, and how it was read (madoguchi explain --json)")
        self.columns("MAIL", "READ AS", "TOPIC", "NAME", "RULE")
        explained = office.run_json("explain", *map(str, MAILS))
        for path, reading in zip(MAILS, explained, strict=True):
            raw = path.read_bytes()
            if reading["disposition"] == "quarantined":
                # No mail server would let these bytes pass; a program that copies mailboxes does.
                office.put(raw)
            else:
                office.send("" if "bounce" in path.name else parse(raw)["From"].addresses[0].addr_spec, DESK, raw)
            self.show(path.stem, reading)
        kinds = Counter(reading["disposition"] for reading in explained)
        stage.check(
            "14 mails read: 10 cases, 3 machines' mails left alone, 1 unreadable",
            kinds == {"case": 10, "ignored": 3, "quarantined": 1},
        )
        classes = [reading["class"] for reading in explained if reading["disposition"] == "case"]
        stage.check("class B (予約希望) only with a concrete wish: 3 of 10", classes.count("reservation") == 3)

    def show(self, name, reading):
        stage = self.stage
        letter = {
            "reservation": "B 予約希望",
            "inquiry": "A お問い合わせ",
            None: reading["ignored_because"] or "cannot be read",
        }
        fields = reading["fields"]
        who = (fields["name"] or {}).get("value", "—")
        self.columns(name, letter[reading["class"]], reading["topic"] or "—", who, self.why(reading))
        for date in reading["dates"]:
            if date["role"] in ("wish", "excluded"):
                end = f" to {date['end'][11:]}" if date["end"] else ""
                word = "wish" if date["role"] == "wish" else "not "
                stage.row(
                    [("", 10), (f"{word} {date['start'].replace('T', ' ')}{end}", 30), (f"「{date['text']}」", 34)]
                )

    def columns(self, *texts):
        self.stage.row(list(zip(texts, (22, 14, 8, 11, 18))))

    @staticmethod
    def why(reading):
        """The rule behind the topic or behind leaving a mail alone."""
        rules = [rule["file"] for rule in reading["rules"] if rule["file"].startswith("rules/")]
        return rules[0].removeprefix("rules/") if rules else ""

    def labels(self):
        stage, office = self.stage, self.office
        stage.scene("The shared mailbox, seen by a second IMAP client")
        chat = {YAMADA, NAKAMURA, NAMELESS, KOBAYASHI, WATANABE, KATO}
        for message_id in (YAMADA, NAKAMURA, TAKAHASHI, ITO, NAMELESS, KOBAYASHI, WATANABE, SAITO, BROWN, KATO):
            office.await_labels(message_id, "INBOX", "確認中", *(["チャット"] if message_id in chat else []))
        wait_for(
            "the label 要確認", lambda: any("$TriagePoison" in flags for _, flags in office.listing("INBOX").values())
        )
        office.await_mail(TANAKA, "読み取れないメールがあります")
        rows = Counter()
        for _, flags in office.listing("INBOX").values():
            named = " ".join(
                name
                for flag, name in (("$Asked", "確認中"), ("$Chat", "チャット"), ("$TriagePoison", "要確認"))
                if flag in flags
            )
            rows[named or "no label: newsletter, bounce, booking notice"] += 1
        for named, count in rows.most_common():
            stage.row([(f"{count} mails" if count > 1 else "1 mail", 9), (named, 60)])
        stage.say(
            "確認中 = asked, チャット = from the chat, 要確認 = a person must look. Nothing was marked as read, nothing was moved."
        )
        drafts = wait_for("9 drafts", lambda: len(office.listing("Drafts")) >= 9 and office.listing("Drafts"))
        stage.then("田中, the supervisor, was told of the unreadable one")
        stage.then(f"{len(drafts)} drafts lie in Drafts, for whoever prefers to work there")
        stage.check(
            "machines' mails got no label",
            all(office.labels(message_id) == ("INBOX", set()) for message_id in MACHINES),
        )

    def phone(self):
        stage, office = self.stage, self.office
        stage.scene("What 佐藤 sees on the phone: one of the requests, as text")
        mail = self.request(SATO, HANAKO)
        letter, _, ways = text_of(mail).partition("■ 返事")
        known = letter.partition("■ 返信案")[0].count("\n")
        stage.page(f"From: {mail['From']}\nSubject: {mail['Subject']}\n\n{letter}", known + 8)
        stage.page(f"■ 返事{ways}")
        html = text_of(mail, "html")
        Path(office.folder, "request.html").write_text(html, encoding="utf-8")
        stage.say(
            "The HTML part has the same as cards, with buttons. A button is a mailto: link that carries a token for this agent and this wording."
        )
        stage.check("the request's HTML is below 20 kB", 0 < len(html.encode()) < 20_000)

    def deciding(self):
        stage, office = self.stage, self.office
        stage.scene("The agents decide, by mail")
        first = self.request(SUZUKI, HANAKO)
        stage.does("佐藤", "taps 承認して送る on the request about 山田様")
        office.tap(SATO, self.request(SATO, HANAKO), "OK")
        office.await_labels(YAMADA, "Archive", "返信待ち", "チャット")
        stage.then("sent; the mail is archived and waits under 返信待ち")

        stage.does("鈴木", "answers OK to the same request, a moment later")
        office.answer(SUZUKI, first, "OK")
        told = office.await_mail(SUZUKI, "tell.decided", case_of(first))
        stage.then("too late; nothing is sent a second time, and 鈴木 is told:")
        stage.page(text_of(told).split("C-")[0])
        stage.check("the second agent was told who had decided", "佐藤" in text_of(told))

        stage.does("鈴木", "approves 中村様, 伊藤様, the nameless one and Ms Brown")
        for customer, word in ((KENTA, "承認します"), (MAKOTO, "OK"), (KEITAI, "ok。"), (EMMA, "OK")):
            office.answer(SUZUKI, self.request(SUZUKI, customer), word)
        office.await_labels(NAKAMURA, "Archive", "返信待ち", "チャット")
        office.await_labels(BROWN, "Archive", "返信待ち")
        office.await_labels(ITO, "Archive", "対応済")
        office.await_labels(NAMELESS, "Archive", "対応済", "チャット")
        stage.then("all four sent: B waits under 返信待ち, A is 対応済; archived")

        stage.does("佐藤", "writes 修正 and new words about the price for 高橋様")
        office.answer(SATO, self.request(SATO, MISAKI), f"修正\n{NEW_PRICE}")
        back = self.request(SATO, MISAKI, "6,600円")
        stage.then("not sent yet; shown back as revision 2:")
        stage.page("\n".join(text_of(back).splitlines()[:2]))
        stage.check("an edited answer is not sent before it was approved", not office.inbox(MISAKI))
        office.answer(SATO, back, "OK")
        office.await_labels(TAKAHASHI, "Archive", "対応済")
        stage.then("OK: sent in the new words")

        stage.does("佐藤", "rejects the answer to 斎藤様: NG 先に電話で確認します")
        office.answer(SATO, self.request(SATO, NAOKI), "NG 先に電話で確認します")
        self.request(SUZUKI, NAOKI, "先に電話で確認します")
        stage.then("nothing sent; back on the desk, with the reason")

        stage.does("鈴木", "電話済 about 渡辺様, who left no address")
        office.answer(SUZUKI, self.request(SUZUKI, "渡辺 実"), "電話済 回数券は店頭でご用意と案内")
        office.await_labels(WATANABE, "Archive", "対応済", "チャット")
        stage.then("対応済, archived, no mail to anybody")

        self.to_the_shop()

        stage.does("鈴木", "is out: the phone answers the request about 加藤様 by itself")
        log = office.log().count("says that the agent is away")
        office.answer(
            SUZUKI, self.request(SUZUKI, KEIKO), "OK、戻り次第ご連絡します。", "Auto-Submitted: auto-replied\n"
        )
        wait_for("the machine's answer to be seen", lambda: office.log().count("says that the agent is away") > log)
        stage.then("the OK of a machine decides nothing; 加藤様 still waits")

    def to_the_shop(self):
        stage, office = self.stage, self.office
        stage.does("佐藤", "店舗 about the symptoms of 小林様: the staff must answer")
        office.answer(SATO, self.request(SATO, YUMI), "店舗")
        holding = self.request(SATO, YUMI, "不在にしており")
        stage.then("the staff are away until 8/29, so a holding mail is asked first:")
        line = next(line for line in text_of(holding).splitlines() if "不在にしており" in line)
        stage.page(line)
        office.answer(SATO, holding, "OK")
        office.await_mail(SHINJUKU, YUMI)
        office.await_labels(KOBAYASHI, "INBOX", "店舗依頼", "チャット")
        stage.then("sent; 新宿院 is asked; the mail stays in the inbox, 店舗依頼")

    def received(self):
        stage, office = self.stage, self.office
        stage.scene("What the customers received")
        wanted = {HANAKO: 1, KENTA: 1, MISAKI: 1, MAKOTO: 1, KEITAI: 1, YUMI: 1, EMMA: 1, NAOKI: 0, KEIKO: 0}
        whole = ""
        for customer in CUSTOMERS:
            mails = office.inbox(customer)
            whole += "".join(mail.as_string() + text_of(mail) for mail in mails)
            stage.row(
                [
                    (customer, 24),
                    (f"{len(mails)} mail{'' if len(mails) == 1 else 's'}", 7),
                    (mails[0]["Subject"] if mails else "— nobody approved one", 45),
                ]
            )
        counts = {customer: len(office.inbox(customer)) for customer in CUSTOMERS}
        stage.check("each approved answer arrived exactly once, the others not at all", counts == wanted)
        stage.check("高橋様 got the agent's words, not the template's", "6,600円" in text_of(office.inbox(MISAKI)[0]))
        sorry = ("申し訳ございません", "sorry")
        mails = [mail for customer in CUSTOMERS for mail in office.inbox(customer)]
        stage.check(
            "every mail to a customer apologises for the wait",
            all(any(word in text_of(mail) for word in sorry) for mail in mails),
        )
        stage.check(
            "no token, case number or colleague's address in a customer's mail",
            not any(word in whole for word in ("token", "C-", "agents.example", "reservation1+")),
        )
        stage.check("the form's robot was never answered", not office.inbox(FORM))

    def going_on(self):
        stage, office = self.stage, self.office
        stage.scene("Life goes on in the mailbox")
        stage.does("somebody", "booked 中村様 by telephone and takes 返信待ち off by hand")
        office.take_label_off("Archive", NAKAMURA, "$AwaitingReply")
        stage.does("山田様", "answers: 8/29の15時でお願いします。")
        office.answer(HANAKO, office.inbox(HANAKO)[0], "8/29の15時でお願いします。")
        again = office.await_mail(SATO, HANAKO, "お客様から続きのメールが届きました")
        stage.then("back on the desk, read anew, both mails in one request:")
        stage.page("■ ご希望" + text_of(again).split("■ ご希望")[1].split("■ 返事")[0])
        nakamura = case_of(self.request(SATO, KENTA))

        def converted():
            return office.run_json("case", nakamura)[0]["state"] == "converted"

        wait_for("中村様's case to be converted", converted)
        stage.then("中村様's case is closed as 予約確定: the hand was understood")
        stage.check("a label taken off by hand closed the case as booked", converted())
