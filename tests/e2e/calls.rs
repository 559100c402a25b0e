//! Workflow W2, a software maker's support desk, with the rules and templates of `examples/software-support`: version and
//! model first, the call sheet, a long call, remote guidance, and a telephone call that comes in by mail.

use std::path::Path;

use serde_json::Value;

use crate::support::dkim::Signer;
use crate::support::dovecot::Dovecot;
use crate::support::office::{DESK, Office, letter, text};
use crate::support::story::{Carrier, HANAKO, Post, SATO, SUZUKI, Story, TANAKA, holds, receivers, to};

/// 「新規 電話」, as mail programs write it into a subject.
const NEW_CALL: &str = "=?UTF-8?B?5paw6KaPIOmbu+ipsQ==?=";

/// The documented office with the sample's rules, templates and products.
async fn support_desk() -> Story {
    let story = Story::open().await;
    furnish(&story.office);
    story
}

fn furnish(office: &Office) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["rules", "templates"] {
        let (from, to) = (root.join(folder), root.join("examples/software-support").join(folder));
        office
            .edit(&format!("{folder} = \"{}\"", from.display()), &format!("{folder} = \"{}\"", to.display()));
    }
    office.edit("products = []", "products = [\"くらもりPad Tough\", \"くらもりPad mini\"]");
}

/// Every case, newest first, as `case --json` shows it.
fn cases(story: &Story) -> Vec<Value> {
    let listed = story.says(&["cases", "--all", "--json"]);
    let number = |line: &str| {
        let case: Value = serde_json::from_str(line).unwrap();
        case["case"].as_str().unwrap().to_owned()
    };
    let case = |id: String| serde_json::from_str(&story.says(&["case", &id, "--json"])).unwrap();
    listed.lines().map(number).map(case).collect()
}

fn customer_writes(story: &Story<Dovecot, impl Carrier>, about: &Post, id: &str, words: &str) {
    let answers = format!("In-Reply-To: {0}\nReferences: {0}\n", about.id);
    story.deliver(HANAKO, &letter(HANAKO, DESK, "Re: support", id, &answers, words));
}

