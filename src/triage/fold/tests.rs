//! Rows of spellings, and laws of spans for any text.

use proptest::prelude::*;

use super::*;

#[test]
fn spellings_fold_to_one() {
    for (original, expected) in [
        ("", ""),
        ("8月27日の14時", "8月27日の14時"),
        ("８／２７　１４：００〜", "8/27 14:00~"),
        ("ＡＢｃ Tel", "abc tel"),
        ("ｶﾞｰﾄﾞﾚｰﾙ ﾊﾟﾝ ｳﾞｧ", "ガードレール パン ヴァ"),
        ("か\u{3099}は\u{309a}", "がぱ"),
        ("①８／２７②9/1", "(1)8/27(2)9/1"),
        ("❷ ➂ ㉑ ⑴", "(2) (3) (21) (1)"),
        ("1️⃣3日 2⃣4日", "(1)3日 (2)4日"),
        ("０９０ー１２３４−5678", "090-1234-5678"),
        ("コース", "コース"),
        ("⽇⽉⽔ ⻑い ㈱ ㍻ ㋿8年", "日月水 長い (株) 平成 令和8年"),
        ("10時～12時", "10時~12時"),
        ("a\u{200b}b\u{feff}c", "abc"),
        ("ŚRODA Środa s\u{301}", "środa środa ś"),
        ("don’t “go”", "don't \"go\""),
        ("Ⅱ ㎡ ½", "ii m2 ½"),
        ("､｡･｢｣", "、。・「」"),
        ("ﾞ", "゛"),
    ] {
        assert_eq!(Folded::new(original).text(), expected, "{original:?}");
    }
}

#[test]
fn matches_lead_back_to_the_words_of_the_mail() {
    for (original, needle, expected) in [
        ("希望は８／２７です", "8/27", "８／２７"),
        ("①８／２７②", "8/27", "８／２７"),
        ("①８／２７②", "1", "①"),
        ("ｶﾞﾝ①", "ガ", "ｶﾞ"),
        ("ｶﾞﾝ①", "ン", "ﾝ"),
        ("8\u{200b}/\u{200b}27\u{200b}日", "8/27", "8\u{200b}/\u{200b}27"),
        ("\u{200b}8", "8", "8"),
        ("AbC", "b", "b"),
        ("令㋿", "和", "㋿"),
    ] {
        let folded = Folded::new(original);
        let start = folded.text().find(needle).expect("the needle is in the folded text");
        let span = folded.original(Span { start, end: start + needle.len() });
        assert_eq!(original.get(span.start..span.end), Some(expected), "{original:?}");
        let back = folded.folded(span);
        assert!(back.start <= start && start + needle.len() <= back.end, "{original:?}");
    }
}

#[test]
fn spans_out_of_range_are_clamped() {
    let folded = Folded::new("８日");
    assert_eq!(folded.original(Span { start: 2, end: 99 }), Span { start: 3, end: 6 });
    assert_eq!(folded.original(Span { start: 99, end: 3 }), Span { start: 6, end: 6 });
    assert_eq!(folded.folded(Span { start: 1, end: 2 }), Span { start: 0, end: 1 });
    assert_eq!(folded.folded(Span { start: 9, end: 99 }), Span { start: 4, end: 4 });
}

#[test]
fn the_short_cut_agrees_with_the_table() {
    for c in '\0'..=char::MAX {
        let mut buffer = [0; 4];
        if plain(c.encode_utf8(&mut buffer).as_bytes()) > 0 {
            assert!(matches!(fold(c), Fold::Same), "{c:?}");
        }
    }
}

fn mixed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ｦ-ﾟ]{1,4}",
        "[0-9０-９①-⑳/：〜ー-]{1,6}",
        "[あ-んア-ン日月火\u{3099}\u{309a}\u{200b}\u{301}\u{fe0f}\u{20e3}]{1,6}",
        "[A-Za-zÀ-ɏ㈠-㋿\u{f900}-\u{fa6d}]{1,5}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_folds_and_every_span_leads_back(text in mixed()) {
        let folded = Folded::new(&text);
        let ends: Vec<usize> = (0..=folded.text().len()).filter(|&at| folded.text().is_char_boundary(at)).collect();
        let mut last = Span::default();
        for pair in ends.windows(2) {
            let span = folded.original(Span { start: pair[0], end: pair[1] });
            prop_assert!(span.start < span.end && text.get(span.start..span.end).is_some());
            prop_assert!(last.start <= span.start && last.end <= span.end, "not monotone");
            last = span;
        }
        let whole = folded.original(Span { start: 0, end: folded.text().len() });
        prop_assert!(text.get(whole.start..whole.end).is_some());
    }

    #[test]
    fn any_span_of_any_text_is_harmless(text in mixed(), start in 0..200usize, end in 0..200usize) {
        let folded = Folded::new(&text);
        let original = folded.original(Span { start, end });
        prop_assert!(text.get(original.start..original.end).is_some());
        let forth = folded.folded(Span { start, end });
        prop_assert!(folded.text().get(forth.start..forth.end).is_some());
    }

    #[test]
    fn folding_twice_changes_nothing_in_japanese(text in "[ぁ-んァ-ヶ一-龠ｦ-ﾟ０-９0-9：／〜、。 　]{0,40}") {
        let once = Folded::new(&text);
        let twice = Folded::new(once.text());
        prop_assert_eq!(twice.text(), once.text());
    }
}
