"""Seeded mails for the bench: the same number and seed give the same bytes on every machine.

Light mails are what a shared desk gets, 2 to 13 kB and 4 on average: contact forms, customers' own words, answers with quotes, fallbacks of a
chat program, newsletters, bounces, in Japanese, English, Polish and Chinese. Heavy mails carry attachments of up to 5 MiB.
Every name, number and address is invented.
"""

import base64
import os
import random
from datetime import datetime, timedelta, timezone

JST = timezone(timedelta(hours=9))
# The last mail of every corpus comes before this instant, at which the bench lets the program work.
NOW = "2026-06-18T20:00:00+09:00"
LAST = datetime(2026, 6, 18, 19, 0, tzinfo=JST)
DESK = "reservation1@jitanbody.example"
ROBOT = "form@jitanbody.example"

NAMES = {
    "ja": ["柏木 遥", "三枝 ほのか", "伊藤 大輔", "小松 さくら", "長谷川 誠", "古川 由紀", "東 一郎", "浜田 みなみ"],
    "en": ["Helen Marsh", "Oliver Penn", "Grace Whitlock", "Samuel Ortega", "Priya Nair", "Tom Becket"],
    "pl": ["Agnieszka Kowal", "Piotr Zieliński", "Łucja Wrona", "Marek Dąbek", "Żaneta Górska"],
    "zh": ["李晓梅", "王志强", "陈思远", "赵丽", "周建国"],
}
OPENING = {
    "ja": ["はじめまして。知人の紹介でこちらを知りました。", "お世話になっております。先月そちらで施術を受けた者です。", "突然のご連絡失礼いたします。ホームページを拝見しました。"],
    "en": ["Hello, a friend of mine recommended you.", "Good morning, I was at your place last month.", "Hi there, I found your page while looking for help."],
    "pl": ["Dzień dobry, znajoma poleciła mi Państwa gabinet.", "Witam, byłam u Państwa w zeszłym miesiącu.", "Dzień dobry, znalazłem Państwa stronę w internecie."],
    "zh": ["您好，朋友推荐我联系你们。", "你好，我上个月在贵店做过一次理疗。", "您好，我在网上看到了你们的网站。"],
}
WISH = {
    "ja": ["6月{d}日の{h}時から{i}時のあいだで予約をお願いできますでしょうか。", "{d}日の{h}時以降か、来週の土曜日の午前中で空いている時間はありますか。", "予約を6月{d}日の{h}時に変更していただきたいです。", "6月{d}日{h}時の予約をキャンセルさせてください。", "料金と、駐車場の有無を教えていただけますでしょうか。", "営業時間と、カードで支払えるかどうかを教えてください。", "領収書の宛名を会社名でお願いすることはできますか。"],
    "en": ["Could I book an appointment on June {d} at {h}:00, or any time that afternoon?", "I would like to move my appointment to June {d}, after {h}:00 if possible.", "I have to cancel my visit on June {d}, sorry about that.", "How much does a first visit cost, and is there parking nearby?", "What are your opening hours at the weekend?"],
    "pl": ["Czy mogę umówić wizytę na {d} czerwca o godzinie {h}:00?", "Chciałabym przełożyć wizytę na {d} czerwca po godzinie {h}:00.", "Muszę odwołać wizytę {d} czerwca, bardzo przepraszam.", "Ile kosztuje pierwsza wizyta i czy jest parking?"],
    "zh": ["我想预约6月{d}日{h}点，请问有空吗？", "我想把预约改到6月{d}日下午{h}点以后。", "很抱歉，我需要取消6月{d}日的预约。", "请问第一次多少钱？附近可以停车吗？"],
}
REST = {
    "ja": ["三か月ほど前から肩から首にかけて張りが強く、デスクワークのあとは頭が重く感じます。", "病院では骨に異常はないと言われましたが、朝起きるときに腰がつらいです。", "当日は電車で伺う予定です。最寄りの出口も教えていただけると助かります。", "子どもを一人連れて行ってもよいでしょうか。静かに待てる年齢です。", "以前ほかの院に通っていたのですが、引っ越しで通えなくなりました。", "施術のあとに運動をしてもかまわないか、あわせて知りたいです。"],
    "en": ["My neck and shoulders have been stiff for about three months, mostly after a day at the desk.", "The doctor says that nothing is broken, but getting up in the morning is hard.", "I would come by train, so please tell me which exit is the closest one.", "I used to go somewhere else before we moved to this part of town.", "Is it all right to do some sport afterwards, or should I rest for a day?"],
    "pl": ["Od trzech miesięcy mam sztywny kark i ramiona, najbardziej po całym dniu przy biurku.", "Lekarz mówi, że nic nie jest złamane, ale rano trudno mi wstać.", "Przyjadę pociągiem, więc proszę napisać, które wyjście jest najbliżej.", "Wcześniej chodziłam gdzie indziej, ale się przeprowadziliśmy."],
    "zh": ["大约三个月以来，我的肩膀和脖子一直很僵硬，尤其是坐了一天办公室之后。", "医生说骨头没有问题，但是早上起床的时候腰很难受。", "我会坐地铁过来，请告诉我哪个出口最近。", "之前我去过别的地方，后来搬家就不方便了。"],
}
CLOSING = {
    "ja": "お忙しいところ恐れ入りますが、よろしくお願いいたします。",
    "en": "Thank you very much, and best regards,",
    "pl": "Z góry dziękuję i pozdrawiam,",
    "zh": "谢谢，等待您的回复。",
}
LABELS = {
    "ja": ("ホームページからお問い合わせがありました。", "お名前", "電話番号", "メールアドレス", "ご希望の院", "お問い合わせ内容", "新宿院"),
    "en": ("A message was sent through the contact form.", "Name", "Phone", "E-mail", "Shop", "Message", "新宿院"),
    "pl": ("Wysłano wiadomość przez formularz kontaktowy.", "Imię i nazwisko", "Telefon", "E-mail", "Gabinet", "Wiadomość", "新宿院"),
    "zh": ("网站收到一条新留言。", "姓名", "电话", "邮箱", "门店", "留言内容", "池袋院"),
}
SUBJECTS = {
    "ja": ["予約について", "ご相談", "お問い合わせ", "日時変更のお願い"],
    "en": ["Appointment", "A question", "Booking"],
    "pl": ["Wizyta", "Pytanie", "Rezerwacja"],
    "zh": ["预约", "咨询", "请问"],
}
KINDS = [("form", 40), ("person", 20), ("reply", 10), ("chat", 5), ("newsletter", 20), ("bounce", 5)]
LANGS = [("ja", 70), ("en", 12), ("pl", 9), ("zh", 9)]


