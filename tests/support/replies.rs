//! Replies to a request, as mail programs write them: attributions, header blocks, quotes, signatures and trailers in four
//! languages, as text, as HTML, or both.

#![allow(dead_code, reason = "every binary uses a part of the helpers")]
#![allow(unreachable_pub, reason = "`pub` here means: for the test binaries")]

/// The language of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Japanese,
    English,
    German,
    Polish,
}

pub const LANGUAGES: [Language; 4] =
    [Language::Japanese, Language::English, Language::German, Language::Polish];

/// A mail program and how it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    OutlookDesktop,
    OutlookDesktopHtmlOnly,
    OutlookPlain,
    OutlookMarked,
    OutlookWeb,
    OutlookWebHtmlOnly,
    OutlookPhone,
    GmailWeb,
    GmailWrapped,
    GmailAndroid,
    GmailHtmlOnly,
    GmailForward,
    AppleMac,
    AppleIphone,
    AppleForward,
    ThunderbirdTop,
    ThunderbirdBottom,
    ThunderbirdHtmlOnly,
    ThunderbirdForward,
    YahooJapan,
    YahooApp,
    Docomo,
    Au,
    SoftBank,
}

pub const PROGRAMS: [Program; 24] = [
    Program::OutlookDesktop,
    Program::OutlookDesktopHtmlOnly,
    Program::OutlookPlain,
    Program::OutlookMarked,
    Program::OutlookWeb,
    Program::OutlookWebHtmlOnly,
    Program::OutlookPhone,
    Program::GmailWeb,
    Program::GmailWrapped,
    Program::GmailAndroid,
    Program::GmailHtmlOnly,
    Program::GmailForward,
    Program::AppleMac,
    Program::AppleIphone,
    Program::AppleForward,
    Program::ThunderbirdTop,
    Program::ThunderbirdBottom,
    Program::ThunderbirdHtmlOnly,
    Program::ThunderbirdForward,
    Program::YahooJapan,
    Program::YahooApp,
    Program::Docomo,
    Program::Au,
    Program::SoftBank,
];

/// The request as it is quoted.
fn request(token: &str) -> Vec<String> {
    let text = "【承認のお願い】山田様\n\nOK / 却下 理由 / 修正\n\nDraft:\n山田様\n\nお問い合わせありがとうございます。\n10時で承りました。\n\n--\n受付\n";
    text.lines().map(str::to_owned).chain([format!("token: {token}")]).collect()
}

/// A whole mail, LF line ends.
pub fn reply(program: Program, language: Language, typed: &str, signature: bool, token: &str) -> String {
    let typed =
        if signature { format!("{typed}\n\n-- \n佐藤 (Desk)\nTEL 03-1234-5678") } else { typed.to_owned() };
    let quoted = request(token);
    let (plain, html) = parts(program, language, &typed, &quoted);
    let head = format!(
        "From: Sato <sato@corp.test>\nTo: desk@corp.test\nSubject: Re: D-1\nDate: Sun, 22 Nov 2026 10:15:00 +0900\n\
         Message-ID: <1@corp.test>\nIn-Reply-To: <ask.{token}@corp.test>\nMIME-Version: 1.0\n"
    );
    let part = |kind: &str, text: &str| {
        format!("Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n")
    };
    match (plain, html) {
        (Some(plain), None) => format!("{head}{}", part("text/plain", &plain)),
        (None, Some(html)) => format!("{head}{}", part("text/html", &html)),
        (Some(plain), Some(html)) => format!(
            "{head}Content-Type: multipart/alternative; boundary=b\n\n--b\n{}\n--b\n{}\n--b--\n",
            part("text/plain", &plain),
            part("text/html", &html)
        ),
        (None, None) => head,
    }
}

