//! Rows about `decide`: each file under `tests/` tells one story in the small language of [`world`].

mod acknowledge;
mod calls;
mod clock;
mod complaint;
mod complaint_by_hand;
mod complaint_change;
mod complaint_report;
mod complaint_walk;
mod decisions;
mod delegated;
pub(in crate::triage) mod desk;
mod drafting;
mod endings;
mod events;
mod hand;
mod handling;
mod laws;
mod marks;
mod nobody;
mod noticed;
mod offers;
mod place;
mod property;
mod remarks;
mod render;
mod sending;
mod shop;
mod together;
mod world;

/// A policy, and a case of class B that two agents are asked about.
pub(in crate::triage) fn asked_case() -> (crate::triage::policy::Policy, crate::triage::case::Case) {
    let mut world = world::World::new();
    world.play("mail B 本店; end ask done");
    (world.policy, world.case.expect("a mail opens a case"))
}
