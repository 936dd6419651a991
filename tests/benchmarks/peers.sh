#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long other tools take for one template, as whole processes: those of them that are installed.
#
#   peers.sh SLSAUDIT TEMPLATE [DIRECTORY]
#
# DIRECTORY is one where `npm install cfn-lint cdk-nag@2 aws-cdk-lib constructs` was run; without it, programs of
# npm are left out. Prints the median of 9 runs, in milliseconds, and how many times that of slsaudit it is.
# Each tool checks other things: this says only how long one waits.
set -eu
slsaudit=$1
template=$2
modules=${3:-}
runs=9

milliseconds() { # the median; what a tool prints and thinks of the template doesn't matter
  i=0
  while [ $i -lt $runs ]; do
    begin=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    end=$(date +%s%N)
    echo $(((end - begin) / 10000))
    i=$((i + 1))
  done | sort -n | awk -v middle=$(((runs + 1) / 2)) 'NR == middle {printf "%.2f", $1 / 100}'
}

ours=$(milliseconds "$slsaudit" check "$template" --fail-on never)
printf '%-34s %8s ms\n' slsaudit "$ours"
measure() { # measure NAME COMMAND…
  name=$1
  shift
  command -v "$1" >/dev/null 2>&1 || return 0
  theirs=$(milliseconds "$@")
  printf '%-34s %8s ms %6s x\n' "$name" "$theirs" "$(awk -v a="$theirs" -v b="$ours" 'BEGIN {printf "%.0f", a / b}')"
}
measure cfn-lint cfn-lint "$template"
measure checkov checkov --compact --quiet -f "$template"
measure cfn_nag cfn_nag_scan --input-path "$template"
measure cfn-guard cfn-guard validate --data "$template" --rules "${GUARD_RULES:-.}"
measure trivy trivy config --offline-scan "$template"
measure kics kics scan --path "$template"
if [ -n "$modules" ]; then
  measure 'node, an empty program' node -e ''
  measure 'cfn-lint of npm' "$modules/node_modules/.bin/cfn-lint" validate "$template"
  # cdk-nag judges programs: the least one that takes in a template.
  measure 'cdk-nag over the template' env NODE_PATH="$modules/node_modules" SLSAUDIT_TEMPLATE="$template" node -e '
    const cdk = require("aws-cdk-lib");
    const app = new cdk.App();
    const stack = new cdk.Stack(app, "Template");
    new (require("aws-cdk-lib/cloudformation-include").CfnInclude)(stack, "Included", {templateFile: process.env.SLSAUDIT_TEMPLATE});
    cdk.Aspects.of(app).add(new (require("cdk-nag").AwsSolutionsChecks)());
    app.synth();'
fi
