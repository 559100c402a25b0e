//! Speed of the customer directory: a list taken in as the command does it, and single look-ups.
//!
//! `cargo bench --bench customers [customers]`; a hundred thousand unless told. Prints figures, judges nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench is run by hand and shows its figures there"
)]

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use madoguchi::answers::{Question, answer};
use madoguchi::clock::Clock;
use madoguchi::customers;
use madoguchi::desk::Desk;
use madoguchi::live::Live;
use madoguchi::store::{Options, Store};
use tokio::sync::mpsc;

#[tokio::main]
async fn main() {
    let count: usize = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(100_000);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir_in(root.join("target")).unwrap();
    let live = Live::load(&root.join("config.toml")).unwrap();
    let (store, _) = Store::open(Options::new(dir.path())).await.unwrap();
    let (planned, _rows) = mpsc::unbounded_channel();
    let desk = Desk::new(store, live, Clock::system(), planned);

    let mut list = "顧客番号,氏名,フリガナ,会社,電話番号,その他電話,メール,ランク\n".to_owned();
    for n in 0..count {
        let phone = format!("090-{:04}-{:04}", n / 10_000, n % 10_000);
        let other = format!("03-{:04}-{:04}", n / 10_000 + 2000, n % 10_000);
        writeln!(list, "K-{n},山田 {n}子,ヤマダ {n}コ,会社{n},{phone},{other},k{n}@example.com,一般")
            .unwrap();
    }
    let start = Instant::now();
    let listed = customers::read(Path::new("list.csv"), list.as_bytes()).unwrap();
    println!("{count} customers, {} MB read in {:?}", list.len() / 1_000_000, start.elapsed());
    let start = Instant::now();
    for chunk in listed.customers.chunks(100) {
        desk.take_customers(chunk, &listed.given, false).await.unwrap();
    }
    println!("taken in, a hundred a commit, in {:?}", start.elapsed());

    for (what, text) in [
        ("number", "+81 90-0000-0042"),
        ("address", "K42@EXAMPLE.COM"),
        ("name", "やまだ 42こ"),
        ("nobody's number", "0312345678"),
    ] {
        let question = Question::FindCustomers { text: text.to_owned() };
        let start = Instant::now();
        for _ in 0..1000 {
            answer(&desk, &question).await.unwrap();
        }
        println!("find by {what}: {:?}", start.elapsed() / 1000);
    }
    let start = Instant::now();
    let pairs = desk.duplicate_customers().await.unwrap();
    println!("{} possible duplicates listed in {:?}", pairs.len(), start.elapsed());
    desk.store().close().await.unwrap();
}
