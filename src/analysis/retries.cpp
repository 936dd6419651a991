// SPDX-License-Identifier: Apache-2.0
// Table "retries": how often a function is tried with one event that it always fails on.
//
// Only those attempts multiply whose failure the one before sees. Who hands over and goes on (a topic, a
// rule, an asynchronous call) has done its part when the event is taken: from there on the queue, the stream
// or Lambda's own queue repeats. A synchronous caller fails with what it calls, so its own attempts multiply:
// a queue's receives, times a state's Retry.
#include "analysis/analyses.hpp"
#include "analysis/event_source.hpp"
#include "analysis/reach.hpp"
#include "graph/delivery.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <map>

namespace slsaudit::analysis {
namespace {

using graph::Category;
using graph::EdgeKind;
using graph::Mechanism;
using graph::Mode;

constexpr std::int64_t most = 1'000'000'000;      ///< Products stop here.
constexpr std::int64_t default_state_retries = 3; ///< Of an entry of `Retry` without MaxAttempts.

/// Attempts over one edge.
struct Factor {
  std::int64_t attempts = 1; ///< At least, where it is unbounded or not known.
  bool unbounded = false;
  bool known = true;
  bool passes_back = false; ///< Whoever calls fails with the call.
  std::string text;         ///< Empty for a single attempt.
};

/// Over all edges of the way that fails as one.
struct Attempts {
  std::int64_t product = 1;
  bool unbounded = false;
  bool complete = true;
  graph::NodeId source;
  graph::EdgeId first; ///< The edge before, where its failure comes back; invalid at the source.
};

std::string counted(std::int64_t count, const char* what) {
  return std::to_string(count) + " " + what;
}

/// Retries as written, or as the platform does them; −1 is without end.
Factor of_retries(const graph::Quantity& retries, std::int64_t by_platform, const char* what) {
  Factor factor;
  if (retries.may_be_other) {
    factor.known = false;
    factor.text = std::string("attempts that are not known: ") + what;
    return factor;
  }
  const std::int64_t written = retries.most.value_or(by_platform);
  const bool endless =
      written < 0 || (retries.least && *retries.least < 0) || (retries.may_be_unset && by_platform < 0);
  const std::int64_t count =
      retries.may_be_unset ? std::max(written, retries.declared() ? by_platform : written) : written;
  factor.unbounded = endless;
  factor.attempts = std::max<std::int64_t>(0, count) + 1;
  factor.text =
      endless ? std::string(what) + " without end, until the event expires" : counted(factor.attempts, what);
  return factor;
}

/// Errors that a function's own failure can't be: those of the service.
bool is_of_service(std::string_view error) {
  return error.starts_with("Lambda.") && error != "Lambda.Unknown";
}

bool catches_failures(const graph::Retrier& retrier) {
  if (!retrier.errors.is_list()) return true;
  return std::ranges::any_of(retrier.errors.items(), [](const value::Value& error) {
    return !error.as_string() || !is_of_service(*error.as_string());
  });
}

class Retries {
public:
  explicit Retries(const Facts& facts)
      : facts_(facts), system_(facts.system()), deliveries_(system_), factors_(system_.edges.size()),
        attempts_(system_.nodes.size()) {
    const knowledge::EventSource* row = facts.knowledge().event_source("invoke-asynchronous");
    asynchronous_ = row == nullptr ? 0 : row->retries;
    std::vector<bool> follow;
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      factors_[i] = factor_of(graph::EdgeId(i));
      follow.push_back(factors_[i].passes_back);
    }
    components_ = components_of(system_, follow);
    const auto& order = components_.targets_first;
    for (auto component = order.rbegin(); component != order.rend(); ++component) {
      for (const graph::NodeId node : components_.members[*component])
        attempts_[node.index()] = worst_of(node);
    }
  }

