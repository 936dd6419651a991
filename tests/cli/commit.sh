#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Which commit and date a build tells, by where its sources come from; see cmake/Commit.cmake.
#
#   commit.sh SLSAUDIT SOURCE
set -eu
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset SOURCE_DATE_EPOCH
failed=0
check() { # WHAT EXPECTED DIRECTORY [OPTION]
  cmake -DSOURCE="$work/$3" -DOUTPUT="$work/out" ${4:+"$4"} -P "$source/cmake/Commit.cmake"
  [ "$(cat "$work/out")" = "$2" ] || {
    failed=$((failed + 1))
    echo "$1: $(cat "$work/out"), not $2"
  }
}

mkdir "$work/plain" "$work/archive" "$work/unexpanded"
check "no sources" '"", ""' plain
check "a commit that is given" '"0123abcd", ""' plain -DCOMMIT=0123abcd
printf 'commit: 0123456789abcdef0123456789abcdef01234567\ntime: 1790000000\n' >"$work/archive/.git_archival.txt"
check "an archive" '"0123456789ab", "2026-09-21"' archive
cp "$source/.git_archival.txt" "$work/unexpanded/"
if grep -q Format "$work/unexpanded/.git_archival.txt"; then check "a copy" '"", ""' unexpanded; fi
export SOURCE_DATE_EPOCH=0
check "a date that is given" '"0123456789ab", "1970-01-01"' archive
unset SOURCE_DATE_EPOCH
if command -v git >/dev/null 2>&1; then
  git init -q "$work/checkout"
  cd "$work/checkout"
  git config user.name a
  git config user.email a@example.com
  echo 1 >file
  git add file
  GIT_COMMITTER_DATE='2026-03-04T05:06:07Z' git commit -qm one
  id=$(git rev-parse HEAD | cut -c 1-12)
  check "a checkout" "\"$id\", \"2026-03-04\"" checkout
  echo 2 >file
  check "a changed checkout" "\"$id-modified\", \"2026-03-04\"" checkout
fi
echo "$failed wrong"
[ "$failed" -eq 0 ]
