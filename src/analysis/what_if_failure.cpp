// SPDX-License-Identifier: Apache-2.0
// A node that fails, or that takes too long: who breaks, what waits and for how long, what is lost.
#include "analysis/analyses.hpp"
#include "analysis/measure.hpp"
#include "analysis/reach.hpp"
#include "analysis/what_if.hpp"
#include "graph/delivery.hpp"
#include "graph/types.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// From the quotas of knowledge; nothing where a directory of knowledge leaves one out.
std::optional<std::int64_t> quota(const Facts& facts, std::string_view id) {
  const knowledge::Quota* row = facts.knowledge().quota(id);
  if (row == nullptr) return std::nullopt;
  constexpr double hour = 3600;
  return whole(row->value * (row->unit == "h" ? hour : 1));
}

std::string named(const graph::System& system, graph::NodeId node) {
  return quoted(shown_name(system.node(node)));
}

class Failure {
public:
  Failure(const Facts& facts, WhatIf& result)
      : facts_(facts), system_(facts.system()), result_(result), deliveries_(system_),
        down_(dependents_of(system_, result.node)) {}

  void tell() {
    tell_entries();
    tell_dependents();
    tell_waiting_events();
    tell_quiet();
  }

private:
  /// From the failed node up to the one that breaks.
  [[nodiscard]] std::vector<Step> way_from(graph::NodeId node, bool& certain) const {
    std::vector<Step> steps;
    while (node != result_.node && down_.by[node.index()].valid()) {
      const graph::Edge& edge = system_.edge(down_.by[node.index()]);
      certain = certain && is_declared(edge);
      steps.push_back(step_of(system_, edge));
      node = edge.to;
    }
    return steps;
  }

  void tell_entries() {
    Chapter chapter{"broken", "Entries that break now", {}};
    for (const graph::Edge& edge : system_.edges) {
      if (edge.kind != graph::EdgeKind::requests || !down_.has[edge.to.index()]) continue;
      Consequence item;
      item.node = edge.to;
      item.steps = way_from(edge.to, item.certain);
      item.text =
          "requests from " + system_.node(edge.from).label + " to " + named(system_, edge.to) + " fail";
      const auto [failing, all] = routes_of(edge.to);
      if (all > failing)
        item.text += " on " + std::to_string(failing) + " of its " + std::to_string(all) + " targets";
      if (edge.to == result_.node) item.text += " at once";
      chapter.items.push_back(std::move(item));
    }
    result_.chapters.push_back(std::move(chapter));
  }

  [[nodiscard]] std::pair<std::size_t, std::size_t> routes_of(graph::NodeId entry) const {
    std::size_t failing = 0;
    std::size_t all = 0;
    if (entry == result_.node) return {0, 0};
    for (const graph::EdgeId id : system_.outgoing[entry.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (edge.kind != graph::EdgeKind::routes) continue;
      ++all;
      if (down_.has[edge.to.index()]) ++failing;
    }
    return {failing, all};
  }

  void tell_dependents() {
    Chapter chapter{"failing", "What fails with it", {}};
    for (const graph::NodeId node : down_.nodes) {
      if (node == result_.node || graph::category_of(system_.node(node).type) == graph::Category::api)
        continue;
      Consequence item;
      item.node = node;
      item.steps = way_from(node, item.certain);
      const graph::Edge& edge = system_.edge(down_.by[node.index()]);
      item.text = named(system_, node) + " fails where it " + verb(edge) + " " + named(system_, edge.to);
      chapter.items.push_back(std::move(item));
    }
    result_.chapters.push_back(std::move(chapter));
  }

  static std::string verb(const graph::Edge& edge) {
    switch (edge.kind) {
    case graph::EdgeKind::reads:
      return "reads";
    case graph::EdgeKind::writes:
      return "writes";
    case graph::EdgeKind::sends:
      return "sends to";
    default:
      return "calls";
    }
  }

  /// Whether the edge hands events to what is down by itself, so that they wait or get lost.
  [[nodiscard]] bool hands_over(const graph::Edge& edge) const {
    if (!down_.has[edge.to.index()] || down_.has[edge.from.index()]) return false;
    switch (edge.kind) {
    case graph::EdgeKind::polls:
    case graph::EdgeKind::triggers:
    case graph::EdgeKind::invokes:
      return edge.mode != graph::Mode::synchronous;
    case graph::EdgeKind::sends:
    case graph::EdgeKind::writes:
      return graph::category_of(system_.node(edge.from).type) == graph::Category::rule ||
             graph::category_of(system_.node(edge.from).type) == graph::Category::topic;
    default:
      return false;
    }
  }

  void tell_waiting_events() {
    Chapter buffered{"buffered", "What waits, and for how long", {}};
    Chapter lost{"lost", "What is lost when that is over", {}};
    Chapter kept{"kept", "What is kept for a replay", {}};
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::EdgeId id(i);
      const graph::Edge& edge = system_.edge(id);
      if (!hands_over(edge)) continue;
      const graph::Delivery delivery = deliveries_.of(id);
      Consequence item;
      item.node = edge.from;
      item.certain = is_declared(edge);
      item.steps = {step_of(system_, edge)};
      tell_wait(edge, delivery, item);
      Consequence end = item;
      if (delivery.failures.empty()) {
        end.text = "events of " + named(system_, edge.from) + " for " + named(system_, edge.to) +
                   " are gone after that: no dead-letter queue or failure destination takes them";
        lost.items.push_back(std::move(end));
      } else {
        const graph::Edge& failure = system_.edge(delivery.failures.front());
        end.node = failure.to;
        end.text = "events of " + named(system_, edge.from) + " for " + named(system_, edge.to) + " end in " +
                   named(system_, failure.to);
        end.seconds = retention_of(failure.to);
        if (end.seconds) end.text += ", which keeps them for " + spoken(*end.seconds);
        end.steps.push_back(step_of(system_, failure));
        kept.items.push_back(std::move(end));
      }
      buffered.items.push_back(std::move(item));
    }
    tell_callers(lost);
    for (Chapter* chapter : {&buffered, &lost, &kept}) result_.chapters.push_back(std::move(*chapter));
  }

