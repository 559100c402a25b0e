//! Tests of the stored forms: round trips, the promised texts, and hostile bytes.

mod any;
mod complaint;
mod golden;
mod hostile;
mod round_trip;