/// The plain and the HTML part.
fn parts(
    program: Program,
    language: Language,
    typed: &str,
    quoted: &[String],
) -> (Option<String>, Option<String>) {
    let marked: String = quoted.iter().map(|line| format!("> {line}\n")).collect();
    let bare = quoted.join("\n");
    let block = header_block(language);
    let line = "_".repeat(32);
    let trailer = |outlook: &str| format!("{typed}\n\n{outlook}");
    match program {
        Program::OutlookDesktop => {
            (Some(format!("{typed}\n\n{block}\n\n{bare}")), Some(outlook_html(language, typed, quoted)))
        }
        Program::OutlookDesktopHtmlOnly => (None, Some(outlook_html(language, typed, quoted))),
        Program::OutlookPlain => {
            let divider = match language {
                Language::Japanese => "-----元のメッセージ-----",
                Language::English => "-----Original Message-----",
                Language::German => "-----Ursprüngliche Nachricht-----",
                Language::Polish => "-----Oryginalna wiadomość-----",
            };
            (Some(format!("{typed}\n\n{divider}\n{block}\n\n{bare}")), None)
        }
        Program::OutlookMarked => {
            (Some(format!("{typed}\n\n-----Original Message-----\n{block}\n\n{marked}")), None)
        }
        Program::OutlookWeb => {
            let html = outlook_web_html(language, typed, quoted);
            (Some(format!("{typed}\n{line}\n{block}\n\n{bare}")), Some(html))
        }
        Program::OutlookWebHtmlOnly => (None, Some(outlook_web_html(language, typed, quoted))),
        Program::OutlookPhone => {
            let says = match language {
                Language::Japanese => "iOS 版 Outlook を入手<https://aka.ms/o0ukef>",
                Language::English => "Get Outlook for iOS<https://aka.ms/o0ukef>",
                Language::German => "Holen Sie sich Outlook für iOS<https://aka.ms/o0ukef>",
                Language::Polish => "Pobierz program Outlook dla systemu iOS<https://aka.ms/o0ukef>",
            };
            (Some(format!("{}\n{line}\n{block}\n\n{bare}", trailer(says))), None)
        }
        Program::GmailWeb => {
            let wrote = gmail(language);
            (Some(format!("{typed}\n\n{wrote}\n\n{marked}")), Some(gmail_html(&wrote, typed, quoted)))
        }
        Program::GmailWrapped => {
            let wrote = gmail(language).replace(" <desk@corp.test>", "\n<desk@corp.test>");
            (Some(format!("{typed}\n\n{wrote}\n\n{marked}")), None)
        }
        Program::GmailAndroid => {
            let wrote = gmail(language);
            (Some(format!("{typed}\n\n{wrote}\n\n{marked}\n")), Some(gmail_html(&wrote, typed, quoted)))
        }
        Program::GmailHtmlOnly => (None, Some(gmail_html(&gmail(language), typed, quoted))),
        Program::GmailForward => {
            let head = "From: 受付 <desk@corp.test>\nDate: 2026年11月22日(日) 10:15\nSubject: D-1\nTo: <sato@corp.test>";
            (Some(format!("{typed}\n\n---------- Forwarded message ---------\n{head}\n\n\n{bare}")), None)
        }
        Program::AppleMac => {
            let wrote = match language {
                Language::Japanese => "2026/11/22 10:15、受付 <desk@corp.test>のメール：",
                Language::English => "On 22 Nov 2026, at 10:15, Desk <desk@corp.test> wrote:",
                Language::German => "Am 22.11.2026 um 10:15 schrieb Desk <desk@corp.test>:",
                Language::Polish => {
                    "Wiadomość napisana przez Desk <desk@corp.test> w dniu 22 lis 2026, o godz. 10:15:"
                }
            };
            (Some(format!("{typed}\n\n{wrote}\n\n{marked}")), None)
        }
        Program::AppleIphone => {
            let (wrote, sent) = match language {
                Language::Japanese => ("2026/11/22 10:15、受付 <desk@corp.test>のメール:", "iPhoneから送信"),
                Language::English => {
                    ("On Nov 22, 2026, at 10:15 AM, Desk <desk@corp.test> wrote:", "Sent from my iPhone")
                }
                Language::German => {
                    ("Am 22.11.2026 um 10:15 schrieb Desk <desk@corp.test>:", "Von meinem iPhone gesendet")
                }
                Language::Polish => (
                    "Dnia 22 lis 2026, o godz. 10:15, Desk <desk@corp.test> napisał(a):",
                    "Wysłane z iPhone'a",
                ),
            };
            (Some(format!("{}\n\n{wrote}\n\n\u{feff}{marked}", trailer(sent))), None)
        }
        Program::AppleForward => {
            let says = match language {
                Language::Japanese => "転送されたメッセージ:",
                Language::English => "Begin forwarded message:",
                Language::German => "Anfang der weitergeleiteten Nachricht:",
                Language::Polish => "Początek przekazywanej wiadomości:",
            };
            (Some(format!("{typed}\n\n{says}\n\n{block}\n\n{bare}")), None)
        }
        Program::ThunderbirdTop => (Some(format!("{typed}\n\n{}\n{marked}", thunderbird(language))), None),
        Program::ThunderbirdBottom => (Some(format!("{}\n{marked}\n{typed}\n", thunderbird(language))), None),
        Program::ThunderbirdHtmlOnly => {
            let html = format!(
                "<!DOCTYPE html><html><head><meta charset=\"UTF-8\"></head><body>{}<br>\
                 <div class=\"moz-cite-prefix\">{}<br></div><blockquote type=\"cite\" cite=\"mid:x\">{}</blockquote>\
                 </body></html>",
                paragraphs(typed, "p"),
                escaped(&thunderbird(language)),
                paragraphs(&quoted.join("\n"), "div")
            );
            (None, Some(html))
        }
        Program::ThunderbirdForward => {
            let says = match language {
                Language::Japanese => "-------- 転送メッセージ --------",
                Language::English => "-------- Forwarded Message --------",
                Language::German => "-------- Weitergeleitete Nachricht --------",
                Language::Polish => "-------- Przekazana wiadomość --------",
            };
            (Some(format!("{typed}\n\n\n{says}\n{block}\n\n{bare}")), None)
        }
        Program::YahooJapan => {
            let head = "From: \"受付\" <desk@corp.test>\nTo: sato@corp.test\nDate: 2026/11/22, Sun 10:15\nSubject: D-1";
            (Some(format!("{typed}\n\n----- Original Message -----\n{head}\n\n{marked}")), None)
        }
        Program::YahooApp => {
            let wrote = "2026年11月22日(日) 10:15 受付 <desk@corp.test>:";
            let sent = match language {
                Language::Japanese => "Yahoo!メールアプリから送信",
                Language::English => "Sent from Yahoo Mail on Android",
                Language::German => "Von Yahoo Mail auf Android gesendet",
                Language::Polish => "Wysłane z Yahoo Mail na Androida",
            };
            (Some(format!("{}\n\n{wrote}\n\n{marked}", trailer(sent))), None)
        }
        Program::Docomo => {
            let wrote = "2026/11/22 10:15 受付 <desk@corp.test> wrote:";
            (
                Some(format!("{}\n\n{wrote}\n{marked}", trailer("ドコモのスマートフォンから送信しています"))),
                None,
            )
        }
        Program::Au => {
            let head = "差出人: 受付\n日時: 2026/11/22 10:15\n宛先: sato@corp.test\n件名: D-1";
            (Some(format!("{typed}\n\n-------元のメッセージ-------\n{head}\n\n{bare}")), None)
        }
        Program::SoftBank => {
            let head = "差出人：受付 <desk@corp.test>\n件名：D-1\n送信日時：2026/11/22 10:15";
            (Some(format!("{typed}\n\n{head}\n\n{marked}")), None)
        }
    }
}

