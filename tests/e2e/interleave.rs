//! A hundred cases, and two agents, the customer and a person at the mailbox acting on each in some order of their own:
//! one answer or none, and whoever spoke hears what became of it.

use std::collections::BTreeMap;

use crate::support::office::{DESK, answer_as, form, letter};
use crate::support::story::{Post, SATO, SUZUKI, Story};

/// What somebody does about one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Ok(&'static str),
    Edit(&'static str),
    SmallEdit(&'static str),
    Reject(&'static str),
    Writes,
    AnswersByHand,
}

impl Act {
    const fn agent(self) -> Option<&'static str> {
        match self {
            Self::Ok(who) | Self::Edit(who) | Self::SmallEdit(who) | Self::Reject(who) => Some(who),
            Self::Writes | Self::AnswersByHand => None,
        }
    }
}

const ACTS: [Act; 10] = [
    Act::Ok(SATO),
    Act::Ok(SUZUKI),
    Act::Ok(SATO),
    Act::Edit(SATO),
    Act::Edit(SUZUKI),
    Act::SmallEdit(SUZUKI),
    Act::Reject(SATO),
    Act::Reject(SUZUKI),
    Act::Writes,
    Act::AnswersByHand,
];
/// Rounds of work after the questions went out; in each a case sees none, one or two acts.
const ROUNDS: usize = 5;
const CASES: usize = 100;

/// A case as the test follows it.
#[derive(Default)]
struct Course {
    /// Its number, `C-…`.
    number: String,
    /// Requests by receiver, oldest first.
    requests: BTreeMap<String, Vec<Post>>,
    /// In which round what happened.
    sent: Vec<usize>,
    wrote: Vec<usize>,
    by_hand: Vec<usize>,
    /// What was done, for whoever reads a failure.
    acts: Vec<(usize, Act)>,
}

/// A fixed stream of numbers: the same hundred courses on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

fn customer(at: usize) -> String {
    format!("customer{at:03}@customer.example")
}

fn act(story: &Story, course: &mut Course, at: usize, round: usize, act: Act, dice: &mut Dice) -> bool {
    let customer = customer(at);
    let id = format!("{at}.{round}.{}", dice.below(1_000_000));
    match act {
        Act::Ok(who) | Act::Edit(who) | Act::SmallEdit(who) | Act::Reject(who) => {
            let Some(requests) = course.requests.get(who) else { return false };
            // Mostly the newest request; sometimes one that has been lying about.
            let back = dice.below(4).saturating_sub(2).min(requests.len() - 1);
            let request = &requests[requests.len() - 1 - back];
            let words = match act {
                Act::Ok(_) => "OK".to_owned(),
                Act::Reject(_) => "NG 満席です".to_owned(),
                Act::SmallEdit(_) => format!("修正\n{}!", draft_in(&request.text)),
                Act::Edit(_) | Act::Writes | Act::AnswersByHand => {
                    format!(
                        "修正\nお待たせして申し訳ございません。{id} の枠でお取りできます。ご都合をお知らせください。"
                    )
                }
            };
            story.office.deliver(&answer_as(
                &format!("{id}@agents.example"),
                request.raw.as_bytes(),
                who,
                &words,
            ));
        }
        Act::Writes => {
            let date = format!("Thu, 27 Aug 2026 1{}:00:00 +0900", round % 10);
            let again = form(
                &format!("again{id}@web.example"),
                &date,
                "山田",
                "",
                &customer,
                "人数が2名になりました。",
            );
            story.office.deliver(&again);
            course.wrote.push(round);
        }
        Act::AnswersByHand => {
            let thread = format!("In-Reply-To: <form{at}@web.example>\nReferences: <form{at}@web.example>\n");
            let mail = letter(
                DESK,
                &customer,
                "ご予約について",
                &format!("own{id}@people.example"),
                &thread,
                "お取りしました。",
            );
            let date = format!("Date: Thu, 27 Aug 2026 1{}:01:00 +0900", round % 10);
            let mail = mail.lines().map(|line| if line.starts_with("Date: ") { date.as_str() } else { line });
            story.office.put("Sent", "\\Seen", &mail.collect::<Vec<_>>().join("\n"));
            course.by_hand.push(round);
        }
    }
    true
}

/// The draft in the text of a request, or words of one's own where it shows none.
fn draft_in(text: &str) -> String {
    let body = text.split("件名: ").nth(1).and_then(|rest| rest.split_once("\n\n"));
    body.and_then(|(_, rest)| rest.split("\n\n■").next()).unwrap_or("お取りしました。").trim().to_owned()
}

/// Takes in what went out in a round; says who was written to about which case.
fn heard(courses: &mut [Course], posts: &[Post], round: usize) -> Vec<(usize, String)> {
    let mut heard = Vec::new();
    for post in posts {
        if let Some(at) = (0..courses.len()).find(|at| post.to == customer(*at)) {
            courses[at].sent.push(round);
            continue;
        }
        let Some(at) = courses.iter().position(|course| post.subject.contains(&course.number)) else {
            continue;
        };
        heard.push((at, post.to.clone()));
        if post.text.contains("token: ") {
            courses[at].requests.entry(post.to.clone()).or_default().push(post.clone());
        }
    }
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn in_any_order_one_answer_leaves_or_none_and_everybody_is_told() {
    let story = Story::open().await;
    let mut dice = Dice(27);
    let mut courses: Vec<Course> = (0..CASES).map(|_| Course::default()).collect();
    // Twenty-five at a time: a backlog would be asked about at a pace of its own.
    for quarter in 0..4 {
        let ours = quarter * 25..(quarter + 1) * 25;
        for at in ours.clone() {
            let date = "Thu, 27 Aug 2026 10:00:00 +0900";
            let words = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";
            story.office.deliver(&form(
                &format!("form{at}@web.example"),
                date,
                "山田",
                "",
                &customer(at),
                words,
            ));
        }
        let posts = story.at(&format!("27 10:0{}", quarter + 1));
        for at in ours {
            let request = posts.iter().find(|post| post.text.contains(&customer(at))).unwrap();
            let number = request.subject.find("C-").unwrap();
            courses[at].number = request.subject[number..number + 12].to_owned();
        }
        heard(&mut courses, &posts, 0);
    }
    let mut acted = 0;
    for round in 1..=ROUNDS {
        let mut spoke = Vec::new();
        for (at, course) in courses.iter_mut().enumerate() {
            for _ in 0..dice.below(3) {
                let chosen = ACTS[dice.below(ACTS.len())];
                if act(&story, course, at, round, chosen, &mut dice) {
                    spoke.extend(chosen.agent().map(|agent| (at, agent.to_owned())));
                    course.acts.push((round, chosen));
                    acted += 1;
                }
            }
        }
        let posts = story.at(&format!("27 1{round}:30"));
        let told = heard(&mut courses, &posts, round);
        for (at, agent) in spoke {
            let course = &courses[at];
            // About one draft nobody gets more than two transcripts: who asks a third time has heard it.
            let times = course.acts.iter().filter(|(_, act)| act.agent() == Some(&*agent)).count();
            let heard = told.contains(&(at, agent.clone())) || times > 2;
            assert!(
                heard,
                "round {round}, {}: {agent} spoke and heard nothing: {:?}",
                course.number, course.acts
            );
        }
    }
    assert!(acted > 400, "{acted} acts are a test");
    let (mut answered, mut unanswered) = (0, 0);
    for (at, course) in courses.iter().enumerate() {
        let number = &course.number;
        assert_eq!(story.mails_to(&customer(at)), course.sent.len(), "{number}");
        for pair in course.sent.windows(2) {
            let between = course.wrote.iter().any(|wrote| pair[0] <= *wrote && *wrote <= pair[1]);
            assert!(between, "{number}: a second answer in round {} to nothing", pair[1]);
        }
        for sent in &course.sent {
            // In the same round the order of the folders decides; afterwards nothing of ours may follow.
            let after = course.by_hand.iter().filter(|hand| *hand < sent).max();
            let fine =
                after.is_none_or(|hand| course.wrote.iter().any(|wrote| hand <= wrote && wrote <= sent));
            assert!(fine, "{number}: sent in round {sent} although a person had answered");
        }
        if course.sent.is_empty() { unanswered += 1 } else { answered += 1 }
    }
    assert!(answered > 20 && unanswered > 10, "both happen: {answered} and {unanswered}");
}
