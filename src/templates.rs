//! Templates: the texts that answers begin with, written by the supervisor as `templates/*.txt`.
//!
//! Everything that can be wrong with a template is found when it is loaded, with file, line and column. What is
//! unknown about a case is found when an answer is composed, and said to the agent: a customer never gets a mail
//! with an empty place. Nothing here reaches another file, escapes HTML, or sends.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use minijinja::Environment;

use crate::config::Reply;
use crate::fault::Fault;
use crate::triage::draft::{Compose, Composed, Values};
use crate::triage::verdict::Class;

mod read;
mod variable;

pub use variable::{VARIABLES, Variable, variable};

/// What the config says about templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether every template must apologise.
    pub apology_required: bool,
    /// What `{{ apology }}` says.
    pub apology: String,
    /// Words that count as an apology, compared without regard to case.
    pub apology_phrases: Vec<String>,
}

impl From<&Reply> for Options {
    fn from(reply: &Reply) -> Self {
        Self {
            apology_required: reply.apology_required,
            apology: reply.apology.clone(),
            apology_phrases: reply.apology_phrases.clone(),
        }
    }
}

/// One template, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The file's name without `.txt`: `first-answer` or `first-answer.en`.
    pub name: String,
    /// The file.
    pub file: PathBuf,
    /// The class it is meant for, where the front matter says so.
    pub class: Option<Class>,
    /// The topic it is meant for, where the front matter says so.
    pub topic: Option<String>,
    /// Whether it goes out without anybody's approval, to say that mail has come.
    pub acknowledges: bool,
    /// Whether it brings the tool for remote guidance.
    pub guides: bool,
    /// Whether it is the report that ends a complaint.
    pub reports: bool,
    /// Language it is written in: `ja`, `en`, `pl` or `zh`.
    pub language: &'static str,
    /// What stands for a variable that is unknown.
    pub fallback: BTreeMap<&'static str, String>,
    /// Every variable it refers to.
    pub variables: BTreeSet<&'static str>,
    subject: String,
    body: String,
}

/// What the pieces of a template are called behind its name. No name of a template holds a blank, and nothing here may
/// look like a file's ending: by that the engine would choose how to escape.
const SUBJECT: &str = " subject";
const BODY: &str = " body";

/// All templates of a folder.
pub struct Templates {
    all: BTreeMap<String, Template>,
    apology: String,
    engine: Environment<'static>,
}

/// Loads every `*.txt` of a folder.
///
/// # Errors
/// Every fault of every file at once, in the order of files and lines.
pub fn load(dir: &Path, options: &Options) -> Result<Templates, Vec<Fault>> {
    let files = read::files(dir).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    let mut all = BTreeMap::new();
    for path in files {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                faults.push(Fault::whole(&path, format!("the template cannot be read: {error}"), ""));
                continue;
            }
        };
        if let Some(template) = read::read(&path, &text.replace("\r\n", "\n"), options, &mut faults) {
            all.insert(template.name.clone(), template);
        }
    }
    for template in all.values().filter(|template| template.name.contains('.')) {
        let base = template.name.split('.').next().unwrap_or("");
        if !all.contains_key(base) && faults.is_empty() {
            faults.push(Fault::whole(
                &template.file,
                format!("there is no {base}.txt to be a translation of"),
                "add it, or rename this file",
            ));
        }
    }
    if !faults.is_empty() {
        faults.sort();
        faults.dedup();
        return Err(faults);
    }
    // Taken apart once here, and not again for every mail.
    let mut engine = read::engine();
    let pieces = |template: &Template| [(SUBJECT, template.subject.clone()), (BODY, template.body.clone())];
    for (name, (piece, source)) in all.iter().flat_map(|(name, one)| pieces(one).map(|piece| (name, piece))) {
        let added = engine.add_template_owned(format!("{name}{piece}"), source);
        // It was tried when it was read.
        added.map_err(|error| vec![Fault::whole(dir, error.to_string(), "")])?;
    }
    Ok(Templates { all, apology: options.apology.clone(), engine })
}

impl Templates {
    /// A template by its full name.
    pub fn get(&self, name: &str) -> Option<&Template> {
        self.all.get(name)
    }