/// The older mail's fields as Outlook and Apple write them.
fn header_block(language: Language) -> String {
    let rows = labels(language).map(|(label, value)| format!("{label}: {value}"));
    rows.join("\n")
}

fn labels(language: Language) -> [(&'static str, &'static str); 4] {
    match language {
        Language::Japanese => [
            ("差出人", "受付 <desk@corp.test>"),
            ("送信日時", "2026年11月22日日曜日 10:15"),
            ("宛先", "佐藤 <sato@corp.test>"),
            ("件名", "D-1 承認のお願い"),
        ],
        Language::English => [
            ("From", "Desk <desk@corp.test>"),
            ("Sent", "Sunday, November 22, 2026 10:15 AM"),
            ("To", "Sato <sato@corp.test>"),
            ("Subject", "D-1"),
        ],
        Language::German => [
            ("Von", "Desk <desk@corp.test>"),
            ("Gesendet", "Sonntag, 22. November 2026 10:15"),
            ("An", "Sato <sato@corp.test>"),
            ("Betreff", "D-1"),
        ],
        Language::Polish => [
            ("Od", "Desk <desk@corp.test>"),
            ("Wysłano", "niedziela, 22 listopada 2026 10:15"),
            ("Do", "Sato <sato@corp.test>"),
            ("Temat", "D-1"),
        ],
    }
}

