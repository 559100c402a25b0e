# Short names for what is done often. Optional: everything here can be typed by hand.

# List what there is
default:
    @just --list

# What the continuous integration runs
ci:
    .ci/run

# Format, lints, unit tests
quick:
    scripts/test quick

# Write the format that `ci` asks for
fmt:
    cargo fmt

# The house rules alone
tidy:
    cargo test --test tidy

# One test, or all whose names contain NAME
test NAME:
    cargo test --all-features {{NAME}}

# Renew the expected values of expect-test; read the diff before you commit it
expect:
    UPDATE_EXPECT=1 cargo test --all-features

# How fast mailboxes are worked, beside other tools; `just bench --quick` to see that it works
bench *ARGS:
    scripts/bench {{ARGS}}

# Licences, advisories, sources (needs cargo-deny)
deny:
    cargo deny --all-features check

# How well the service is fenced in (needs systemd 252)
service:
    systemd-analyze security --offline=true --no-pager contrib/madoguchi.service