def trace(rng, number, when):
    """What servers put on top of a mail: about 1.5 kB, as on most mails that cross the internet."""
    stamp = when.strftime("%a, %d %b %Y %H:%M:%S +0900")
    random_text = base64.b64encode(rng.randbytes(190)).decode()
    signature = "\r\n ".join(random_text[at : at + 72] for at in range(0, len(random_text), 72))
    return [
        ("Return-Path", f"<bounces+{number}@mail.example>"), ("Delivered-To", DESK),
        ("Received", f"from mx.jitanbody.example (mx.jitanbody.example [192.0.2.25])\r\n\tby imap.jitanbody.example with LMTP\r\n\tid {rng.randbytes(12).hex()} for <{DESK}>; {stamp}"),
        ("Received", f"from out{number % 9}.mail.example (out{number % 9}.mail.example [198.51.100.{number % 250}])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\tby mx.jitanbody.example (Postfix) with ESMTPS id {rng.randbytes(6).hex()}\r\n\tfor <{DESK}>; {stamp}"),
        ("Authentication-Results", "mx.jitanbody.example; dkim=pass header.d=mail.example header.i=@mail.example\r\n\theader.s=s2026; spf=pass smtp.mailfrom=mail.example"),
        ("DKIM-Signature", f"v=1; a=rsa-sha256; c=relaxed/relaxed; d=mail.example; s=s2026;\r\n\th=from:to:subject:date:message-id:mime-version; bh={base64.b64encode(rng.randbytes(32)).decode()};\r\n\tb={signature}"),
        ("X-Spam-Status", "No, score=-1.9 required=5.0 tests=BAYES_00,DKIM_SIGNED,DKIM_VALID,\r\n\tHTML_MESSAGE,SPF_PASS autolearn=ham autolearn_force=no version=4.0.0"),
    ]


