//! Tests of the stored forms: round trips, the promised texts, and hostile bytes.

mod any;
mod golden;
mod hostile;
mod round_trip;
