//! Rows about `decide`: each file under `tests/` tells one story in the small language of [`world`].

mod endings;
mod laws;
mod marks;
mod matrix;
mod property;
mod sending;
mod shop;
mod world;