    /// All templates in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.all.values()
    }

    /// The name of a template in a language: `first-answer` and `en` give `first-answer.en` where it exists,
    /// otherwise the name itself.
    pub fn choose(&self, name: &str, lang: &str) -> String {
        let translated = format!("{name}.{lang}");
        if self.all.contains_key(&translated) { translated } else { name.to_owned() }
    }

    /// The name of the template that brings the tool for remote guidance, without a language.
    pub fn guiding(&self) -> Option<&str> {
        let mut base = self.all.values().filter(|template| template.guides && !template.name.contains('.'));
        base.next().map(|template| template.name.as_str())
    }

    /// What the template's variables stand for here: the value, else the fallback.
    fn fill(&self, template: &Template, values: &Values) -> BTreeMap<&'static str, String> {
        let mut filled = template.fallback.clone();
        filled.insert("apology", self.apology.clone());
        for known in &VARIABLES {
            let Some(value) = values.0.get(known.name).filter(|value| !value.trim().is_empty()) else {
                continue;
            };
            filled.insert(
                known.name,
                if known.lines { plain_lines(value) } else { variable::on_one_line(value) },
            );
        }
        filled
    }

    /// The variables without which the template cannot be rendered; one that it asks about first is not among
    /// them. Found by trying: everything unknown gets its example, except one.
    fn missing(
        &self,
        template: &Template,
        filled: &BTreeMap<&'static str, String>,
    ) -> Vec<&'static Variable> {
        let unknown = template.variables.iter().filter(|name| !filled.contains_key(*name));
        let unknown: Vec<&Variable> = unknown.filter_map(|name| variable(name)).collect();
        let is_needed = |one: &&&'static Variable| {
            let examples = unknown.iter().filter(|other| other.name != one.name);
            let mut tried = filled.clone();
            tried.extend(examples.map(|other| (other.name, other.example.to_owned())));
            let fails = |source| self.engine.render_str(source, &tried).is_err();
            fails(&template.subject) || fails(&template.body)
        };
        unknown.iter().filter(is_needed).copied().collect()
    }
}

impl Templates {
    /// What is said at once about a mail that has come. Not said at all where something is missing.
    ///
    /// # Errors
    /// A sentence for the log: which template, which variable.
    pub fn acknowledge(&self, name: &str, lang: &str, values: &Values) -> Result<Composed, String> {
        let allowed = |(name, _): &(&'static str, String)| variable::IN_ACKNOWLEDGEMENTS.contains(name);
        let values = Values(values.0.clone().into_iter().filter(allowed).collect());
        match self.all.get(&self.choose(name, lang)) {
            Some(template) if template.acknowledges => self.compose(name, lang, &values),
            Some(_) | None => Err(format!("There is no acknowledgement \"{name}\".")),
        }
    }
}

impl Template {
    /// The lines that say the same in every mail made from it: those without a variable.
    pub fn fixed_lines(&self) -> impl Iterator<Item = &str> {
        self.body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains(['{', '}']))
    }
}

impl Compose for Templates {
    fn compose(&self, name: &str, lang: &str, values: &Values) -> Result<Composed, String> {
        let name = &self.choose(name, lang);
        let Some(template) = self.all.get(name) else {
            return Err(format!(
                "テンプレート「{name}」がありません。templates フォルダーに {name}.txt を作るか、「修正」に続けて本文を返信してください。 \
                 / There is no template \"{name}\"."
            ));
        };
        let filled = self.fill(template, values);
        let render = |piece: &str| {
            self.engine
                .get_template(&format!("{name}{piece}"))
                .and_then(|template| template.render(&filled))
                .map_err(|_| refusal(name, &self.missing(template, &filled)))
        };
        let subject = variable::on_one_line(&render(SUBJECT)?);
        let body = render(BODY)?;
        let body = body.trim_matches('\n').trim_end();
        if subject.is_empty() || body.is_empty() {
            return Err(refusal(name, &[]));
        }
        Ok(Composed { subject, body: format!("{body}\n") })
    }
}

/// LF line ends; other control characters become blanks.
fn plain_lines(text: &str) -> String {
    let lines = text.lines().map(variable::on_one_line);
    lines.collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned()
}

/// Why an answer could not be composed, for the agent: which template, which variable, what to do. Carries no
/// value, because values are customers' data.
fn refusal(name: &str, missing: &[&Variable]) -> String {
    if missing.is_empty() {
        return format!(
            "テンプレート「{name}」から文面を作れませんでした。「修正」に続けて本文を返信してください。 \
             / Template \"{name}\" could not be rendered."
        );
    }
    let list = |word: fn(&Variable) -> &'static str, open: &str, close: &str, comma: &str| {
        let words = missing.iter().map(|v| format!("{}{open}{}{close}", v.name, word(v)));
        words.collect::<Vec<_>>().join(comma)
    };
    let ja = list(|v| v.ja, "(", ")", "、");
    let en = list(|v| v.en, " (", ")", ", ");
    let remedies: BTreeSet<&str> = missing.iter().map(|v| v.remedy).filter(|r| !r.is_empty()).collect();
    let remedies: String = remedies.into_iter().map(|remedy| format!("{remedy}か、")).collect();
    format!(
        "テンプレート「{name}」に入れる {ja} が分かりません。{remedies}「修正」に続けて本文を返信してください。 \
         / Template \"{name}\" needs, but does not know: {en}."
    )
}
