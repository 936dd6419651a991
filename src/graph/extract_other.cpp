// SPDX-License-Identifier: Apache-2.0
// Platforms other than AWS: a function's `Events` say what starts it, or (`Direction: out`) where it puts
// things.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

struct Start {
  EdgeKind kind = EdgeKind::triggers;
  Mode mode = Mode::asynchronous;
};

Start start_of(Category source) {
  switch (source) {
  case Category::api:
    return {EdgeKind::routes, Mode::synchronous};
  case Category::queue:
  case Category::stream:
    return {EdgeKind::polls, Mode::polled};
  default:
    return {EdgeKind::triggers, Mode::asynchronous};
  }
}

void extract_event(Site& site, const value::Value& event) {
  const bool out = text_of(event.get("Direction")) == "out";
  for (const Target& source : site.targets(event.get("Source"))) {
    const Category category = site.draft.category(source.node);
    if (out && category == Category::api) continue; // the answer to the caller
    const Start start = start_of(category);
    const Arrival arrival = arrival_at(category);
    site.draft.add({.kind = out ? arrival.kind : start.kind,
                    .from = out ? site.self : source.node,
                    .to = out ? source.node : site.self,
                    .mode = out ? arrival.mode : start.mode,
                    .settings = event.get("Settings"),
                    .span = event.span(),
                    .text = site.says("event of")});
  }
}

} // namespace

void extract_other_platform(Site& site) {
  const Category category = site.draft.category(site.self);
  if (category == Category::api) {
    site.open_to_internet("HTTP event", {}, {});
  }
  if (category != Category::function) return;
  for (const value::Value& event : entries(site.get("Events"))) extract_event(site, event);
}

} // namespace slsaudit::graph