  /// Requests that nothing stores.
  void tell_callers(Chapter& lost) const {
    for (const Consequence& broken : result_.chapters.front().items) {
      Consequence item = broken;
      item.text = "requests to " + named(system_, broken.node) + " are lost unless their callers repeat them";
      lost.items.push_back(std::move(item));
    }
  }

  [[nodiscard]] std::optional<std::int64_t> retention_of(graph::NodeId queue) const {
    if (system_.node(queue).type != "AWS::SQS::Queue") return std::nullopt;
    const value::Value written = property(system_.node(queue), "MessageRetentionPeriod");
    return written.is_present() ? written.as_integer() : quota(facts_, "sqs/retention-default");
  }

  [[nodiscard]] static std::optional<std::int64_t> number(const graph::Quantity& quantity) {
    return quantity.known() && quantity.number() >= 0 ? std::optional(quantity.number()) : std::nullopt;
  }

  void tell_wait(const graph::Edge& edge, const graph::Delivery& delivery, Consequence& item) const {
    const std::string from = named(system_, edge.from);
    const std::string to = named(system_, edge.to);
    if (edge.kind == graph::EdgeKind::polls) {
      tell_polled(edge, delivery, item);
    } else if (graph::category_of(system_.node(edge.to).type) == graph::Category::function) {
      item.seconds = delivery.invoke_age.declared() ? number(delivery.invoke_age)
                                                    : quota(facts_, "lambda/async-event-age");
      const auto retries = delivery.invoke_retries.declared() ? number(delivery.invoke_retries)
                                                              : quota(facts_, "lambda/async-retries");
      item.text = "Lambda holds events of " + from + " for " + to;
      item.text += item.seconds ? " for " + spoken(*item.seconds) : " for a time that is not known";
      if (retries)
        item.text += " while it throttles; where it throws, after " + std::to_string(*retries) +
                     " retries they are given up";
    } else {
      tell_delivered(edge, delivery, item);
    }
  }

  void tell_polled(const graph::Edge& edge, const graph::Delivery& delivery, Consequence& item) const {
    const std::string from = named(system_, edge.from);
    const std::string& type = system_.node(edge.from).type;
    item.seconds = number(delivery.retention);
    if (!delivery.retention.declared()) {
      if (type == "AWS::SQS::Queue") item.seconds = quota(facts_, "sqs/retention-default");
      if (type == "AWS::Kinesis::Stream") item.seconds = quota(facts_, "kinesis/retention-default");
      if (type.starts_with("AWS::DynamoDB::")) item.seconds = quota(facts_, "dynamodb/stream-retention");
    }
    const auto age = number(delivery.maximum_age);
    if (age && (!item.seconds || *age < *item.seconds)) item.seconds = age;
    item.text = from + " keeps " + (type == "AWS::SQS::Queue" ? "messages" : "records") + " for " +
                named(system_, edge.to);
    item.text += item.seconds ? " for " + spoken(*item.seconds) : " for a time that is not known";
    const auto retries = number(delivery.retries);
    if (retries) item.text += ", and gives one up after " + std::to_string(*retries + 1) + " attempts";
    if (type != "AWS::SQS::Queue" && !retries) item.text += "; the shard stands still meanwhile";
  }

  void tell_delivered(const graph::Edge& edge, const graph::Delivery& delivery, Consequence& item) const {
    item.seconds = number(delivery.maximum_age);
    const std::string& type = system_.node(edge.from).type;
    const bool by_events = type == "AWS::Events::Rule" || type == "AWS::Scheduler::Schedule";
    if (!item.seconds && !delivery.maximum_age.declared() && by_events)
      item.seconds = quota(facts_, "eventbridge/target-retry-age");
    item.text = named(system_, edge.from) + " tries again to hand events to " + named(system_, edge.to);
    item.text += item.seconds ? " for " + spoken(*item.seconds) : " for a time that is not known";
  }

