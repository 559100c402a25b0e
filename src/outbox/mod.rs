//! The outbox: the one place where effects reach the world.

pub mod row;
