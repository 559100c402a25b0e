//! The result of the tests as JUnit XML, as CI servers read it: one suite a file, one case a test.
//!
//! Writes only what the tests themselves say. Characters that XML 1.0 has no place for are replaced.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// One test or one demand on all of them.
#[derive(Debug)]
pub struct Case {
    /// The file it stands in; also the suite.
    pub file: String,
    /// What it is called.
    pub name: String,
    /// 1-based line.
    pub line: usize,
    /// What is wrong, one line each; empty when it passed.
    pub failures: Vec<String>,
}

/// The whole report.
///
/// # Errors
/// Those of writing into memory, which do not happen.
pub fn report(cases: &[Case]) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = start("testsuites", &[("name", "madoguchi test")], Some(cases));
    writer.write_event(Event::Start(all))?;
    let mut rest = cases;
    while let Some(first) = rest.first() {
        let length = rest.iter().take_while(|case| case.file == first.file).count();
        let (suite, others) = rest.split_at(length);
        writer.write_event(Event::Start(start("testsuite", &[("name", &first.file)], Some(suite))))?;
        for case in suite {
            write(&mut writer, case)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
        rest = others;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn write(writer: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let line = case.line.to_string();
    let attributes =
        [("name", case.name.as_str()), ("classname", &case.file), ("file", &case.file), ("line", &line)];
    let start_tag = start("testcase", &attributes, None);
    if case.failures.is_empty() {
        return writer.write_event(Event::Empty(start_tag));
    }
    writer.write_event(Event::Start(start_tag))?;
    for failure in &case.failures {
        writer.write_event(Event::Start(start(
            "failure",
            &[("message", failure), ("type", "expectation")],
            None,
        )))?;
        writer.write_event(Event::Text(BytesText::new(&clean(failure))))?;
        writer.write_event(Event::End(BytesEnd::new("failure")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

/// An opening tag; with `counted`, how many tests there are below it and how many failed.
fn start<'t>(name: &'t str, attributes: &[(&str, &str)], counted: Option<&[Case]>) -> BytesStart<'t> {
    let mut tag = BytesStart::new(name);
    for (key, value) in attributes {
        tag.push_attribute((*key, clean(value).as_str()));
    }
    if let Some(cases) = counted {
        let failed = cases.iter().filter(|case| !case.failures.is_empty()).count();
        tag.push_attribute(("tests", cases.len().to_string().as_str()));
        tag.push_attribute(("failures", failed.to_string().as_str()));
        tag.push_attribute(("errors", "0"));
    }
    tag
}

/// XML 1.0, section 2.2: most control characters cannot be written at all, not even escaped.
fn clean(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_xml::{Reader, XmlVersion};

    #[test]
    fn odd_characters_leave_valid_xml() {
        let odd = "<&\"'> ]]> \u{0}\u{8}\u{ffff}\u{fffe}\n窓口\u{1f4ee}";
        let case = Case { file: odd.into(), name: odd.into(), line: 3, failures: vec![odd.into()] };
        let good = Case { file: "b".into(), name: "good".into(), line: 1, failures: Vec::new() };
        let bytes = report(&[case, good]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut reader = Reader::from_str(&text);
        let mut seen = Vec::new();
        loop {
            let event = reader.read_event().unwrap();
            if let Event::Start(tag) | Event::Empty(tag) = &event {
                for attribute in tag.attributes() {
                    attribute.unwrap().normalized_value(XmlVersion::Implicit1_0).unwrap();
                }
                seen.push(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
            }
            if matches!(event, Event::Eof) {
                break;
            }
        }
        assert_eq!(seen, ["testsuites", "testsuite", "testcase", "failure", "testsuite", "testcase"]);
        assert!(
            text.contains("<testsuites name=\"madoguchi test\" tests=\"2\" failures=\"1\" errors=\"0\">")
        );
        assert!(!text.contains(['\u{0}', '\u{8}', '\u{ffff}']), "{text}");
    }
}