  void report(const Schema& schema, Table& table) const {
    for (const graph::NodeId function : facts_.nodes_of_type(function_type)) {
      for (const graph::EdgeId id : system_.incoming[function.index()]) {
        if (carries_event(system_.edge(id))) add(schema, table, id);
      }
    }
  }

private:
  [[nodiscard]] Factor factor_of(graph::EdgeId id) const {
    const graph::Edge& edge = system_.edge(id);
    if (!carries_event(edge)) return {};
    const Category target = graph::category_of(system_.node(edge.to).type);
    if (edge.kind == EdgeKind::polls) return of_poller(id);
    const Category caller = graph::category_of(system_.node(edge.from).type);
    const bool may_repeat =
        target == Category::function || caller == Category::workflow || caller == Category::rule;
    if (!may_repeat) return {};
    const graph::Delivery delivery = deliveries_.of(id);
    if (delivery.mechanism == Mechanism::state && edge.mode == Mode::synchronous) return of_state(id);
    if (delivery.mechanism == Mechanism::pipe_target && waits_for_target(edge)) return passed_back();
    if (target != Category::function) return {};
    if (edge.mode == Mode::asynchronous)
      return of_retries(delivery.invoke_retries, asynchronous_, "asynchronous attempts");
    return of_call(edge);
  }

  static Factor passed_back() {
    Factor factor;
    factor.passes_back = true;
    return factor;
  }

  [[nodiscard]] Factor of_call(const graph::Edge& edge) const {
    const Category caller = graph::category_of(system_.node(edge.from).type);
    if (caller == Category::user_pool) {
      const knowledge::EventSource* row = event_source_of(facts_, edge);
      return of_retries({}, row == nullptr ? 0 : row->retries, "attempts of the user pool");
    }
    if (edge.kind != EdgeKind::invokes || caller == Category::api) return {};
    Factor factor;
    factor.passes_back = edge.mode == Mode::synchronous;
    factor.known = factor.passes_back;
    if (!factor.known) factor.text = "attempts that are not known: whether the caller waits isn't either";
    return factor;
  }

  [[nodiscard]] Factor of_poller(graph::EdgeId id) const {
    const graph::Edge& edge = system_.edge(id);
    const graph::Delivery delivery = deliveries_.of(id);
    if (delivery.mechanism == Mechanism::buffer) return {};
    if (system_.node(edge.from).type == "AWS::SQS::Queue")
      return of_retries(delivery.retries, -1, "receives");
    if (system_.node(edge.from).kind == graph::NodeKind::outside) {
      Factor factor = of_retries(delivery.retries, 0, "reads");
      factor.known = factor.known && delivery.retries.declared();
      if (!factor.known) factor.text = "attempts that are not known: the source is declared elsewhere";
      return factor;
    }
    const knowledge::EventSource* row = event_source_of(facts_, edge);
    return of_retries(delivery.retries, row == nullptr ? -1 : row->retries, "reads");
  }

  /// Of the entries of `Retry` that a function's failure can match, the longest.
  [[nodiscard]] Factor of_state(graph::EdgeId id) const {
    Factor factor = passed_back();
    for (const graph::Delivery& delivery : deliveries_.each(id)) {
      for (const graph::Retrier& retrier : delivery.retriers) {
        if (!catches_failures(retrier)) continue;
        const Factor one = of_retries(retrier.attempts, default_state_retries, "attempts of the state");
        factor.known = factor.known && one.known;
        if (one.attempts > factor.attempts || !one.known) factor.text = one.text;
        factor.attempts = std::max(factor.attempts, one.attempts);
      }
    }
    return factor;
  }

  static bool waits_for_target(const graph::Edge& edge) {
    return edge.settings.at("LambdaFunctionParameters.InvocationType").as_string() != "FIRE_AND_FORGET";
  }