fn gmail(language: Language) -> String {
    match language {
        Language::Japanese => "2026年11月22日(日) 10:15 受付 <desk@corp.test>:",
        Language::English => "On Sun, Nov 22, 2026 at 10:15 AM Desk <desk@corp.test> wrote:",
        Language::German => "Am So., 22. Nov. 2026 um 10:15 Uhr schrieb Desk <desk@corp.test>:",
        Language::Polish => "niedz., 22 lis 2026 o 10:15 Desk <desk@corp.test> napisał(a):",
    }
    .to_owned()
}

fn thunderbird(language: Language) -> String {
    match language {
        Language::Japanese => "On 2026/11/22 10:15, 受付 wrote:",
        Language::English => "On 11/22/26 10:15 AM, Desk wrote:",
        Language::German => "Am 22.11.26 um 10:15 schrieb Desk:",
        Language::Polish => "W dniu 22.11.2026 o 10:15, Desk pisze:",
    }
    .to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Each line an element, as programs write what is typed; empty ones hold a line break or a blank.
fn paragraphs(text: &str, element: &str) -> String {
    let name = element.split(' ').next().unwrap_or(element);
    let empty = if name == "p" { "&nbsp;" } else { "<br>" };
    let line = |line: &str| {
        let inside = if line.is_empty() { empty.to_owned() } else { escaped(line) };
        format!("<{element}>{inside}</{name}>\n")
    };
    text.lines().map(line).collect()
}

fn outlook_html(language: Language, typed: &str, quoted: &[String]) -> String {
    let rows = labels(language).map(|(label, value)| format!("<b>{label}:</b> {}", escaped(value)));
    format!(
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!-- p.MsoNormal {{margin:0}} --></style>\
         </head><body lang=\"JA\"><div class=\"WordSection1\">{}<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>\
         <div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\">\
         <p class=\"MsoNormal\">{}<o:p></o:p></p></div>{}</div></body></html>",
        paragraphs(typed, "p class=\"MsoNormal\""),
        rows.join("<br>\n"),
        paragraphs(&quoted.join("\n"), "p class=\"MsoNormal\"")
    )
}

fn outlook_web_html(language: Language, typed: &str, quoted: &[String]) -> String {
    let rows = labels(language).map(|(label, value)| format!("<b>{label}:</b> {}", escaped(value)));
    format!(
        "<html><head><style type=\"text/css\" style=\"display:none;\"> P {{margin-top:0;}} </style></head><body dir=\"ltr\">\
         {}<div id=\"appendonsend\"></div><hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\
         <div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri\">{}</font><div>&nbsp;</div></div><div>{}</div></body></html>",
        paragraphs(typed, "div class=\"elementToProof\""),
        rows.join("<br>"),
        paragraphs(&quoted.join("\n"), "div")
    )
}

fn gmail_html(wrote: &str, typed: &str, quoted: &[String]) -> String {
    format!(
        "<div dir=\"ltr\">{}</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div>\
         <blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex\">{}</blockquote></div>",
        paragraphs(typed, "div"),
        escaped(wrote),
        paragraphs(&quoted.join("\n"), "div")
    )
}
