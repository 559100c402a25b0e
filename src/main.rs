//! The `madoguchi` program.

// Stands in for the C library's allocator by its symbols alone, so that memory asked for as zeros stays untouched until it
// is used: sled asks for twenty megabytes that it never uses. See `docs/dependencies.md`.
use tikv_jemallocator as _;

fn main() -> std::process::ExitCode {
    madoguchi::cli::main()
}
