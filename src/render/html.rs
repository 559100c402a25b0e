//! The few pieces of HTML our own mails are made of: tables and inline CSS only, because Gmail drops the rest
//! for some accounts. Colours keep a contrast of at least 4.5 to 1 on their ground.

/// Body text on white.
pub(super) const INK: &str = "#1f2933";
/// Quieter text on white (7.0 to 1).
pub(super) const QUIET: &str = "#52606d";

/// Escapes text for element content and attribute values.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Escaped text with its line breaks.
pub(super) fn lines(text: &str) -> String {
    escape(text.trim_matches('\n')).replace('\n', "<br>")
}

/// The whole page round `content`, in the language `lang`. Japanese fonts come first for Japanese only: on other machines
/// their Latin letters may lack accents.
pub(super) fn page(lang: &str, content: &str) -> String {
    let fonts = if lang == "ja" {
        "-apple-system,'Hiragino Sans','Noto Sans JP','Noto Sans CJK JP',Meiryo,sans-serif"
    } else {
        "-apple-system,Roboto,'Segoe UI',Arial,sans-serif"
    };
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light\"></head>\
         <body style=\"margin:0;padding:0;background:#eef1f4\">\
         <div style=\"max-width:600px;margin:0 auto;padding:12px;font:16px/1.6 {fonts};color:{INK}\">{content}</div>\
         </body></html>"
    )
}

/// The first line of a mail.
pub(super) fn title(text: &str) -> String {
    format!("<div style=\"font-size:18px;font-weight:bold;line-height:1.4\">{}</div>", escape(text))
}

/// A white card with a heading.
pub(super) fn card(heading: &str, content: &str) -> String {
    let heading = if heading.is_empty() {
        String::new()
    } else {
        format!(
            "<div style=\"font-size:13px;font-weight:bold;color:{QUIET};margin:0 0 4px\">{}</div>",
            escape(heading)
        )
    };
    format!(
        "<div style=\"background:#ffffff;border-radius:8px;padding:12px 14px;margin:0 0 10px;\
         overflow-wrap:anywhere\">{heading}{content}</div>"
    )
}

/// A word that must be seen, before the first line.
pub(super) fn badge(text: &str) -> String {
    format!(
        "<div style=\"margin:0 0 6px\"><span style=\"background:#a61b1b;color:#ffffff;font-size:14px;font-weight:bold;\
         border-radius:6px;padding:3px 10px\">{}</span></div>",
        escape(text)
    )
}

/// A card that wants to be read before acting.
pub(super) fn caution(heading: &str, content: &str) -> String {
    format!(
        "<div style=\"background:#fff4d6;border-left:4px solid #8a5a00;border-radius:8px;padding:10px 14px;\
         margin:0 0 10px;overflow-wrap:anywhere\">\
         <div style=\"font-size:13px;font-weight:bold;color:#6b4500\">{}</div>{content}</div>",
        escape(heading)
    )
}

/// The letter itself, framed so that nobody takes it for one of our own cards; in green where it is about to leave.
pub(super) fn letter(heading: &str, head: &str, body: &str, leaves: bool) -> String {
    let (frame, ground, ink) =
        if leaves { ("#0b6b3a", "#e3f4ea", "#084f2b") } else { ("#7b8794", "#e4e7eb", "#323f4b") };
    format!(
        "<div style=\"background:#ffffff;border:2px solid {frame};border-radius:8px;padding:0 0 12px;\
         margin:0 0 10px;overflow-wrap:anywhere\">\
         <div style=\"background:{ground};color:{ink};font-size:13px;font-weight:bold;padding:6px 12px;\
         border-radius:6px 6px 0 0\">{}</div>\
         <div style=\"font-size:14px;color:{QUIET};padding:6px 12px;border-bottom:1px solid #cbd2d9\">{head}</div>\
         <div style=\"padding:8px 12px 0\">{body}</div></div>",
        escape(heading)
    )
}

/// A small heading inside a card.
pub(super) fn small(heading: &str) -> String {
    format!(
        "<div style=\"font-size:13px;font-weight:bold;color:{QUIET};margin:10px 0 0\">{}</div>",
        escape(heading)
    )
}

/// One line an item, behind a mark that longer ones are not written under.
pub(super) fn bullets(mark: &str, items: &[String]) -> String {
    // 「・」 is as wide as a letter, a bullet is not.
    let indent = if mark.ends_with(' ') { "0.7em" } else { "1em" };
    items
        .iter()
        .map(|item| {
            format!("<div style=\"padding-left:{indent};text-indent:-{indent}\">{mark}{}</div>", lines(item))
        })
        .collect()
}

/// What can be said, one line each: the word stands out from what it does.
pub(super) fn sayings(text: &str) -> String {
    text.lines()
        .map(|line| {
            let line = match line.split_once(" … ") {
                Some((word, does)) => format!("<b>{}</b> … {}", escape(word), escape(does)),
                None => format!("<b>{}</b>", escape(line)),
            };
            format!("<div style=\"padding-left:1em;text-indent:-1em\">{line}</div>")
        })
        .collect()
}

/// A link to press with a thumb: at least 48 px high. `href` is already a safe URL.
pub(super) fn button(href: &str, label: &str, look: Look) -> String {
    let (ground, ink, border) = match look {
        Look::Yes => ("#0b6b3a", "#ffffff", "#0b6b3a"),
        Look::No => ("#ffffff", "#a61b1b", "#a61b1b"),
        Look::Stop => ("#a61b1b", "#ffffff", "#a61b1b"),
        Look::Call => ("#12508f", "#ffffff", "#12508f"),
        Look::Other => ("#ffffff", "#12508f", "#12508f"),
    };
    format!(
        "<a href=\"{}\" style=\"display:block;box-sizing:border-box;min-height:48px;padding:10px 6px;\
         background:{ground};color:{ink};border:2px solid {border};border-radius:8px;text-align:center;\
         text-decoration:none;font-weight:bold;line-height:24px;overflow-wrap:anywhere\">{}</a>",
        escape(href),
        escape(label)
    )
}

/// What a button is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    Yes,
    No,
    Stop,
    Call,
    Other,
}

/// Buttons side by side, equally wide.
pub(super) fn row(buttons: &[String]) -> String {
    let cells: String = buttons
        .iter()
        .map(|button| format!("<td style=\"padding:4px;vertical-align:top\">{button}</td>"))
        .collect();
    format!(
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" \
         style=\"table-layout:fixed;border-collapse:collapse\"><tr>{cells}</tr></table>"
    )
}
