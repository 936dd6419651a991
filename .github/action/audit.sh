#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Audits; writes a SARIF log and the job's summary. Findings don't fail this step, so that the log is uploaded first:
# the exit code is an output. What can't be audited fails it.
set -eu
sarif=${INPUT_SARIF_FILE:-slsaudit.sarif}
summary=$(mktemp)
trap 'rm -f "$summary"' EXIT

set -f # no patterns
IFS='
'
# shellcheck disable=SC2086 # an argument a line
set -- ${INPUT_ARGUMENTS:-} -- ${INPUT_PATHS:-.}
unset IFS
if [ -n "${INPUT_FAIL_ON:-}" ]; then set -- "--fail-on=$INPUT_FAIL_ON" "$@"; fi
if [ -n "${INPUT_CATEGORY:-}" ]; then set -- "--sarif-category=$INPUT_CATEGORY" "$@"; fi

code=0
slsaudit check "--report=sarif=$sarif" "--report=markdown=$summary" "$@" || code=$?
cat "$summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
{
  echo "exit-code=$code"
  if [ -s "$sarif" ]; then echo "sarif-file=$sarif"; fi
} >>"${GITHUB_OUTPUT:-/dev/null}"
# An input that could not be read is told, and the rest is in the log: the last step judges.
if [ ! -s "$sarif" ]; then exit "$code"; fi
