# shellcheck shell=bash
# Functions of the scripts, to be sourced.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The packages that a program with Gannet needs to build and run.
build_packages=(libopenblas-dev liblapacke-dev zlib1g-dev)

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$(basename "$0"): $*"
  exit 1
}

# Prints the script's head comment as its usage.
show_usage() { sed -n '2,/^[^#]/ { s/^# \{0,1\}//p }' "$0"; }

# Installs the named Debian packages that are missing.
require_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is not a Debian system. Needed here, under Debian's names: $*"
    return
  fi
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local as_root=()
  if [ "$EUID" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "missing packages; as root, run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get -q update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get -q install --yes --no-install-recommends "${missing[@]}"; } >"$log"; then
    tail -n 20 "$log" >&2
    fail "apt-get could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

require_swift() {
  command -v swift >/dev/null ||
    fail "no 'swift' on the PATH; Gannet needs Swift 6.3, see https://www.swift.org/install"
}

# The README's program: its first Swift block under the heading that says how to train a network.
readme_program() {
  awk '/^#/ && !code { heading = tolower($0) ~ /train.*network/ }
    heading && /^```swift/ { code = 1; next }
    code && /^```/ { exit }
    code' "$root/README.md"
}

# Sets `traits`, options of swift build and swift test: the trait ONNX, and Images and MPI if
# their libraries are installed. All scripts use the same, so that none rebuilds.
choose_traits() {
  local names=Programs,ONNX
  if printf '#include <%s.h>\n' stdio png turbojpeg | clang -fsyntax-only -x c - 2>/dev/null; then
    names+=,Images
  fi
  ! pkg-config --exists mpi-c 2>/dev/null || names+=,MPI
  traits=(--traits "$names")
}