def chosen(rng, weighted):
    words, weights = zip(*weighted)
    return rng.choices(words, weights)[0]


def word(text):
    """A header's encoded word, or the text itself where ASCII does."""
    if text.isascii():
        return text
    return "=?utf-8?B?" + base64.b64encode(text.encode()).decode() + "?="


def mail(headers, body, kind="plain"):
    coded = base64.encodebytes(body.replace("\n", "\r\n").encode()).replace(b"\n", b"\r\n")
    lines = [f"{name}: {value}" for name, value in headers]
    lines += ["MIME-Version: 1.0", f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: base64"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + coded


def story(rng, lang):
    """A customer's words, two to nine sentences."""
    wish = rng.choice(WISH[lang]).format(d=rng.randint(20, 29), h=rng.randint(10, 15), i=rng.randint(16, 19))
    rest = [rng.choice(REST[lang]) for _ in range(rng.randint(2, 12))]
    return "\n".join([rng.choice(OPENING[lang]), *rest, wish])


def form(rng, lang, number, name, head):
    intro, *labels, shop = LABELS[lang]
    values = [name, f"090-5550-{number % 10000:04}", address(number), shop, story(rng, lang)]
    fields = "".join(f"■{label}：{value}\n" for label, value in zip(labels, values))
    foot = "\n--\nこのメールはお問い合わせフォームから送信されました\nhttps://jitanbody.example/contact\nTEL 03-1234-5678\n"
    headers = [("From", ROBOT), ("To", DESK), ("Subject", word(f"【お問い合わせ】{name}")), *head]
    return mail(headers, f"{intro}\n\n{fields}{foot}")


def person(rng, lang, number, name, head):
    headers = [("From", f"{word(name)} <{address(number)}>"), ("To", DESK), ("Subject", word(rng.choice(SUBJECTS[lang]))), *head]
    return mail(headers, f"{story(rng, lang)}\n{CLOSING[lang]}\n\n{name}\n")


def reply(rng, lang, number, name, head):
    quoted = "".join(f"> {line}\n" for line in (story(rng, lang) + "\n" + story(rng, lang)).splitlines())
    intro = {"ja": "2026年6月10日(水) 10:00 JITANBODY整体院 <reservation1@jitanbody.example>:", "zh": "在 2026年6月10日，reservation1@jitanbody.example 写道："}
    intro = intro.get(lang, "On Wed, Jun 10, 2026 at 10:00, <reservation1@jitanbody.example> wrote:")
    headers = [("From", f"{word(name)} <{address(number)}>"), ("To", DESK), ("Subject", word("Re: " + rng.choice(SUBJECTS[lang]))), ("In-Reply-To", f"<old.{number}@customer.example>"), *head]
    return mail(headers, f"{story(rng, lang)}\n{CLOSING[lang]}\n{name}\n\n{intro}\n{quoted}")


def chat(rng, lang, number, name, head):
    lines = f"チャットボットで対応できなかったお問い合わせです。\n\nお客様名={name}\n連絡先={address(number)}\n電話=なし\n会話ログ:\n"
    lines += "ボット: ご用件をお選びください\nお客様: 予約\nボット: 希望日時を入力してください\n"
    lines += f"お客様: {rng.choice(WISH[lang]).format(d=rng.randint(20, 29), h=rng.randint(10, 15), i=18)}\nボット: 担当者におつなぎします\n"
    headers = [("From", "TalkForm <bot@talkform.example>"), ("To", DESK), ("Subject", word("[TalkForm] チャット未対応のお客様")), *head]
    return mail(headers, lines)


def newsletter(rng, lang, number, name, head):
    rows = "".join(
        f'<tr><td><img src="https://img.kurashi.example/{number}/{row}.jpg" alt=""></td><td style="font-size:14px">'
        f"<p>{rng.choice(REST[lang])}</p><a href=\"https://kurashi.example/{number}/{row}\">&raquo;</a></td></tr>\n"
        for row in range(rng.randint(8, 30))
    )
    page = f"<html><head><style>td{{padding:4px}}</style></head><body><table width=600>{rows}</table></body></html>"
    headers = [
        ("From", "Kurashi <news@kurashi.example>"), ("To", DESK), ("Subject", word(f"今月のお知らせ {number}")),
        ("List-Id", "<news.kurashi.example>"), ("List-Unsubscribe", f"<https://kurashi.example/stop/{number}>"), ("Precedence", "bulk"), *head,
    ]
    return mail(headers, page, "html")


def bounce(rng, _lang, number, _name, head):
    lines = [f"{name}: {value}" for name, value in [
        ("From", "Mail Delivery System <MAILER-DAEMON@mx.customer.example>"), ("To", DESK),
        ("Subject", "Undelivered Mail Returned to Sender"), ("Auto-Submitted", "auto-replied"), *head, ("MIME-Version", "1.0"),
        ("Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"'),
    ]]
    lines += [
        "", "--b", "Content-Type: text/plain; charset=us-ascii", "",
        "This is the mail system at host mx.customer.example.", "", "I'm sorry to have to inform you that your message could not",
        "be delivered to one or more recipients.", "", f"<{address(number)}>: host mx.customer.example said: 550 5.1.1 no such user",
        "", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.customer.example", "",
        f"Final-Recipient: rfc822; {address(number)}", "Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 no such user",
        "", "--b", "Content-Type: message/rfc822", "", f"From: {DESK}", f"To: {address(number)}", "Subject: Ihr Termin",
        f"Message-ID: <gone.{number}@elsewhere.example>", "", *(f"line {line} of what was written, {rng.random()}" for line in range(10)), "--b--", "",
    ]
    return "\r\n".join(lines).encode()


def address(number):
    return f"customer{number}@mail.example"


def light(count, seed=1):
    """Yields (bytes, when), oldest first, a minute apart."""
    makers = {"form": form, "person": person, "reply": reply, "chat": chat, "newsletter": newsletter, "bounce": bounce}
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        lang = chosen(rng, LANGS)
        when = LAST - timedelta(minutes=count - number)
        head = [("Date", when.strftime("%a, %d %b %Y %H:%M:%S +0900")), ("Message-ID", f"<light.{seed}.{number}@mail.example>"), *trace(rng, number, when)]
        name = rng.choice(NAMES[lang])
        yield makers[chosen(rng, KINDS)](rng, lang, number, name, head), when


def heavy(count, seed=2):
    """The same people, with attachments of 100 kB to 5 MiB on most mails."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        lang = chosen(rng, LANGS)
        when = LAST - timedelta(minutes=count - number)
        name = rng.choice(NAMES[lang])
        lines = [
            f"From: {word(name)} <{address(number)}>", f"To: {DESK}", "Subject: " + word(rng.choice(SUBJECTS[lang])),
            "Date: " + when.strftime("%a, %d %b %Y %H:%M:%S +0900"), f"Message-ID: <heavy.{seed}.{number}@mail.example>",
            "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64", "",
            base64.encodebytes(f"{story(rng, lang)}\n{CLOSING[lang]}\n{name}\n".encode()).decode().replace("\n", "\r\n"),
        ]
        parts = ["\r\n".join(lines).encode()]
        # Sizes spread evenly over powers of two, as photographs and scans are.
        size = int(100_000 * 2 ** rng.uniform(0, 5.7)) * 3 // 4
        picture = base64.encodebytes(rng.randbytes(size)).replace(b"\n", b"\r\n")
        parts.append(b"--b\r\nContent-Type: image/jpeg; name=\"photo.jpg\"\r\nContent-Disposition: attachment; filename=\"photo.jpg\"\r\n"
                     b"Content-Transfer-Encoding: base64\r\n\r\n" + picture)
        yield b"\r\n".join(parts) + b"--b--\r\n", when


def write(folder, mails):
    """A Maildir's `cur`, in the order of arrival; answers how many mails and bytes."""
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, name))
    count = size = 0
    for data, when in mails:
        path = os.path.join(folder, "cur", f"{1_700_000_000 + count}.M{count:07}P1.bench:2,")
        with open(path, "wb") as file:
            file.write(data)
        # Dovecot takes a file's time as INTERNALDATE.
        os.utime(path, (when.timestamp(), when.timestamp()))
        count += 1
        size += len(data)
    return {"mails": count, "bytes": size}
