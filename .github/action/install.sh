#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts slsaudit on the PATH of the steps that follow: the one that is installed, one from an archive, or one that is
# built from the action's own sources.
set -eu
if command -v slsaudit >/dev/null 2>&1; then
  slsaudit --version
  exit 0
fi
to=${RUNNER_TEMP:?}/slsaudit
mkdir -p "$to"
if [ -n "${INPUT_ARCHIVE:-}" ]; then
  curl -fsSL --retry 3 "$INPUT_ARCHIVE" | tar -xz -C "$to" --strip-components=1
else
  "$(dirname "$0")/../../dev" build "$to"
fi
"$to/bin/slsaudit" --version
echo "$to/bin" >>"${GITHUB_PATH:?}"
