//! Rows about `decide`: each file under `tests/` tells one story in the small language of [`world`].

mod endings;
mod marks;
mod matrix;
mod sending;
mod shop;
mod world;
