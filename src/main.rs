//! The `madoguchi` program.

/// glibc's keeps much of what a backlog took for good, and threads wait for each other in it; see `docs/dependencies.md`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    madoguchi::cli::main()
}
