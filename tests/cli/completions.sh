#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Loads the completions of one shell there, and asks it to complete.
#
#   completions.sh SLSAUDIT bash|zsh|fish      exits with 77 where the shell is not installed
set -eu
tool=$1
shell=$2
command -v "$shell" >/dev/null 2>&1 || {
  echo "skipped: $shell is not installed"
  exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$tool" completions "$shell" >"$work/_slsaudit"
mkdir "$work/here"
cd "$work/here"
mkdir services
: >services.yaml

# A line to complete, and a word that must be offered (or that it is completed to).
cat >"$work/cases" <<'CASES'
slsaudit che|check
slsaudit --ver|--version
slsaudit check --form|--format
slsaudit check --format sar|sarif
slsaudit check --fail-on crit|critical
slsaudit check --profile str|strict
slsaudit check --select CON00|CON007
slsaudit check --select IAM,visibility-timeout-t|visibility-timeout-too-short
slsaudit check services.y|services.yaml
slsaudit explain visibility-timeout-t|visibility-timeout-too-short
slsaudit facts . cost|costs
slsaudit rules sche|schema
slsaudit rules new --gro|--group
slsaudit rules test --conf|--config
slsaudit baseline prun|prune
slsaudit graph --format merm|mermaid
slsaudit completions zs|zsh
slsaudit rules new x --directory serv|services
CASES

case $shell in
bash)
  cat >"$work/ask" <<'ASK'
. "$1"
read -ra COMP_WORDS <<<"$2"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_slsaudit
printf '%s\n' "${COMPREPLY[@]}"
ASK
  ask() { bash "$work/ask" "$work/_slsaudit" "$1"; }
  ;;
fish)
  # shellcheck disable=SC2016 # those are fish's
  ask() { HOME=$work fish --no-config -c 'source $argv[1]; complete -C"$argv[2]" | string replace -r "\t.*" ""' "$work/_slsaudit" "$1"; }
  ;;
zsh)
  cat >"$work/ask" <<'ASK'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= ; fpath=(${1:h} \$fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=10000; unsetopt beep; \
show() { zle -I; print -r -- \"buf\"\"fer=\$BUFFER=\" }; zle -N show; bindkey '^X' show; print load\"\"ed"
await() { local line=; until [[ $line == *$1* ]]; do zpty -r shell line || exit 1; print -r -- $line; done }
await loaded
zpty -w -n shell $2$'\t\t'
sleep 1
zpty -w -n shell $'\x18'
await buffer=
ASK
  ask() { zsh -f "$work/ask" "$work/_slsaudit" "$1" | tr -d '\r'; }
  ;;
esac

failed=0
while IFS='|' read -r line word; do
  offered=$(ask "$line" </dev/null 2>&1) || true
  case $offered in
  *"$word"*) ;;
  *)
    failed=$((failed + 1))
    printf '%s: "%s" does not give "%s" but:\n%s\n' "$shell" "$line" "$word" "$offered"
    ;;
  esac
done <"$work/cases"
echo "$shell: $(wc -l <"$work/cases") lines completed, $failed wrong"
[ "$failed" -eq 0 ]
