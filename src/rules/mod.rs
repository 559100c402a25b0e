//! Rule files to core types. Every fault with file, line and column; all faults at once. Reads text, never files.

pub mod when;
