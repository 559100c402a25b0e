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
            "[[field]]\nname = \"Serial\"\nja = \"製造番号\"\nen = \"serial\"\n",
            "rules/x.toml:2:8: `Serial` is no name for a field; use a-z, 0-9 and _",
        ),
        (
            "[[field]]\nname = \"phone\"\nja = \"電話\"\nen = \"phone\"\n",
            "rules/x.toml:2:8: two fields are called `phone`; the other stands at rules/fields.toml:",
        ),
        (
            "[[field]]\nname = \"a\"\nja = \"い\"\nen = \"a\"\nreads = \"fax\"\n",
            "rules/x.toml:5:9: unknown reader of mails `fax`; known: name, company",
        ),
        (
            "[[field]]\nname = \"a\"\nen = \"a\"\nwords = [\"ご注文時のメール\"]\n",
            "rules/x.toml:1:1: missing field `ja`",
        ),
        (
            "[[decision]]\ntopic = \"own\"\nja = \"い\"\nen = \"own\"\nrequired = [\"serail\"]\n",
            "rules/x.toml:5:13: unknown field `serail`; known: name, company",
        ),
        (
            "[[tag]]\nname = \"a\"\ntopic = \"price\"\nany = [\"x\"]\n",
            "rules/x.toml:3:9: `topic` does not belong into [[tag]]",
        ),
        (
            "[[label]]\nkind = \"name\"\nwords = [\"a\", \"Ａ\"]\n",
            "rules/x.toml:3:15: label `Ａ` is written twice; it already stands at rules/x.toml:3",
        ),
        ("[[label]]\nkind = \"name\"\nwords = [\"\"]\n", "rules/x.toml:3:10: empty phrase"),
        (
            "[[topic]]\nname = \"a\"\ntopic = \"bokking\"\nany = [\"x\"]\n",
            "rules/x.toml:3:9: unknown topic `bokking`; known: sales, job",
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
        (
            "[[decision]]\ntopic = \"Bikes\"\nja = \"a\"\nen = \"a\"\n",
            "rules/x.toml:2:9: `Bikes` is no name for a topic; use a-z",
        ),
        (
            "[[decision]]\ntopic = \"price\"\nja = \"a\"\nen = \"a\"\n",
            "rules/x.toml:2:9: two topics are called `price`; the other stands at rules/topics.toml:",
        ),
        (
            "[[decision]]\ntopic = \"bikes\"\nen = \"a\"\n",
            "rules/x.toml:1:1: missing field `ja`; add ja = \"…\"",
        ),
        (
            "[[decision]]\ntopic = \"bikes\"\nja = \"a\"\nen = \"a\"\nbooks = \"often\"\n",
            "rules/x.toml:5:9: unknown value of `books` `often`; known: always, on_request, in_form, never",
        ),
        (
            "[[decision]]\ntopic = \"bikes\"\nja = \"a\"\nen = \"a\"\ntakes = [\"slot\"]\n",
            "rules/x.toml:2:9: two topics take mails of kind `slot`; the other stands at rules/topics.toml:",
        ),
        ("[[decision]]\nja = \"a\"\n", "rules/x.toml:1:1: a decision names neither of `topic` and `because`"),
        (
            "[[decision]]\nbecause = \"spam\"\n",
            "rules/x.toml:2:11: `spam` is decided twice; it already stands at rules/topics.toml:",
        ),
        (
            "[weighing]\nmargin = \"3\"\n",
            "rules/x.toml:2:10: `margin` is no whole number; write a whole number",
        ),
        (
            "[[mark]]\nname = \"a\"\nregex = [\"[0-9]{4,}\"]\nmarks = [\"m\"]\n",
            "rules/x.toml:3:10: no letter of the pattern is certain, so it would be tried on every mail; add",
        ),
        ("[[mark]]\nname = 3\n", "rules/x.toml:2:8: `name` is no text in quotation marks"),
        ("[[mark]]\nname = \"a\"\nany = \"x\"\n", "rules/x.toml:3:7: `any` is no list in square brackets"),
    ] {
        let found = faults(text);
        assert!(found.iter().any(|f| f.contains(expected)), "{text}\n{found:#?}");
    }
}

#[test]
fn all_faults_come_at_once() {
    let text = "[[topic]]\nname = \"a\"\ntopic = \"x\"\nany = [\"y\"]\n[[topic]]\nname = \"a\"\ntopic = \"price\"\nany = [\"\"]\n[[cue]]\nname = \"b\"\ncue = \"z\"\n";
    assert_eq!(faults(text).len(), 5, "{:#?}", faults(text));
    let text =
        "[[topic]]\nname = \"a\"\ntopic = \"price\"\nayn = [\"x\"]\nwieght = 3\nany = [1]\nunles = []\n";
    let found = faults(text);
    for expected in [
        "rules/x.toml:4:1: unknown field `ayn`; did you mean `any`?",
        "rules/x.toml:5:1: unknown field `wieght`; did you mean `weight`?",
        "rules/x.toml:6:8: `any` is no list of texts",
        "rules/x.toml:7:1: unknown field `unles`; did you mean `unless`?",
    ] {
        assert!(found.iter().any(|fault| fault.contains(expected)), "{expected}\n{found:#?}");
    }
}

/// Rows: a file that is too large for a small machine, and the one fault that says so.
#[test]
fn a_rule_set_that_would_not_fit_is_refused_at_the_first_word_too_many() {
    let words = |count: usize, word: &dyn Fn(usize) -> String| {
        (0..count).map(|n| format!("  \"{}\",\n", word(n))).collect::<String>()
    };
    let many = words(50_001, &|n| format!("語{n}"));
    let patterns = words(401, &|n| format!("予約{n}(を|が)"));
    for (text, expected) in [
        (
            format!("[[topic]]\nname = \"a\"\ntopic = \"price\"\nany = [\n{many}]\n"),
            "rules/x.toml:50005:3: this is phrase 50001 of all rule files, and 50000 are the most; remove what",
        ),
        (
            format!("[[topic]]\nname = \"a\"\ntopic = \"price\"\nany = [\"x\"]\nregex = [\n{patterns}]\n"),
            "rules/x.toml:406:3: this is pattern 401 of all rule files, and 400 are the most; write phrases",
        ),
        (
            "[[mark]]\nname = \"a\"\nany = [\"x\"]\nregex = [\"予約(\\\\pL{1,400}){1,40}\"]\n".to_owned(),
            "rules/x.toml:4:10: bad pattern: Compiled regex exceeds size limit",
        ),
    ] {
        let found = faults(&text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{expected}\n{found:#?}");
    }
}

#[test]
fn a_folder_with_its_own_topics_must_decide_everything() {
    let own = "[[decision]]\ntopic = \"bikes\"\nja = \"自転車\"\nen = \"bikes\"\ntakes = [\"slot\", \"product\", \"reply\"]\n";
    let found: Vec<String> = parse(&[("rules/topics.toml", own)], None)
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    for expected in [
        "rules/topics.toml: no topic takes mails of kind `nothing`; add takes = [\"nothing\"] to one topic",
        "rules/topics.toml: machine mail of kind `spam` is not decided; add [[decision]] because = \"spam\"",
    ] {
        assert!(found.iter().any(|fault| fault == expected), "{expected}\n{found:#?}");
    }
}

#[test]
fn the_shipped_rules_load() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    if let Err(faults) = load(&dir, None) {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}
