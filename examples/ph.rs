//! x
#![allow(clippy::print_stdout)]
fn main() {
    let mut rng = fastrand::Rng::with_seed(3);
    let mut bad = 0;
    for _ in 0..3_000_000 {
        let n = if rng.bool() { 10 } else { 11 };
        let mut s = String::from("0");
        for _ in 1..n {
            s.push(char::from(b'0' + rng.u8(..10)));
        }
        if s.starts_with("00") || s.starts_with("010") {
            continue;
        }
        if phonenumber::parse(Some(phonenumber::country::Id::JP), &s).is_err() {
            bad += 1;
            if bad < 10 {
                println!("{s}");
            }
        }
    }
    println!("bad {bad}");
}
