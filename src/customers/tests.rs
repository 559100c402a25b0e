//! Lists as people have them, and lists with mistakes.

use super::*;

fn read_text(text: &str) -> Result<Listed, Vec<String>> {
    let faults = |faults: Vec<Fault>| faults.iter().map(ToString::to_string).collect();
    read(Path::new("list.csv"), text.as_bytes()).map_err(faults)
}

const LIST: &str = "顧客番号,氏名,フリガナ,会社,電話番号,その他電話,メール,ランク,紐付け,備考\n\
    K-1,山田 花子,ヤマダ ハナコ,山田工務店,090-1234-5678,\"03-1234-5678、0466-27-8831\",Hanako@Example.com,プレミアム,済,午後に電話\n\
    K-2,佐藤,,,,,,,,\n";

fn check(listed: &Listed) {
    let [first, second] = &listed.customers[..] else { panic!("two customers") };
    assert_eq!(
        (first.id.as_str(), first.name.as_str(), first.company.as_str()),
        ("K-1", "山田 花子", "山田工務店")
    );
    assert_eq!(first.phones, ["09012345678", "0312345678", "0466278831"]);
    assert_eq!(first.mails, [mail("hanako@example.com").unwrap()]);
    assert_eq!((first.tier, first.linked, first.note.as_str()), (Tier::Premium, true, "午後に電話"));
    assert_eq!((second.tier, second.linked, second.phones.len()), (Tier::Standard, false, 0));
    assert_eq!(listed.given.len(), 9);
}

#[test]
fn the_same_list_in_every_encoding() {
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(LIST);
    for bytes in
        [LIST.as_bytes(), format!("\u{feff}{LIST}").as_bytes(), &sjis, LIST.replace('\n', "\r\n").as_bytes()]
    {
        check(&read(Path::new("list.csv"), bytes).unwrap());
    }
    check(&read(Path::new("list.XLSX"), &workbook(LIST)).unwrap());
}

#[test]
fn headings_in_both_languages() {
    for (heading, field) in [
        ("顧客番号", Some(Field::Id)),
        ("Customer No.", Some(Field::Id)),
        ("お名前", Some(Field::Name)),
        ("氏名（カナ）", Some(Field::Kana)),
        ("ﾌﾘｶﾞﾅ", Some(Field::Kana)),
        ("電話番号２", Some(Field::Phone)),
        ("Other phone", Some(Field::Phone)),
        ("E-Mail", Some(Field::Mail)),
        ("メールアドレス", Some(Field::Mail)),
        ("Tier", Some(Field::Tier)),
        ("生年月日", None),
        ("", None),
    ] {
        assert_eq!(heads::head(heading).map(|head| head.field), field, "{heading}");
    }
}

#[test]
fn every_fault_has_its_place() {
    let list = "id,name,phone,mail,tier,linked\n\
        1,A,090-1234,a@b,gold,maybe\n\
        ,B,,,,\n\
        1,C,,,,\n\
        3,D,312345678,,,,extra\n";
    assert_eq!(
        read_text(list).unwrap_err(),
        [
            "list.csv:2:5: this is no telephone number; write it with its leading 0 (in Excel: a column of text), \
             a foreign one with + and its country",
            "list.csv:2:14: this is no mail address; write name@example.com, several with a comma between",
            "list.csv:2:18: this is no tier; write standard or premium (一般, プレミアム)",
            "list.csv:2:23: this is neither yes nor no; write yes or no (済, 未)",
            "list.csv:3:1: this is no customer number; use at most 64 letters, figures and signs, no blank and no slash",
            "list.csv:4:1: line 2 has this customer number, too; keep one of them",
            "list.csv:5:5: this is no telephone number; write it with its leading 0 (in Excel: a column of text), \
             a foreign one with + and its country",
            "list.csv:5:18: there is no heading above it; quote a text that holds commas",
        ]
    );
}

#[test]
fn lists_that_cannot_be_read() {
    for (list, expected) in [
        ("", "list.csv: there is no line in it; begin with a line of headings"),
        (
            "氏名\n山田",
            "list.csv:1:1: there is no column of customer numbers; name one 顧客番号 or customer number",
        ),
        ("id,name,氏名\n", "list.csv:1:9: a second column for the name; take one of them out"),
        (
            "id\n\"1\n",
            "list.csv:2:1: the quote that opens here is never closed; add a \", or double one that belongs to the text",
        ),
    ] {
        assert_eq!(read_text(list).unwrap_err(), [expected], "{list:?}");
    }
    for bytes in [&b"id\n\xff\xff"[..], &[0xff; 40]] {
        assert!(read(Path::new("list.csv"), bytes).is_err());
        assert!(read(Path::new("list.xlsx"), bytes).is_err());
    }
}

#[test]
fn strange_columns_are_told_and_left_out() {
    let listed = read_text("id,生年月日\n1,2000-01-01\n").unwrap();
    assert_eq!(listed.ignored, ["生年月日"]);
    assert_eq!(listed.given, BTreeSet::from([Field::Id]));
}

/// A workbook of one sheet with the cells of a CSV text, each as text.
fn workbook(csv: &str) -> Vec<u8> {
    let mut sheet = String::new();
    for row in cells::rows(csv).ok().unwrap() {
        sheet.push_str("<row>");
        for cell in row {
            sheet.push_str(&format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", cell.text));
        }
        sheet.push_str("</row>");
    }
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    zip(&[
        ("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" \
                 Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"S\" sheetId=\"1\" \
                 r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" \
                 Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ])
}

/// A ZIP archive whose files are stored as they are.
fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let at = u32::try_from(out.len()).unwrap();
        let size = u32::try_from(text.len()).unwrap();
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        head.extend(crc32fast::hash(text.as_bytes()).to_le_bytes());
        head.extend(size.to_le_bytes());
        head.extend(size.to_le_bytes());
        head.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let (at, size) = (u32::try_from(out.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}
