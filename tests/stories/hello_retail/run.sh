#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hello, Retail! is a shop on one stream of events, which its authors have told about: a record that fails blocks
# whoever reads the stream, past events can't be had again, traces end at the stream, roles are wide. Two public
# copies of it are read here, and each of that is to be among facts and findings; so is the graph that a reader of
# its README would draw.
#
#   run.sh SLSAUDIT COLLECTION       exits with 77 where the collection of public templates isn't there
set -eu
slsaudit=$1
services=${SLSAUDIT_SHARED:+$SLSAUDIT_SHARED/corpus}
services=${services:-$2}/sls
shop=$services/erezrokah+hello-retail
purchase=$services/kalevalp+hello-retail-baseline
if [ ! -d "$shop" ] || [ ! -d "$purchase" ]; then
  echo "skipped: no hello-retail in $services"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}
# same NAME: what was asked is what was expected, in whatever order.
same() {
  LC_ALL=C sort "$work/$1.expected" >"$work/$1.a"
  LC_ALL=C sort "$work/$1" >"$work/$1.b"
  diff "$work/$1.a" "$work/$1.b" >&2 || fail "$1 differs"
}
ask() { "$slsaudit" query "$2" --no-config "$3" >"$work/$1"; }
told() { "$slsaudit" check "$1" --no-config --as-of 2026-01-01 >"$work/$2" || [ $? -eq 1 ]; }
expect() { grep -qE -- "$2" "$work/$1" || { cat "$work/$1" >&2 && fail "$1 does not say: $2"; }; }

# --- The graph: an API that writes events, the stream, who reads it and what they keep; and the workflow that gets
# a photo of a new product, whose report is an event again. ---
# graph FILE DIRECTORY: `service/resource kind service/resource`, of what the templates declare.
graph() {
  ask "$1" "$2" 'edges.filter(e, e.kind in ["routes", "polls", "sends", "invokes", "reads", "writes"] &&
    e.from.kind == "resource" && e.to.kind == "resource")
    .map(e, e.from.service + "/" + e.from.author + " " + e.kind + " " + e.to.service + "/" + e.to.author)'
  sed -e 's/hello-retail-baseline-//g' -e 's/hello-retail-//g' "$work/$1" >"$work/$1.short"
  mv "$work/$1.short" "$work/$1"
}
cat >"$work/shop.expected" <<'EDGES'
event-writer-api/eventWriter sends stream/RetailStream
stream/RetailStream polls product-catalog-builder/catalog
stream/RetailStream polls cart-builder/cart
stream/RetailStream polls product-photos-processor/processor
product-catalog-builder/catalog writes product-catalog-builder/ProductCategory
product-catalog-builder/catalog writes product-catalog-builder/ProductCatalog
product-catalog-api/categories reads product-catalog-builder/ProductCategory
product-catalog-api/products reads product-catalog-builder/ProductCatalog
cart-builder/cart writes cart-builder/Cart
cart-api/products reads cart-builder/Cart
product-photos-processor/processor writes product-photos-data/PhotoRegistrations
product-photos-processor/processor invokes product-photos-process/StepFunction
product-photos-process/StepFunction invokes product-photos-assign/assign
product-photos-process/StepFunction invokes product-photos-message/message
product-photos-process/StepFunction invokes product-photos-record/record
product-photos-process/StepFunction invokes product-photos-receive/receive
product-photos-process/StepFunction invokes product-photos-fail/fail
product-photos-process/StepFunction invokes product-photos-success/success
product-photos-process/StepFunction invokes product-photos-unmessage/unmessage
product-photos-process/StepFunction invokes product-photos-report/report
product-photos-assign/assign reads product-photos-data/PhotoRegistrations
product-photos-assign/assign writes product-photos-data/PhotoRegistrations
product-photos-record/record writes product-photos-data/PhotoAssignments
product-photos-record/record reads product-photos-process/ReceiveActivity
product-photos-record/record writes product-photos-process/ReceiveActivity
product-photos-receive/receive reads product-photos-data/PhotoAssignments
product-photos-receive/receive writes product-photos-process/ReceiveActivity
product-photos-fail/fail writes product-photos-data/PhotoAssignments
product-photos-unmessage/unmessage writes product-photos-data/PhotoRegistrations
product-photos-report/report writes product-photos-data/PhotoRegistrations
product-photos-report/report writes product-photos-data/PhotoAssignments
product-photos-report/report sends stream/RetailStream
website/HelloRetailWebDistribution reads website/HelloRetailWebBucket
EDGES
graph shop "$shop"
# Requests come in at four APIs.
grep -o ' routes .*' "$work/shop" >"$work/routes"
cat >"$work/routes.expected" <<'EDGES'
 routes event-writer-api/eventWriter
 routes product-catalog-api/categories
 routes product-catalog-api/products
 routes cart-api/products
 routes product-photos-receive/receive
