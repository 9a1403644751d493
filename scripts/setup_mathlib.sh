#!/bin/sh
# Sets up the Lean release and the Mathlib that lean_project/ pins: toolchain through elan, Mathlib's compiled files
# through its cache. Needs a network once; says what to do where something is missing.
set -eu
cd "$(dirname "$0")/../lean_project"
PATH="${ELAN_HOME:-$HOME/.elan}/bin:$PATH"

if ! command -v lake >/dev/null 2>&1; then
    cat >&2 <<'SAY'
make mathlib: elan, Lean's toolchain manager, is not installed. On a machine with a network:
  1. install elan as https://lean-lang.org/install/ says
  2. run `make mathlib` again (about 6 GB are downloaded)
Without it the profile `core` works everywhere: prover doctor
SAY
    exit 3
fi
fail() {
    echo "make mathlib: $1 failed; it needs a network and about 6 GB of disk. Run it again to continue." >&2
    exit 3
}
lake update mathlib || fail "lake update"
lake exe cache get || fail "downloading Mathlib's compiled files (lake exe cache get)"
lake build || fail "lake build"
echo "The profile mathlib is ready: prover doctor"
