//! Rows about `decide`: each file under `tests/` tells one story in the small language of [`world`].

mod decisions;
mod desk;
mod drafting;
mod endings;
mod events;
mod hand;
mod laws;
mod marks;
mod noticed;
mod offers;
mod property;
mod remarks;
mod render;
mod sending;
mod shop;
mod world;