EDGES
same routes
grep -v ' routes ' "$work/shop" >"$work/shop.flow" && mv "$work/shop.flow" "$work/shop"
same shop

cat >"$work/purchase.expected" <<'EDGES'
purpro-purchaseApi/purchaseApi invokes purpro-purchase-sm/StepFunction
purpro-purchase-sm/StepFunction invokes purpro-authenticate/authenticate
purpro-purchase-sm/StepFunction invokes purpro-getPrice/getPrice
purpro-purchase-sm/StepFunction invokes purpro-authorize/authorize
purpro-purchase-sm/StepFunction invokes purpro-store/store
purpro-purchase-sm/StepFunction invokes purpro-publish/publish
purpro-publish/publish sends stream/RetailStream
stream/RetailStream polls product-catalog-builder/catalog
EDGES
graph purchase "$purchase"
grep -v ' routes ' "$work/purchase" >"$work/purchase.flow" && mv "$work/purchase.flow" "$work/purchase"
same purchase

# --- Facts ---
# The stream forgets after a day and has three readers, where every trace ends.
ask log "$shop" 'event_logs.map(l, [text(l.log.author), text(l.consumers), text(l.retention), text(l.replayable)].join(" "))'
expect log '^RetailStream 3 24 false$'
ask lost "$shop" 'traces.filter(t, t.from.author == "RetailStream").map(t, t.to.author + " " + t.link)'
printf '%s\n' 'cart none' 'catalog none' 'processor none' >"$work/lost.expected"
same lost
# An attempt a second for a day, nothing gives up earlier.
ask retries "$shop" 'retries.filter(r, r.source.author == "RetailStream" && r.unbounded).map(r, text(r.function.author))'
printf '%s\n' cart catalog processor >"$work/retries.expected"
same retries
# Four APIs that anyone may call: what one does with all that the account lets through has a price.
ask wallet "$shop" 'denial_of_wallet.filter(d, !d.throttled && d.usd_per_hour > 100.0).map(d, text(d.entry.service))'
printf 'hello-retail-%s\n' cart-api event-writer-api product-catalog-api product-photos-receive >"$work/wallet.expected"
same wallet

# --- Findings, with the authors' lines ---
told "$shop" shop.txt
expect shop.txt 'RES005 stream-log-jam: `catalog` retries a batch of `RetailStream` that fails until its records expire'
expect shop.txt 'RES008 no-replay: `cart`, `catalog`, `processor` read `RetailStream`, which forgets each event after 24 hours'
expect shop.txt 'FAN006 stream-consumer-contention: 3 consumers read `RetailStream`'
expect shop.txt 'OBS001 function-tracing-off: `eventWriter` is not traced'
expect shop.txt 'OBS003 workflow-tracing-off: executions of `StepFunction` are not traced'
expect shop.txt 'CST002 denial-of-wallet: anyone may call .* costs \$[0-9]+ an hour with .*`eventWriter`'
expect shop.txt '--> .*event-writer/serverless.yml:[0-9]+:[0-9]+'
told "$purchase" purchase.txt
expect purchase.txt 'RES005 stream-log-jam: `catalog`'
expect purchase.txt 'RES008 no-replay: `catalog` reads `RetailStream`'
expect purchase.txt 'CST002 denial-of-wallet: anyone may call .* costs \$[0-9]+ an hour with .*`purchaseApi`'
expect purchase.txt 'IAM006 broad-managed-policy: `ProductCatalogBuilder` has `AdministratorAccess`'
expect purchase.txt '--> .*private.yml:[0-9]+:[0-9]+'
