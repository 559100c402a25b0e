//! Rows: rules, and what is said about their words.

use crate::rules::inspect_texts;

fn said(text: &str) -> Vec<String> {
    let (_, warnings) =
        inspect_texts(&[("rules/x.toml", text)]).unwrap_or_else(|faults| panic!("{faults:#?}"));
    warnings
        .iter()
        .filter(|warning| warning.fault.file.ends_with("x.toml"))
        .map(|warning| {
            let other = warning.other.as_deref().unwrap_or("-");
            format!("{} {} | {other}", warning.kind.word(), warning.fault)
        })
        .collect()
}

#[test]
fn words_that_do_nothing_are_named() {
    for (text, expected) in [
        (
            "[[cue]]\nname = \"a\"\ncue = \"book\"\nany = [\"白い猫\"]\nunless = [\"猫\"]\n",
            "dead rules/x.toml:4:8: `白い猫` never counts: `unless` names `猫`; remove one of them | rules/x.toml:5:11",
        ),
        (
            "[[cue]]\nname = \"a\"\ncue = \"book\"\nany = [\"白い猫\", \"赤い鳥\", \"白い\"]\n",
            "shadowed rules/x.toml:4:8: `白い猫` is found by the shorter `白い` already; remove it | rules/x.toml:4:22",
        ),
        (
            "[[cue]]\nname = \"a\"\ncue = \"book\"\nany = [\"白い\", \"白い\"]\n",
            "double rules/x.toml:4:14: `白い` stands twice in `any`; remove it | rules/x.toml:4:8",
        ),
        (
            "[[cue]]\nname = \"a\"\ncue = \"book\"\nany = [\"cat food\", \"cat\"]\n",
            "shadowed rules/x.toml:4:8: `cat food` is found by the shorter `cat` already; remove it | rules/x.toml:4:20",
        ),
        (
            "[[cue]]\nname = \"a\"\ncue = \"book\"\nany = [\"白い\"]\n[[cue]]\nname = \"b\"\ncue = \"book\"\nany = [\"白い\"]\n",
            "double rules/x.toml:8:8: `白い` stands in rule `a` too, which says the same; remove it from one | rules/x.toml:4:8",
        ),
        (
            "[[topic]]\nname = \"a\"\ntopic = \"price\"\nweight = 5\nany = [\"白い猫\"]\n[[topic]]\nname = \"b\"\ntopic = \"hours\"\nweight = 60\nany = [\"猫\"]\n",
            "shadowed rules/x.toml:2: rule `a` can never win: `b` holds wherever it does and is heavier (60 to 5); raise its weight, or narrow the other rule by `with` or `unless` | rules/x.toml:7",
        ),
        (
            "[[mark]]\nname = \"a\"\nany = [\"猫\"]\n",
            "dead rules/x.toml:2: rule `a` sets no mark, so nothing follows from it; add marks = [\"…\"] | -",
        ),
        (
            "[[cue]]\nname = \"a\"\ncue = \"book\"\nweight = 3\nany = [\"猫\"]\n",
            "dead rules/x.toml:2: `weight` of `a` is never asked for; only [[topic]], [[machine]] and [[person]] rules are weighed | -",
        ),
        (
            "[[cue]]\nname = \"a\"\ncue = \"book\"\nsubject = [\"白\\n猫\"]\n",
            "dead rules/x.toml:4:12: `白\\n猫` holds a line break, and `subject` is one line; split it | -",
        ),
        (
            "[[cue]]\nname = \"a\"\ncue = \"book\"\nregex = [\"ＡＢ+\"]\n",
            "dead rules/x.toml:4:10: the pattern needs `Ａ`, which no folded text holds; write `a` | -",
        ),
        (
            "[[answer]]\nname = \"a\"\nwhen = \"always\"\ntemplate = \"t\"\n[[answer]]\nname = \"b\"\nwhen = \"no_name\"\ntemplate = \"t\"\n",
            "dead rules/x.toml:6: answer `b` is never reached; move it up: the first answer that fits decides | rules/x.toml:2",
        ),
        (
            "[[words]]\nlist = \"robot\"\nwords = [\"abc\", \"ABC\"]\n",
            "double rules/x.toml:3:17: `ABC` stands in this list already; remove it | rules/x.toml:3:10",
        ),
        (
            "[[decision]]\ntopic = \"bikes\"\nja = \"a\"\nen = \"a\"\n",
            "dead rules/x.toml:2: no rule says that a mail is about `bikes`; add a [[topic]] rule | -",
        ),
    ] {
        assert_eq!(said(text), [expected], "{text}");
    }
}

#[test]
fn words_that_may_still_count_are_left_alone() {
    for text in [
        // Another scope, another word, an open end, a narrower rule.
        "[[cue]]\nname = \"a\"\ncue = \"book\"\ntext = [\"白い猫\"]\nunless = [\"猫\"]\n",
        "[[cue]]\nname = \"a\"\ncue = \"book\"\nany = [\"later\", \"late\"]\n",
        "[[cue]]\nname = \"a\"\ncue = \"book\"\nany = [\"latex*\", \"late\"]\n",
        "[[cue]]\nname = \"a\"\ncue = \"book\"\nany = [\"猫\"]\n[[cue]]\nname = \"b\"\ncue = \"held\"\nany = [\"猫\"]\n",
        "[[topic]]\nname = \"a\"\ntopic = \"price\"\nweight = 5\nany = [\"白い猫\"]\n[[topic]]\nname = \"b\"\ntopic = \"hours\"\nweight = 60\nany = [\"猫\"]\nunless = [\"鳥\"]\n",
        "[[topic]]\nname = \"a\"\ntopic = \"price\"\nweight = 5\nany = [\"白い猫\"]\n[[topic]]\nname = \"b\"\ntopic = \"hours\"\nweight = 60\nany = [\"猫\"]\nwith = [\"鳥\"]\n",
    ] {
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_label_of_another_file_that_is_read_already_is_named() {
    let shipped = "[[label]]\nkind = \"phone\"\nwords = [\"電話番号\", \"ご自宅電話番号\"]\n";
    let own = "[[label]]\nkind = \"phone\"\nwords = [\"緊急時電話番号\"]\n";
    let (_, warnings) = inspect_texts(&[("rules/a.toml", shipped), ("rules/b.toml", own)]).unwrap();
    let said: Vec<&str> = warnings
        .iter()
        .filter(|warning| warning.fault.file.ends_with("b.toml") || warning.fault.file.ends_with("a.toml"))
        .map(|warning| warning.fault.what.as_str())
        .collect();
    assert_eq!(said, ["label `緊急時電話番号` is read by its end `電話番号` already"]);
}

#[test]
fn the_shipped_rules_have_no_idle_word() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (_, warnings) = crate::rules::inspect(&dir, None).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let said: Vec<String> = warnings
        .iter()
        .map(|warning| format!("{} {} ({:?})", warning.kind.word(), warning.fault, warning.other))
        .collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}