  /// What gets its events through what is down alone.
  void tell_quiet() {
    Chapter chapter{"quiet", "What hears nothing meanwhile", {}};
    std::vector<bool> silent = down_.has;
    for (bool more = true; more;) { // Each round silences at least one node.
      more = false;
      for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
        if (silent[i] || system_.nodes[i].resource == nullptr || !hears_only(graph::NodeId(i), silent))
          continue;
        silent[i] = more = true;
      }
    }
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (!silent[i] || down_.has[i]) continue;
      Consequence item;
      item.node = graph::NodeId(i);
      item.text = named(system_, item.node) + " gets no events";
      chapter.items.push_back(std::move(item));
    }
    result_.chapters.push_back(std::move(chapter));
  }

  [[nodiscard]] bool hears_only(graph::NodeId node, const std::vector<bool>& silent) const {
    bool any = false;
    for (const graph::EdgeId id : system_.incoming[node.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (edge.kind == graph::EdgeKind::requests) return false;
      if (!carries_event(edge) || edge.from == node) continue;
      if (!silent[edge.from.index()]) return false;
      any = true;
    }
    return any;
  }

  const Facts& facts_;
  const graph::System& system_;
  WhatIf& result_;
  graph::Deliveries deliveries_;
  Dependents down_;
};

/// Seconds after which a node stops waiting for what it calls.
std::optional<std::int64_t> patience_of(const Facts& facts, graph::NodeId node) {
  const graph::Node& found = facts.system().node(node);
  if (found.type == function_type) {
    const value::Value written = property(found, "Timeout");
    return written.is_present() ? written.as_integer() : quota(facts, "lambda/timeout-default");
  }
  if (found.type == "AWS::ApiGateway::RestApi") return quota(facts, "apigateway/rest-integration-timeout");
  if (found.type == "AWS::ApiGatewayV2::Api") {
    const bool socket = property(found, "ProtocolType").as_string() == "WEBSOCKET";
    return quota(facts,
                 socket ? "apigateway/websocket-integration-timeout" : "apigateway/http-integration-timeout");
  }
  return std::nullopt;
}

} // namespace

void tell_failure(const Facts& facts, WhatIf& result) {
  Failure(facts, result).tell();
}

void tell_slowness(const Facts& facts, WhatIf& result) {
  const graph::System& system = facts.system();
  const Dependents waiting = dependents_of(system, result.node);
  Chapter callers{"waiting", "What waits for it, and until when", {}};
  Chapter entries{"slow", "Entries that get slow", {}};
  Chapter backlog{"backlog", "What piles up", {}};
  for (const graph::NodeId node : waiting.nodes) {
    if (node == result.node) continue;
    const graph::Edge& edge = system.edge(waiting.by[node.index()]);
    Consequence item;
    item.node = node;
    item.certain = is_declared(edge);
    item.seconds = patience_of(facts, node);
    item.text = named(system, node) + " waits for " + named(system, edge.to);
    item.text +=
        item.seconds ? ", for " + spoken(*item.seconds) + " at most" : ", until it answers or times out";
    if (system.node(node).type == function_type) {
      const bool reserved = property(system.node(node), "ReservedConcurrentExecutions").is_present();
      item.text += reserved ? "; its waiting instances fill its own reserved concurrency"
                            : "; its waiting instances take concurrency that all functions share";
    }
    item.steps = {step_of(system, edge)};
    callers.items.push_back(std::move(item));
  }
  for (const graph::Edge& edge : system.edges) {
    if (edge.kind == graph::EdgeKind::requests && waiting.has[edge.to.index()]) {
      Consequence item;
      item.node = edge.to;
      item.seconds = patience_of(facts, edge.to);
      item.text = "requests from " + system.node(edge.from).label + " to " + named(system, edge.to) + " wait";
      if (item.seconds) item.text += ", and fail after " + spoken(*item.seconds);
      item.steps = {step_of(system, edge)};
      entries.items.push_back(std::move(item));
    }
    const bool queued = edge.mode == graph::Mode::polled || edge.mode == graph::Mode::asynchronous;
    if (!queued || !carries_event(edge) || !waiting.has[edge.to.index()] || waits_for(edge)) continue;
    Consequence item;
    item.node = edge.from;
    item.certain = is_declared(edge);
    item.text = "events of " + named(system, edge.from) + " for " + named(system, edge.to) +
                (edge.mode == graph::Mode::polled ? " stay in it longer" : " queue up inside Lambda");
    item.steps = {step_of(system, edge)};
    backlog.items.push_back(std::move(item));
  }
  result.chapters = {std::move(entries), std::move(callers), std::move(backlog)};
}

} // namespace slsaudit::analysis
