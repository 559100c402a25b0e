//! Rows: a faulty rule file and what is said about it.

use super::*;

fn known() -> BTreeSet<String> {
    ["first-answer", "price"].map(str::to_owned).into()
}

fn faults(text: &str) -> Vec<String> {
    parse(&[("rules/x.toml", text)], Some(&known()))
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn every_fault_names_its_place_and_a_way_out() {
    for (text, expected) in [
        (
            "[[label]]\nkind = \"nam\"\nwords = [\"a\"]\n",
            "rules/x.toml:2:8: unknown label kind `nam`; known: name, family",
        ),
        (
            "[[label]]\nkind = \"name\"\nwords = [\"a\", \"Ａ\"]\n",
            "rules/x.toml:3:15: label `Ａ` is written twice; it already stands at rules/x.toml:3",
        ),
        ("[[label]]\nkind = \"name\"\nwords = [\"\"]\n", "rules/x.toml:3:10: empty phrase"),
        (
            "[[topic]]\nname = \"a\"\ntopic = \"bokking\"\nany = [\"x\"]\n",
            "rules/x.toml:3:9: unknown topic `bokking`; known: booking",
        ),
        ("[[topic]]\nname = \"a\"\nany = [\"x\"]\n", "rules/x.toml:2:8: rule `a` has no `topic`"),
        ("[[topic]]\nname = \"a\"\ntopic = \"price\"\n", "rules/x.toml:2:8: rule `a` can never match"),
        ("[[topic]]\nname = \"a\"\ntopic = \"price\"\nregex = [\"(\"]\n", "rules/x.toml:4:10: bad pattern"),
        (
            "[[topic]]\nname = \"a\"\ntopic = \"price\"\nregex = [\"x*\"]\n",
            "rules/x.toml:4:10: the pattern matches nothing at all",
        ),
        (
            "[[topic]]\nname = \"a\"\ntopic = \"price\"\nany = [\"x\"]\ntemplate = \"nope\"\n",
            "rules/x.toml:5:12: unknown template `nope`; known: first-answer",
        ),
        ("[[topic]]\nname = \"a\"\ntopic = \"price\"\nany = [\"*\"]\n", "rules/x.toml:4:8: empty phrase"),
        (
            "[[topic]]\nname = \"a\"\ntopic = \"price\"\nayn = [\"x\"]\n",
            "rules/x.toml:4:1: unknown field `ayn`",
        ),
        (
            "[[machine]]\nname = \"a\"\nbecause = \"boring\"\nany = [\"x\"]\n",
            "rules/x.toml:3:11: unknown reason `boring`; known: bounce",
        ),
        (
            "[[machine]]\nname = \"a\"\nbecause = \"spam\"\nheader = [\"x\"]\n",
            "rules/x.toml:4:11: no header field",
        ),
        (
            "[[cue]]\nname = \"a\"\ncue = \"bok\"\nany = [\"x\"]\n",
            "rules/x.toml:3:7: unknown cue `bok`; known: book",
        ),
        (
            "[[answer]]\nname = \"a\"\nwhen = \"often\"\ntemplate = \"price\"\n",
            "rules/x.toml:3:8: unknown condition `often`",
        ),
        ("[[answer]]\nname = \"a\"\nwhen = \"always\"\n", "rules/x.toml:2:8: answer `a` names no template"),
        ("[[rule]]\nname = \"a\"\n", "rules/x.toml:1:3: unknown section `rule`"),
        ("[label]\nkind = \"name\"\n", "`label` is no list of entries"),
        ("[[topic]\n", "rules/x.toml:1:"),
    ] {
        let found = faults(text);
        assert!(found.iter().any(|f| f.contains(expected)), "{text}\n{found:#?}");
    }
}

#[test]
fn all_faults_come_at_once() {
    let text = "[[topic]]\nname = \"a\"\ntopic = \"x\"\nany = [\"y\"]\n[[topic]]\nname = \"a\"\ntopic = \"price\"\nany = [\"\"]\n[[cue]]\nname = \"b\"\ncue = \"z\"\n";
    assert_eq!(faults(text).len(), 5, "{:#?}", faults(text));
}

#[test]
fn the_shipped_rules_load() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    if let Err(faults) = load(&dir, None) {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}
