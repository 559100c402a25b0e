# What scripts/ share: a step with its seconds, and the Debian packages a step needs. Sourced, never run.
# Nothing here starts a system service; the tests and the demo start servers of their own, on loopback.
# shellcheck shell=bash

# say WORDS…: one line on stderr; stdout belongs to what the steps print.
say() { printf '== %s\n' "$*" >&2; }

# step NAME COMMAND…: runs it, and says how long it took or that it failed.
step() {
  local name=$1 begun=$SECONDS status=0
  shift
  say "$name"
  "$@" || status=$?
  if [ "$status" -eq 0 ]; then
    say "$name: done in $((SECONDS - begun)) s"
  else
    say "$name: FAILED after $((SECONDS - begun)) s (exit code $status)"
  fi
  return "$status"
}

# is_installed PACKAGE: whether dpkg has it, configured.
is_installed() {
  # shellcheck disable=SC2016 # the dollar belongs to dpkg-query
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages PACKAGE…: installs what is missing, as root or by sudo; else says what to install and fails.
need_packages() {
  local package missing=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is no Debian: please see to it that the counterparts of these packages are installed: $*"
    return 0
  fi
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return 0

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
      say "Missing packages, and no right to install them. Please run as root: apt-get install --no-install-recommends ${missing[*]}"
      return 1
    fi
    as_root=(sudo -n)
  fi

  say "installing ${missing[*]}"
  if ! (install_quietly "${missing[@]}"); then
    say "apt-get could not install: ${missing[*]}"
    return 1
  fi
}

# install_quietly PACKAGE…: for need_packages only, whose as_root it uses, and in a subshell, whose end cleans up.
install_quietly() {
  # Debian starts a service as soon as its package is unpacked; this file says no (policy-rc.d(8)).
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    # shellcheck disable=SC2064 # the names are wanted as they are now
    trap "${as_root[*]} rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null || return 1
    "${as_root[@]}" chmod 755 "$policy" || return 1
  fi
  # "Local only": Postfix may then not send a mail anywhere, whoever starts it.
  printf 'postfix postfix/main_mailer_type select Local only\npostfix postfix/mailname string localhost\n' |
    "${as_root[@]}" debconf-set-selections 2>/dev/null || true
  apt_install "$@" && return 0
  # Old or absent package lists are the usual reason; they are fetched only now.
  say "fetching the package lists and trying again"
  "${as_root[@]}" apt-get -qq update >&2 && apt_install "$@"
}

# apt_install PACKAGE…: asks nothing, and waits for another apt to end.
apt_install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" >&2 </dev/null
}

# need_cyrus: Cyrus IMAP, unpacked into a folder of its own. As a package it would drive Dovecot out: Debian installs
# one IMAP server at a time. tests/support/cyrus.rs looks for it in the same places.
need_cyrus() {
  local folder=${MADOGUCHI_CYRUS:-${XDG_CACHE_HOME:-$HOME/.cache}/madoguchi/cyrus}
  # Started by root, the server works as nobody, who must be able to reach it.
  [ "$(id -u)" -ne 0 ] || folder=${MADOGUCHI_CYRUS:-/var/cache/madoguchi/cyrus}
  if [ -x "$folder/usr/lib/cyrus/bin/imapd" ] || [ -x /usr/lib/cyrus/bin/imapd ]; then
    return 0
  fi
  if ! command -v dpkg-deb >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is no Debian: please install Cyrus IMAP and saslpasswd2 beside Dovecot, or unpack them into $folder"
    return 0
  fi
  (unpack_cyrus "$folder")
}

# unpack_cyrus FOLDER: for need_cyrus only, in a subshell, whose end cleans up.
unpack_cyrus() {
  local new libraries packages=(cyrus-common cyrus-imapd sasl2-bin)
  mkdir -p "$(dirname "$1")" && new=$(mktemp -d "$1.XXXXXX") || return 1
  # shellcheck disable=SC2064 # the name is wanted as it is now
  trap "rm -rf '$new'" EXIT
  mkdir "$new/root" && chmod 755 "$new" && cd "$new" || return 1
  if ! apt-get -qq download "${packages[@]}" >&2; then
    say "apt-get could not download ${packages[*]}; are the package lists there (apt-get update)?"
    return 1
  fi
  local deb
  for deb in ./*.deb; do
    dpkg-deb -x "$deb" root || return 1
  done
  # Its libraries harm nobody and are installed. The virus scanner's is used by none of the programs that are run.
  libraries=$(for deb in ./cyrus-*.deb; do dpkg-deb -f "$deb" Depends | tr ',' '\n'; done |
    sed -n 's/^ *\(lib[a-z0-9.+-]*\).*/\1/p' | grep -v clamav | sort -u)
  # shellcheck disable=SC2086 # names without blanks, one word each
  need_packages $libraries || return 1
  mv -T "$new/root" "$1" || [ -x "$1/usr/lib/cyrus/bin/imapd" ]
}

# need_browser: a headless browser that lays mails out, with fonts for what is written in them.
need_browser() {
  need_packages chromium fonts-noto-cjk fonts-liberation
}

# need_rust: a toolchain with fmt and clippy, and a linker.
need_rust() {
  if ! command -v cargo >/dev/null && [ -r "$HOME/.cargo/env" ]; then
    # shellcheck disable=SC1091 # made by rustup
    . "$HOME/.cargo/env"
  fi
  if ! command -v cargo >/dev/null; then
    say "There is no cargo. Please install Rust (https://rustup.rs/), with the version in Cargo.toml or later."
    return 1
  fi
  if ! command -v cc >/dev/null || ! command -v make >/dev/null; then
    need_packages gcc libc6-dev make
  fi
}