  [[nodiscard]] Attempts over(graph::EdgeId id) const {
    const graph::Edge& edge = system_.edge(id);
    const Factor& factor = factors_[id.index()];
    const bool inside = components_.of[edge.from.index()] == components_.of[edge.to.index()];
    Attempts result;
    result.source = edge.from;
    if (factor.passes_back && !inside) result = attempts_[edge.from.index()];
    if (!result.source.valid()) result.source = edge.from;
    result.product = std::min(most, result.product * factor.attempts);
    result.unbounded = result.unbounded || factor.unbounded;
    result.complete = result.complete && factor.known;
    return result;
  }

  /// Of the ways on which a node is tried, the one that tries it most.
  [[nodiscard]] Attempts worst_of(graph::NodeId node) const {
    Attempts worst;
    const auto rank = [](const Attempts& one) { return std::pair(one.unbounded, one.product); };
    for (const graph::EdgeId id : system_.incoming[node.index()]) {
      if (!carries_event(system_.edge(id))) continue;
      Attempts one = over(id);
      one.first = id;
      if (!worst.first.valid() || rank(worst) < rank(one)) worst = one;
    }
    return worst;
  }

  [[nodiscard]] std::vector<graph::EdgeId> way_of(graph::EdgeId last) const {
    std::vector<graph::EdgeId> way{last};
    for (graph::EdgeId id = last; factors_[id.index()].passes_back;) {
      const graph::Edge& edge = system_.edge(id);
      if (components_.of[edge.from.index()] == components_.of[edge.to.index()]) break;
      id = attempts_[edge.from.index()].first;
      if (!id.valid()) break;
      way.push_back(id);
    }
    std::reverse(way.begin(), way.end());
    return way;
  }

  void add(const Schema& schema, Table& table, graph::EdgeId id) const {
    const Attempts attempts = over(id);
    std::vector<std::string> factors;
    std::vector<Step> steps;
    for (const graph::EdgeId hop : way_of(id)) {
      const std::string& text = factors_[hop.index()].text;
      const cel::Object* edge = facts_.object(hop);
      steps.push_back({edge->span(), edge->display() + (text.empty() ? "" : ": " + text)});
      if (!text.empty()) factors.push_back(text);
    }
    add_row(table, schema,
            {{"function", resource_cell(facts_, system_.edge(id).to)},
             {"source", resource_cell(facts_, attempts.source)},
             {"edge", edge_cell(facts_, id)},
             {"attempts", attempts.product},
             {"unbounded", attempts.unbounded},
             {"complete", attempts.complete},
             {"levels", static_cast<std::int64_t>(factors.size())},
             {"factors", string_list(factors)}},
            facts_.object(id)->span(), std::move(steps));
  }

  const Facts& facts_;
  const graph::System& system_;
  graph::Deliveries deliveries_;
  std::vector<Factor> factors_; ///< By edge.
  std::int64_t asynchronous_ = 0;
  Components components_;          ///< Of edges that pass failures back.
  std::vector<Attempts> attempts_; ///< By node.
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Retries(facts).report(schema, table);
}

} // namespace

const Analysis& retry_analysis() {
  static const Analysis analysis{
      {"retries",
       "How often a function is tried with one event that it always fails on, by each way that it gets "
       "events; the "
       "proof is what repeats at each hop",
       {
           {"function", "resource", "", "the function that fails"},
           {"source", "resource", "",
            "what the first repetition takes the event from: queue, stream, or who hands it over; failures "
            "go no "
            "further back"},
           {"edge", "edge", "", "the last hop to the function"},
           {"attempts", "int", "attempts",
            "the product of the factors that multiply: a queue's receives or a stream's reads or "
            "asynchronous "
            "attempts, times the Retry of each state on the way that waits (of its entries the longest that "
            "a "
            "function's failure matches); clients and SDKs are left out, and so is what a failed attempt had "
            "already sent on; at least, where it is unbounded or not complete"},
           {"unbounded", "bool", "", "a factor goes on until the event expires"},
           {"complete", "bool", "", "every factor is known"},
           {"levels", "int", "", "how many factors there are"},
           {"factors", "list", "", "each of them, in words"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