#[tokio::test(flavor = "multi_thread")]
async fn version_and_model_come_first_a_long_call_is_looked_after_and_the_tool_is_sent_once() {
    let story = Story::in_town(&[], "");
    furnish(&story.office);
    story.hanako_asks("台帳の作り方を教えてください。DMを見て購入しました。");
    let asked = story.at("27 10:05");
    let request = to(&asked, SATO);
    holds(
        &request.text,
        &[
            "まず伺うこと: バージョン、製品名・機種",
            "・ご利用のバージョン",
            "【DMをみた】",
            "電話: 090-1234-5678",
        ],
    );
    assert!(!request.text.contains("お電話番号"), "it is given already: {}", request.text);
    story.answer(request, SATO, "OK");
    let sent = story.at("27 10:20");
    holds(&to(&sent, HANAKO).text, &["・ご利用のバージョン", "・ご利用の製品名・機種"]);
    assert!(!to(&sent, HANAKO).text.contains("お電話またはメールにて"), "nothing deep before that");
    assert_eq!(story.case()["dossier"]["missing"], serde_json::json!(["version", "model"]));

    customer_writes(
        &story,
        to(&sent, HANAKO),
        "m2@customer.example",
        "機種：くらもりPad mini\nバージョン：12.3",
    );
    let sheet = story.at("27 11:05");
    let sheet = to(&sheet, SATO);
    holds(&sheet.text, &["製品名・機種: くらもりPad mini", "バージョン: 12.3", "遠隔案内ができる内容です"]);
    assert!(!sheet.text.contains("まず伺うこと"), "{}", sheet.text);
    assert!(sheet.raw.contains("Content-Type: text/html"), "the number is a button: {}", sheet.raw);

    story.answer(sheet, SATO, "電話×");
    story.at("27 11:10");
    story.answer(sheet, SATO, "電話済 25m 台帳の作成を案内");
    let told = story.at("27 11:40");
    let group = to(&told, TANAKA);
    let number = format!("C-{}", story.case()["case"].as_str().unwrap());
    holds(&group.text, &["佐藤 さんの通話が 25 分かかりました", &number, "STATUS", "電話×"]);
    let case = story.case();
    assert_eq!(case["dossier"]["calls"][1]["minutes"], 25, "{case:#}");
    assert_eq!(case["dossier"]["long_call"]["minutes"], 25);
    story.answer(group, TANAKA, "STATUS");
    holds(&to(&story.at("27 11:42"), TANAKA).text, &["電話済 台帳の作成を案内"]);
    story.answer(group, TANAKA, "OK");
    story.at("27 11:43");
    assert_eq!(story.mails_to(HANAKO), 1, "the group's mail approves nothing");
    story.answer(group, TANAKA, "済");
    story.at("27 11:45");
    assert_eq!(story.case()["dossier"]["long_call"], Value::Null);

    story.answer(to(&told, SATO), SATO, "遠隔");
    let drafted = story.at("27 11:50");
    holds(&to(&drafted, SATO).text, &["遠隔サポートのご案内", "『遠隔案内』"]);
    assert_eq!(story.mails_to(HANAKO), 1, "a person approves it first");
    story.answer(to(&drafted, SATO), SATO, "OK");
    story.answer(to(&drafted, SUZUKI), SUZUKI, "OK");
    let out = story.at("27 11:55");
    holds(&to(&out, HANAKO).text, &["遠隔サポートの手順", "https://jitanbody.example/remote"]);
    story.at("27 12:05");
    assert_eq!(story.mails_to(HANAKO), 2, "once");
    let case = story.case();
    assert_eq!((case["state"].as_str(), case["topic"].as_str()), (Some("answered"), Some("ledger")));
    assert_eq!(case["dossier"]["remote"]["by"], SATO);
    assert_eq!(case["dossier"]["tags"], serde_json::json!(["DMをみた"]));
    assert_eq!(story.says(&["cases", "--tag", "【DMをみた】", "--all", "--json"]).lines().count(), 1);
    holds(&story.office.shelves().await, &["<form1@web.example> $Chat $Handled", "Drafts\nSent\n"]);
    for internal in ["25", "電話×", "佐藤", number.as_str()] {
        let leaked =
            story.sink.delivered().iter().any(|(to, mail)| to == &[HANAKO] && text(mail).contains(internal));
        assert!(!leaked, "{internal} reached the customer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_goes_in_over_the_socket_and_the_card_knows_the_caller() {
    let story = support_desk().await;
    let list = "顧客番号,氏名,電話番号,メール,紐付け,製品\n\
        K-1,山田 花子,090-1234-5678,,未,くらもりPad mini\nK-2,山田 一郎,090-1234-5678,,済,\n";
    let file = story.office.dir.path().join("customers.csv");
    std::fs::write(&file, list).unwrap();
    let daemon = story.office.start(&["--at", "2026-08-27T10:00:00+09:00"]);
    let said = story.says(&["customers", "import", file.to_str().unwrap()]);
    holds(&said, &["2 new", "1 possible duplicates"]);
    holds(&story.says(&["customers", "find", "+81 90 1234 5678"]), &["K-1", "registered, not linked"]);
    story.sink.wait_for(1).await;
    daemon.stop();
    let told = story.posted();
    holds(&to(&told, TANAKA).text, &["K-1 と K-2", "登録は削除しないでください"]);
    let unsure = story.office.run(&["customers", "erase", "K-2", "--reason", "test"]);
    assert_eq!(unsure.status.code(), Some(1), "nothing without --yes");
    holds(&story.says(&["customers", "erase", "K-2", "--reason", "request 7", "--yes"]), &["erased K-2"]);

    story.hanako_asks("くらもりPad Toughで台帳の作り方を教えてください。");
    let asked = story.at("27 10:05");
    holds(
        &to(&asked, SATO).text,
        &["顧客番号 K-1", "登録の製品は「くらもりPad mini」です", "紐付けてから発信", "くらもりPad mini"],
    );
    story.office.deliver(&crate::support::office::form(
        "form2@web.example",
        "Thu, 27 Aug 2026 10:10:00 +0900",
        "未知 太郎",
        "03-9999-0000",
        "",
        "台帳の作り方を教えてください。",
    ));
    let asked = story.at("27 10:15");
    holds(&to(&asked, SATO).text, &["未登録", "お電話でメールアドレスを伺ってください"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_group_hears_while_the_call_still_runs() {
    let story = support_desk().await;
    story.hanako_asks("写真を開くとエラーが出ます。");
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "通話中");
    assert_eq!(receivers(&story.at("27 10:10")), [SATO], "nobody else yet");
    let told = story.at("27 10:31");
    holds(&to(&told, TANAKA).text, &["通話中です", "20 分を超えました"]);
    story.answer(to(&asked, SATO), SATO, "電話済 再起動で解決");
    let over = story.at("27 10:36");
    holds(&to(&over, TANAKA).text, &["長い通話は終わりました", "26 分"]);
    let dossier = &story.case()["dossier"];
    assert_eq!((&dossier["calls"][0]["minutes"], &dossier["on_call"]), (&Value::from(26), &Value::Null));

    // A call that is over in time is told to nobody.
    story.hanako_asks("別件です。アルバムの作り方は?");
    assert_eq!(story.mails_to(TANAKA), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_call_comes_in_by_mail_and_asks_its_writer() {
    let story = support_desk().await;
    let body = "お名前: 鈴木 一郎\n電話番号: ０９０－５５５５－０１２３\n製品: くらもりPad Tough\n内容: 初期設定の仕方を知りたい。miniではなくToughです。\n";
    let call = |from: &str, subject: &str, id: &str, body: &str| letter(from, DESK, subject, id, "", body);
    story.office.deliver(&call(SATO, NEW_CALL, "c1@agents.example", body));
    let asked = story.at("27 11:05");
    assert_eq!(receivers(&asked), [SATO], "whoever took the call has it");
    holds(
        &to(&asked, SATO).text,
        &["佐藤 さんがお電話で受けた件です", "鈴木 一郎", "電話: 090-5555-0123", "まず伺うこと: バージョン"],
    );
    let all = cases(&story);
    let case = &all[0];
    assert_eq!(
        (case["source"].as_str(), case["state"].as_str(), case["owner"].as_str()),
        (Some("phone"), Some("at_desk"), Some(SATO))
    );
    assert_eq!(case["dossier"]["taken_by"], SATO);
    assert_eq!(case["dossier"]["given"]["model"], "くらもりPad Tough");

    // The same words again, whatever the mail program calls them; and by the first line.
    story.office.deliver(&call(SATO, NEW_CALL, "c2@agents.example", body));
    story.office.deliver(&call(
        SUZUKI,
        "memo",
        "c3@agents.example",
        "NEW CALL\nEmail: jiro@customer.example\nお名前: 高木 次郎\n内容: 折り返し希望\n",
    ));
    let again = story.at("27 11:15");
    assert_eq!(receivers(&again), [SUZUKI]);
    assert_eq!(cases(&story).len(), 2);
    assert_eq!(story.sink.delivered().iter().filter(|mail| mail.to[0].contains("customer")).count(), 0);

    // Nobody could be called back: the writer hears what to write, and no case is opened.
    story.office.deliver(&call(SATO, NEW_CALL, "c4@agents.example", "お名前: 山本\n内容: 折り返し希望\n"));
    let told = story.at("27 11:25");
    holds(
        &to(&told, SATO).text,
        &["電話番号もメールアドレスも読み取れませんでした", "電話番号: 090-1234-5678"],
    );
    assert_eq!(cases(&story).len(), 2);

    // A stranger who writes the same writes an ordinary mail.
    let other = "お名前: 山田 花子\n電話番号: 090-1234-5678\n内容: 台帳の作り方を知りたい\n";
    story.office.deliver(&call(HANAKO, NEW_CALL, "c5@customer.example", other));
    story.at("27 11:35");
    let all = cases(&story);
    let strange = all.iter().find(|case| case["email"] == HANAKO).unwrap();
    assert_eq!((&strange["dossier"]["taken_by"], strange["source"] != "phone"), (&Value::Null, true));

    // Answered from the case, the mail tells the customer nothing of ours.
    story.answer(
        to(&again, SUZUKI),
        SUZUKI,
        "修正\n高木様\n\n折り返しのご依頼をいただきました。午後にお電話します。",
    );
    let shown = story.at("27 11:45");
    story.answer(to(&shown, SUZUKI), SUZUKI, "OK");
    let out = story.at("27 11:55");
    let mail = to(&out, "jiro@customer.example");
    assert!(!mail.raw.contains("agents.example"), "{}", mail.raw);
    let shelves = story.office.shelves().await;
    holds(&shelves, &["<c3@agents.example> $Handled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_an_agents_name_needs_the_agents_domain_behind_it() {
    let story = support_desk().await;
    story.office.edit("auth = \"none\"", "auth = \"dkim\"\nresolver = \"zone:zone\"");
    let signer = Signer::new("agents.example", "key-of-august", 1);
    let zone = story.office.dir.path().join("zone");
    std::fs::write(&zone, signer.zone()).unwrap();
    let body = "お名前: 鈴木 一郎\n電話番号: 090-5555-0123\n内容: 折り返し希望\n";
    let call = |id: &str| letter(SATO, DESK, NEW_CALL, id, "", body);
    story.office.deliver(&call("forged@agents.example"));
    assert_eq!(story.at("27 11:05").len(), 0, "refused, and answered by nobody");
    let none = story.office.run(&["cases", "--all"]);
    assert_eq!(none.status.code(), Some(1), "{}", String::from_utf8_lossy(&none.stdout));

    // While DNS is silent it waits; then it is the call it says it is.
    std::fs::remove_file(&zone).unwrap();
    story.office.deliver(&signer.sign(&call("signed@agents.example")).replace("\r\n", "\n"));
    story.at("27 11:15");
    std::fs::write(&zone, signer.zone()).unwrap();
    assert_eq!(receivers(&story.at("27 11:25")), [SATO]);
    assert_eq!(cases(&story).len(), 1);
}
