//! Templates: the shipped ones render, broken ones are refused at the right place, unknown values are said.

use std::path::Path;

use expect_test::{Expect, expect};
use madoguchi::config;
use madoguchi::templates::{self, Options, Templates, VARIABLES};
use madoguchi::triage::draft::{Compose, Values};

/// As the sample config says.
fn options() -> Options {
    let config = config::parse(Path::new("config.toml"), include_str!("../config.toml"));
    Options::from(&config.expect("tests/config.rs loads the sample").reply)
}

fn shipped() -> Templates {
    templates::load(Path::new("templates"), &options()).expect("the shipped templates load")
}

/// Every variable with its example, except some.
fn values(without: &[&str]) -> Values {
    let mut values = Values::default();
    for variable in VARIABLES.iter().filter(|variable| !without.contains(&variable.name)) {
        values.set(variable.name, variable.example);
    }
    values
}

/// Loads a folder that holds one file, and compares what is said about it.
fn check_fault(name: &str, text: &str, expected: &Expect) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join(name), text).expect("a file in it");
    let said = match templates::load(folder.path(), &options()) {
        Ok(_) => "no fault".to_owned(),
        Err(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    let folder = folder.path().display().to_string();
    expected.assert_eq(&said.replace(&format!("{folder}/"), "").replace(&folder, "templates"));
}

#[test]
fn broken_templates_are_refused_at_the_right_place() {
    for (text, expected) in [
        (
            "",
            expect![[
                r#"test.txt:1:1: no front matter; begin with a line `---`, then subject = "…", then a line `---`, then the text"#
            ]],
        ),
        (
            "お世話になります。",
            expect![[
                r#"test.txt:1:1: no front matter; begin with a line `---`, then subject = "…", then a line `---`, then the text"#
            ]],
        ),
        (
            "---\nsubject = \"x\"\n",
            expect![[
                r#"test.txt:1:1: the front matter is not closed; begin with a line `---`, then subject = "…", then a line `---`, then the text"#
            ]],
        ),
        (
            "---\n---\n{{ apology }}",
            expect![[r#"test.txt:2:1: missing key `subject`; such as subject = "【{{ desk_name }}】…""#]],
        ),
        (
            "---\nsubject = \"x\"\n---\n\n",
            expect!["test.txt:4:1: the template has no text; write it below the second `---`"],
        ),
        (
            "---\nsubject = x\n---\n{{ apology }}",
            expect!["test.txt:2:11: string values must be quoted, expected literal string"],
        ),
        (
            "---\nsubjekt = \"x\"\n---\n{{ apology }}",
            expect![[r#"
            test.txt:2:1: missing key `subject`; such as subject = "【{{ desk_name }}】…"
            test.txt:2:1: unknown key `subjekt`; did you mean `subject`?"#]],
        ),
        (
            "---\nsubject = \"a\\nb\"\n---\n{{ apology }}",
            expect![
                "test.txt:2:11: `subject` contains a line break or control character; write it on one line"
            ],
        ),
        (
            "---\nsubject = \"{{ desk_nam }}\"\n---\n{{ apology }}",
            expect!["test.txt:2:15: unknown variable `desk_nam`; did you mean `desk_name`?"],
        ),
        (
            "---\nsubject = \"{{ desk_name\"\n---\n{{ apology }}",
            expect![
                "test.txt:2:15: unexpected end of input, expected end of variable block; docs/templates.md shows what can be written"
            ],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}\nお客様 {{ custmer_name }}",
            expect!["test.txt:5:8: unknown variable `custmer_name`; did you mean `customer_name`?"],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}\n{{ customer_content }}\n{{ x }}",
            expect![[r#"
            test.txt:5:4: unknown variable `customer_content`; docs/templates.md lists the variables
            test.txt:6:4: unknown variable `x`; docs/templates.md lists the variables"#]],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}\nお客様 {{ customer_name }",
            expect![
                "test.txt:5:22: unexpected `}`, expected end of variable block; docs/templates.md shows what can be written"
            ],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}\n{% if shop_name %}",
            expect![
                "test.txt:5:17: unexpected end of input, expected end of block; docs/templates.md shows what can be written"
            ],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}\n{% include \"/etc/passwd\" %}",
            expect!["test.txt:5:4: unknown statement include; docs/templates.md shows what can be written"],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}\n  {{ shop_name | upper }}",
            expect!["test.txt:5:18: filter upper is unknown; the filters are `sama` and `trim`"],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}{% if shop_name is number %}a{% endif %}",
            expect!["test.txt:4:33: test number is unknown; the only test is `is defined`"],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}{% if today is not defined %}{{ desk_name | upper }}{% endif %}",
            expect!["test.txt:4:58: filter upper is unknown; the filters are `sama` and `trim`"],
        ),
        (
            "---\nsubject = \"x\"\n---\nお世話になります。",
            expect![
                "test.txt:4:1: the template does not apologise for the wait; write {{ apology }}, one of [reply] apology_phrases, or apology = false in the front matter"
            ],
        ),
        ("---\nsubject = \"x\"\napology = false\n---\nお世話になります。", expect!["no fault"]),
        ("---\nsubject = \"x\"\n---\n大変申し訳ございません。", expect!["no fault"]),
        ("---\nsubject = \"x\"\n---\nWe are SORRY.", expect!["no fault"]),
        (
            "---\r\nsubject = \"x\"\r\n---\r\n{{ apology }}\r\n{{ nobody }}\r\n",
            expect!["test.txt:5:4: unknown variable `nobody`; docs/templates.md lists the variables"],
        ),
        (
            "---\nsubject = \"x\"\nfallback = { shop = \"院\" }\n---\n{{ apology }}",
            expect![
                "test.txt:3:14: unknown key `fallback.shop`; known keys: agent_name, answer_by, apology, ask_first, ask_missing, away_back, away_from, away_until, away_who, case_number, complaint_cause, complaint_date, complaint_demands, complaint_order, complaint_prevention, complaint_product, complaint_received, complaint_what, customer_name, desk_name, desk_phone, desk_url, first_wish, model, received_date, shop_access, shop_hours, shop_name, shop_phone, today, wish_list"
            ],
        ),
        (
            "---\nsubject = \"x\"\nclass = \"C\"\nlanguage = \"de\"\n---\n{{ a }}",
            expect![[r#"
            test.txt:3:9: `C` is not a choice here; write one of "inquiry", "reservation"
            test.txt:4:12: `de` is not a choice here; write one of "ja", "en", "pl", "zh"
            test.txt:6:1: the template does not apologise for the wait; write {{ apology }}, one of [reply] apology_phrases, or apology = false in the front matter
            test.txt:6:4: unknown variable `a`; docs/templates.md lists the variables"#]],
        ),
    ] {
        check_fault("test.txt", text, &expected);
    }
}

#[test]
fn file_names_carry_the_language() {
    let good = "---\nsubject = \"x\"\n---\n{{ apology }}";
    for (name, text, expected) in [
        (
            "First Answer.txt",
            good,
            expect![
                "First Answer.txt: a template's file name is NAME.txt or NAME.LANGUAGE.txt; NAME in a-z, 0-9, - and _; LANGUAGE one of ja, en, pl, zh"
            ],
        ),
        (
            "a.de.txt",
            good,
            expect![
                "a.de.txt: a template's file name is NAME.txt or NAME.LANGUAGE.txt; NAME in a-z, 0-9, - and _; LANGUAGE one of ja, en, pl, zh"
            ],
        ),
        (
            "a.en.txt",
            good,
            expect!["a.en.txt: there is no a.txt to be a translation of; add it, or rename this file"],
        ),
        (
            "a.en.txt",
            "---\nsubject = \"x\"\nlanguage = \"ja\"\n---\n{{ apology }}",
            expect!["a.en.txt:3:12: `language` is not the one in the file name; make them agree"],
        ),
        ("a.md", good, expect!["templates: no templates here; a template is a file that ends in .txt"]),
    ] {
        check_fault(name, text, &expected);
    }
}

#[test]
fn faults_of_all_files_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "b.txt"] {
        std::fs::write(folder.path().join(name), "---\nsubject = \"x\"\n---\n{{ apology }} {{ x }}\n{{ y }}")
            .unwrap();
    }
    let Err(faults) = templates::load(folder.path(), &options()) else { panic!("faults expected") };
    assert_eq!(
        faults.iter().map(|fault| (fault.line, fault.column)).collect::<Vec<_>>(),
        [(4, 18), (5, 4), (4, 18), (5, 4)]
    );
    assert!(templates::load(&folder.path().join("none"), &options()).is_err());
}

#[test]
fn the_language_is_chosen_where_it_exists() {
    let templates = shipped();
    for (name, lang, expected) in [
        ("first-answer", "ja", "first-answer"),
        ("first-answer", "en", "first-answer.en"),
        ("first-answer", "zh", "first-answer.zh"),
        ("price", "en", "price"),
        ("nothing", "en", "nothing"),
    ] {
        assert_eq!(templates.choose(name, lang), expected);
    }
    assert_eq!(templates.get("first-answer.pl").unwrap().language, "pl");
    let names: Vec<_> = templates.iter().map(|template| template.name.as_str()).collect();
    expect!["access acknowledgement acknowledgement.en acknowledgement.pl acknowledgement.zh complaint-report first-answer first-answer.en first-answer.pl first-answer.zh holding hours identity price reservation-proposal reservation-proposal.en shop-handover"].assert_eq(&names.join(" "));
}

#[test]
fn an_acknowledgement_repeats_nothing_that_came_from_outside() {
    let front = "---\nsubject = \"x\"\npurpose = \"acknowledgement\"\n---\n";
    for (text, expected) in [
        (
            format!("{front}{{{{ customer_name }}}}様"),
            expect![
                "test.txt:5:4: `customer_name` may not stand in an acknowledgement, which nobody approves; it may say answer_by, case_number, desk_name, desk_phone"
            ],
        ),
        (
            format!("{front}{{% if wish_list is defined %}}{{{{ wish_list }}}}{{% endif %}}"),
            expect![
                "test.txt:5:7: `wish_list` may not stand in an acknowledgement, which nobody approves; it may say answer_by, case_number, desk_name, desk_phone"
            ],
        ),
        (
            "---\nsubject = \"x\"\n---\n{{ apology }}{{ answer_by }}".to_owned(),
            expect![[
                r#"test.txt:4:17: `answer_by` is known in acknowledgements only; write purpose = "acknowledgement" in the front matter, or remove it"#
            ]],
        ),
        (
            "---\nsubject = \"x\"\npurpose = \"ack\"\n---\n{{ apology }}".to_owned(),
            expect![[
                r#"test.txt:3:11: `ack` is not a choice here; write one of "answer", "acknowledgement", "remote", "complaint_report""#
            ]],
        ),
        (format!("{front}{{{{ answer_by }}}}"), expect!["no fault"]),
    ] {
        check_fault("test.txt", &text, &expected);
    }
}

#[test]
fn acknowledgements_say_by_when_and_nothing_else() {
    let templates = shipped();
    // Everything is known, and only four of it may be said.
    let all = values(&[]);
    for (lang, parts) in [
        ("ja", ["8月27日(木) 14:00までにお返事", "自動送信", "03-1234-5678"]),
        ("en", ["answer you by 8月27日(木) 14:00", "automatic reply", "03-1234-5678"]),
        ("pl", ["odpowie do 8月27日(木) 14:00", "automatyczna", "03-1234-5678"]),
        ("zh", ["8月27日(木) 14:00之前答复", "自动回复", "03-1234-5678"]),
        ("de", ["8月27日(木) 14:00までにお返事", "自動送信", "03-1234-5678"]),
    ] {
        let said = templates.acknowledge("acknowledgement", lang, &all).unwrap();
        let said = format!("{}\n{}", said.subject, said.body);
        for part in parts.iter().chain(&["JITANBODY整体院", "Y4DC76FAYY"]) {
            assert!(said.contains(part), "{lang}: no {part:?} in {said}");
        }
        for word in ["山田", "8月28日", "新宿"] {
            assert!(!said.contains(word), "{lang}: {word}");
        }
    }
    let plain =
        templates.acknowledge("acknowledgement", "ja", &values(&["case_number", "desk_phone"])).unwrap();
    assert!(!plain.body.contains("受付番号") && !plain.body.contains("電話"), "{}", plain.body);
    for (name, without) in [("acknowledgement", "answer_by"), ("first-answer", ""), ("nothing", "")] {
        assert!(templates.acknowledge(name, "ja", &values(&[without])).is_err(), "{name} without {without}");
    }
}

#[test]
fn shipped_templates_render() {
    let templates = shipped();
    for (name, expected) in [
        (
            "access",
            expect![[r#"
                【JITANBODY整体院】新宿院へのアクセスのご案内

                山田 花子様

                この度はJITANBODY整体院へお問い合わせいただき、誠にありがとうございます。
                すぐにお返事を差し上げられず、大変失礼いたしました。
                お待たせして申し訳ございません。

                お問い合わせいただきました新宿院への行き方につきまして、ご案内いたします。

                ■ 新宿院
                東京都新宿区西新宿1-1-1
                JR新宿駅 西口から徒歩5分
                電話 03-1111-2222

                道順がお分かりになりにくい場合は、お気軽にお電話ください。
                お気をつけてお越しくださいませ。

                ――――――――――――――――
                JITANBODY整体院
                電話 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "first-answer",
            expect![[r#"
                【JITANBODY整体院】お問い合わせありがとうございます

                山田 花子様

                この度はJITANBODY整体院へお問い合わせいただき、誠にありがとうございます。
                すぐにお返事を差し上げられず、大変失礼いたしました。
                お待たせして申し訳ございません。

                お問い合わせの内容は、確かに拝見しました。
                担当者が内容を確認のうえ、お電話またはメールにて改めてご連絡いたします。
                恐れ入りますが、今しばらくお待ちくださいますようお願い申し上げます。

                ご都合のよいお時間帯や、追加でお伝えになりたいことがございましたら、
                このメールへのご返信にてお知らせください。

                ――――――――――――――――
                JITANBODY整体院
                電話 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "first-answer.en",
            expect![[r#"
                JITANBODY整体院: thank you for your inquiry

                Dear 山田 花子,

                Thank you for contacting JITANBODY整体院.
                We are sorry that nobody answered you right away and that you had to wait.

                We have read your message. A member of our team will look into it
                and get back to you by telephone or e-mail.

                If there is a time of day that suits you, or anything you would like to add,
                please simply reply to this e-mail.

                Kind regards,

                JITANBODY整体院
                Tel. 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "first-answer.pl",
            expect![[r#"
                JITANBODY整体院: dziękujemy za wiadomość

                Dzień dobry,

                dziękujemy za kontakt z JITANBODY整体院.
                Przepraszamy, że nikt nie odpowiedział od razu i że musieli Państwo czekać.

                Zapoznaliśmy się z Państwa wiadomością. Nasz pracownik sprawdzi sprawę
                i skontaktuje się z Państwem telefonicznie lub e-mailem.

                Jeśli chcieliby Państwo podać dogodną porę kontaktu albo coś dodać,
                prosimy po prostu odpowiedzieć na tę wiadomość.

                Z poważaniem

                JITANBODY整体院
                tel. 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "first-answer.zh",
            expect![[r#"
                【JITANBODY整体院】感谢您的咨询

                山田 花子，您好：

                感谢您联系JITANBODY整体院。
                未能及时回复，让您久等了，我们深表抱歉。

                您的留言我们已经收到。工作人员确认内容后，将通过电话或电子邮件与您联系。

                如您希望指定方便联系的时间，或有其他需要补充的内容，请直接回复本邮件。

                JITANBODY整体院
                电话：03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "holding",
            expect![[r#"
                【JITANBODY整体院】お問い合わせへのご回答につきまして

                山田 花子様

                この度はJITANBODY整体院へお問い合わせいただき、誠にありがとうございます。
                すぐにお返事を差し上げられず、大変失礼いたしました。
                お待たせして申し訳ございません。

                お問い合わせの件は、担当スタッフの山本よりご回答いたします。
                あいにく担当スタッフの山本は8月27日(木)〜8月29日(土)の間不在にしており、
                本日すぐにお答えすることができません。
                8月30日(日)以降に、担当スタッフの山本よりお電話またはメールにてご連絡いたします。

                お時間をいただくこととなり、誠に申し訳ございません。
                今しばらくお待ちくださいますよう、何卒よろしくお願い申し上げます。

                ――――――――――――――――
                JITANBODY整体院
                電話 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "hours",
            expect![[r#"
                【JITANBODY整体院】営業時間についてのお問い合わせありがとうございます

                山田 花子様

                この度はJITANBODY整体院へお問い合わせいただき、誠にありがとうございます。
                すぐにお返事を差し上げられず、大変失礼いたしました。
                お待たせして申し訳ございません。

                お問い合わせいただきました営業時間につきまして、ご案内いたします。

                ■ 新宿院の営業時間
                平日 10:00〜21:00
                土日祝 9:00〜19:00

                ご予約をご希望の際は、ご希望の日時をこのメールへのご返信にてお知らせください。
                ご来院を心よりお待ちしております。

                ――――――――――――――――
                JITANBODY整体院
                電話 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "identity",
            expect![[r#"
                【JITANBODY整体院】お客様情報のご確認のお願い

                山田 花子様

                この度はJITANBODY整体院へお問い合わせいただき、誠にありがとうございます。
                すぐにお返事を差し上げられず、大変失礼いたしました。
                お待たせして申し訳ございません。

                誠に恐れ入りますが、いただいた内容からはお客様を確認することができませんでした。
                お手数をおかけいたしますが、次の3点をこのメールへのご返信にてお知らせください。

                ・お名前(フルネーム)
                ・お電話番号
                ・ご利用中、またはご希望の院名

                確認ができ次第、改めてご案内いたします。
                何卒よろしくお願い申し上げます。

                ――――――――――――――――
                JITANBODY整体院
                電話 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "price",
            expect![[r#"
                【JITANBODY整体院】料金についてのお問い合わせありがとうございます

                山田 花子様

                この度はJITANBODY整体院へお問い合わせいただき、誠にありがとうございます。
                すぐにお返事を差し上げられず、大変失礼いたしました。
                お待たせして申し訳ございません。

                お問い合わせいただきました料金につきまして、ご案内いたします。
                料金は、施術の内容とお時間によって異なります。
                最新の料金は、次のページにてご確認いただけます。

                https://jitanbody.example/

                ご希望の施術やお身体の状態をお知らせいただけましたら、
                目安の料金を改めてご案内いたします。
                このメールへのご返信にて、お気軽にお知らせください。

                ――――――――――――――――
                JITANBODY整体院
                電話 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "reservation-proposal",
            expect![[r#"
                【JITANBODY整体院】ご予約のご希望を承りました

                山田 花子様

                この度はJITANBODY整体院へご予約のご希望をお寄せいただき、誠にありがとうございます。
                すぐにお返事を差し上げられず、大変失礼いたしました。
                お待たせして申し訳ございません。

                次の日時でご希望を承りました。

                ■ ご希望の日時
                8月27日(木) 14:00
                8月28日(金) 10:00

                ■ ご希望の院
                新宿院

                お手数ですが、上記の内容に誤りがないかご確認のうえ、
                このメールへのご返信にてお知らせください。
                空き状況を確認し、お電話またはメールにてご予約の可否をご連絡いたします。

                なお、このメールの時点では、ご予約はまだ確定しておりません。
                変更をご希望の場合は、あわせてご返信くださいますようお願い申し上げます。

                ――――――――――――――――
                JITANBODY整体院
                電話 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "reservation-proposal.en",
            expect![[r#"
                JITANBODY整体院: we received your booking request

                Dear 山田 花子,

                Thank you for your booking request to JITANBODY整体院.
                We are sorry that nobody answered you right away and that you had to wait.

                You asked for the following times, as we understood them:

                8月27日(木) 14:00
                8月28日(金) 10:00

                Clinic: 新宿院

                Please reply to this e-mail to confirm that they are correct, or to change them.
                We will then check availability and tell you by telephone or e-mail
                whether the booking can be made.

                Please note that nothing has been booked yet.

                Kind regards,

                JITANBODY整体院
                Tel. 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
        (
            "shop-handover",
            expect![[r#"
                【JITANBODY整体院】お問い合わせの件につきまして

                山田 花子様

                この度はJITANBODY整体院へお問い合わせいただき、誠にありがとうございます。
                すぐにお返事を差し上げられず、大変失礼いたしました。
                お待たせして申し訳ございません。

                お問い合わせの件は、新宿院のスタッフが内容を確認のうえ、
                お電話またはメールにてご回答いたします。
                お身体に関わる大切な内容ですので、確認にお時間をいただく場合がございます。
                恐れ入りますが、今しばらくお待ちくださいますようお願い申し上げます。

                お急ぎの場合は、お手数ですが新宿院(電話 03-1111-2222)まで
                直接お電話ください。

                ――――――――――――――――
                JITANBODY整体院
                電話 03-1234-5678
                https://jitanbody.example/
            "#]],
        ),
    ] {
        let composed = templates.compose(name, "ja", &values(&[])).unwrap();
        expected.assert_eq(&format!("{}\n\n{}", composed.subject, composed.body));
    }
}

#[test]
fn a_first_answer_needs_only_the_desk() {
    let mut values = Values::default();
    values.set("desk_name", "JITANBODY整体院");
    let composed = shipped().compose("first-answer", "ja", &values).unwrap();
    expect![[r#"
        お客様

        この度はJITANBODY整体院へお問い合わせいただき、誠にありがとうございます。
        すぐにお返事を差し上げられず、大変失礼いたしました。
        お待たせして申し訳ございません。

        お問い合わせの内容は、確かに拝見しました。
        担当者が内容を確認のうえ、お電話またはメールにて改めてご連絡いたします。
        恐れ入りますが、今しばらくお待ちくださいますようお願い申し上げます。

        ご都合のよいお時間帯や、追加でお伝えになりたいことがございましたら、
        このメールへのご返信にてお知らせください。

        ――――――――――――――――
        JITANBODY整体院
    "#]]
    .assert_eq(&composed.body);
}

#[test]
fn the_sample_config_fills_the_shop_templates() {
    let config = config::parse(Path::new("config.toml"), include_str!("../config.toml")).unwrap();
    let templates = shipped();
    for shop in &config.shops {
        let mut values = config.desk_values(None);
        shop.describe(&mut values);
        for name in ["price", "hours", "access", "shop-handover"] {
            let composed = templates.compose(name, "ja", &values);
            assert!(composed.is_ok(), "{name} for {}: {composed:?}", shop.name);
        }
    }
    let mut values = config.desk_values(None);
    let absence = config.shops[0].absent_on(jiff::civil::date(2026, 8, 28)).unwrap();
    absence.describe(&mut values, "ja");
    let composed = templates.compose("holding", "ja", &values).unwrap();
    assert!(composed.body.contains("山本は8月27日(木)〜8月29日(土)の間"), "{}", composed.body);
}

#[test]
fn what_is_unknown_is_said_to_the_agent() {
    let templates = shipped();
    for (name, without, expected) in [
        (
            "access",
            &["shop_access"][..],
            expect![[
                r#"テンプレート「access」に入れる shop_access(店舗への行き方) が分かりません。config.toml の [[shop]] に access を書くか、「修正」に続けて本文を返信してください。 / Template "access" needs, but does not know: shop_access (the way to the shop)."#
            ]],
        ),
        (
            "access",
            &["shop_access", "shop_name", "shop_phone"],
            expect![[
                r#"テンプレート「access」に入れる shop_access(店舗への行き方)、shop_name(店舗名) が分かりません。config.toml の [[shop]] に access を書くか、「修正」に続けて本文を返信してください。 / Template "access" needs, but does not know: shop_access (the way to the shop), shop_name (the shop's name)."#
            ]],
        ),
        (
            "holding",
            &["away_from", "away_until", "away_back"],
            expect![[
                r#"テンプレート「holding」に入れる away_back(スタッフが戻る日)、away_from(不在の最初の日)、away_until(不在の最後の日) が分かりません。config.toml に [[shop.away]] を書くか、「修正」に続けて本文を返信してください。 / Template "holding" needs, but does not know: away_back (the day the staff are back), away_from (the first day the staff are away), away_until (the last day the staff are away)."#
            ]],
        ),
        (
            "price",
            &["desk_url"],
            expect![[
                r#"テンプレート「price」に入れる desk_url(ホームページのアドレス) が分かりません。config.toml の [desk] に url を書くか、「修正」に続けて本文を返信してください。 / Template "price" needs, but does not know: desk_url (the address of our web site)."#
            ]],
        ),
        (
            "reservation-proposal",
            &["wish_list"],
            expect![[
                r#"テンプレート「reservation-proposal」に入れる wish_list(ご希望の日時(1行に1つ)) が分かりません。「修正」に続けて本文を返信してください。 / Template "reservation-proposal" needs, but does not know: wish_list (the wished dates, one a line)."#
            ]],
        ),
        (
            "missing",
            &[],
            expect![[
                r#"テンプレート「missing」がありません。templates フォルダーに missing.txt を作るか、「修正」に続けて本文を返信してください。 / There is no template "missing"."#
            ]],
        ),
    ] {
        expected.assert_eq(&templates.compose(name, "ja", &values(without)).unwrap_err());
    }
}

#[test]
fn values_cannot_break_out_of_their_line() {
    let mut values = values(&[]);
    values.set("desk_name", "窓口\r\nBcc: x@example.com");
    values.set("customer_name", "山田\n{{ desk_phone }}様");
    let composed = shipped().compose("first-answer", "ja", &values).unwrap();
    assert_eq!(composed.subject, "【窓口 Bcc: x@example.com】お問い合わせありがとうございます");
    assert!(composed.body.starts_with("山田 {{ desk_phone }}様\n"), "{}", composed.body);
}

#[test]
fn the_documentation_lists_every_variable() {
    let documentation = include_str!("../docs/templates.md");
    for variable in &VARIABLES {
        let example = variable.example.replace('\n', "<br>");
        let row = format!("| `{}` | {}, {} | {example} |", variable.name, variable.ja, variable.en);
        assert!(documentation.contains(&row), "docs/templates.md lacks: {row}");
    }
    let rows = documentation.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, VARIABLES.len());
}

#[test]
fn half_a_template_is_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let text = include_str!("../templates/reservation-proposal.txt");
    for (end, _) in text.char_indices() {
        std::fs::write(folder.path().join("half.txt"), text.get(..end).unwrap()).unwrap();
        if let Err(faults) = templates::load(folder.path(), &options()) {
            assert!(!faults.is_empty());
        }
    }
}
