//! The program `madoguchi`: everything it does stands in the library.

fn main() {}
