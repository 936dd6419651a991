// SPDX-License-Identifier: Apache-2.0
// Table "timeouts": who waits for whom, and who gives up first.
#include "analysis/analyses.hpp"
#include "analysis/event_source.hpp"
#include "analysis/flow.hpp"
#include "analysis/measure.hpp"
#include "graph/delivery.hpp"
#include "graph/types.hpp"
#include "text/lasting.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace slsaudit::analysis {
namespace {

using graph::Category;
using graph::EdgeKind;
using graph::Mode;

constexpr double advised_factor = 6; ///< Of a queue's visibility timeout over the function's.
constexpr double longest_invocation = 900;
constexpr double longest_visibility = 43'200;
constexpr double longest_authorizer = 10;

/// Seconds; null where there is no limit, unknown where it isn't known.
struct Limit {
  cel::Value value;
  std::optional<double> ceiling; ///< What the platform allows at most.
};

cel::Value seconds(double value) {
  return value;
}

const double* known(const cel::Value& value) {
  return value.number();
}

/// Whether the first of two limits is the shorter one.
cel::Value is_shorter(const cel::Value& caller, const cel::Value& callee) {
  if (caller.is_null() || callee.is_null()) return false;
  if (caller.unknown() != nullptr) return caller;
  if (callee.unknown() != nullptr) return callee;
  return cel::Value(*known(caller) < *known(callee)).assuming(caller.assumption()).rest_on(callee);
}

cel::Value as_seconds(const cel::Value& value) {
  if (value.is_null()) return value;
  if (value.integer() == nullptr)
    return cel::Value::unknown("a timeout is not known").at(value.span()).assuming(value.assumption());
  return seconds(static_cast<double>(*value.integer())).at(value.span()).assuming(value.assumption());
}

class Timeouts {
public:
  explicit Timeouts(const Facts& facts) : facts_(facts), system_(facts.system()), deliveries_(system_) {}

  void report(const Schema& schema, Table& table) {
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::EdgeId id(i);
      if (const std::string_view kind = kind_of(system_.edge(id)); !kind.empty())
        add(schema, table, id, kind);
    }
  }

private:
  /// Empty for edges over which nobody waits for a function.
  [[nodiscard]] std::string_view kind_of(const graph::Edge& edge) const {
    if (!is_type(system_, edge.to, function_type)) return {};
    const graph::Node& from = system_.node(edge.from);
    const Category caller = graph::category_of(from.type);
    if (edge.kind == EdgeKind::polls) return from.type == "AWS::SQS::Queue" ? "queue" : std::string_view{};
    const bool imported =
        from.kind == graph::NodeKind::outside && is_type(system_, edge.via, "AWS::ApiGateway::Method");
    if (edge.kind == EdgeKind::routes && (caller == Category::api || imported))
      return from.type == "AWS::CloudFront::Distribution" || hands_over(edge.settings) ? std::string_view{}
                                                                                       : "api";
    if (edge.kind == EdgeKind::triggers && edge.mode == Mode::synchronous)
      return caller == Category::user_pool                  ? "user-pool"
             : from.type == "AWS::CloudFront::Distribution" ? "edge"
                                                            : "";
    if (edge.kind != EdgeKind::invokes || edge.mode == Mode::asynchronous) return {};
    switch (caller) {
    case Category::function:
      return "function";
    case Category::workflow:
      return "workflow";
    case Category::rule:
      return "pipe";
    case Category::api:
      return "authorizer";
    default:
      return {};
    }
  }

  void add(const Schema& schema, Table& table, graph::EdgeId id, std::string_view kind) {
    const graph::Edge& edge = system_.edge(id);
    const graph::Delivery delivery = deliveries_.of(id);
    const Limit limit = limit_of(kind, edge, delivery);
    const cel::Value callee = as_seconds(facts_.object(edge.to)->field("timeout"));
    const cel::Value need = kind == "queue" ? need_of(callee, delivery) : cel::Value();
    const cel::Value waits =
        kind == "function" && edge.mode == Mode::none
            ? cel::Value::unknown("whether the function waits for the one it invokes is not known")
            : cel::Value(true);
    cel::Value inverted = is_shorter(limit.value, callee);
    const bool may_be = inverted.boolean() == nullptr || *inverted.boolean();
    if (may_be && waits.unknown() != nullptr) inverted = waits;
    const cel::Object* object = facts_.object(id);
    std::vector<Step> steps{
        {limit.value.span().valid() ? limit.value.span() : object->span(),
         facts_.object(edge.from)->display() + " " + gives_up(kind, limit.value)},
        {callee.span(), facts_.object(edge.to)->display() + " may run for " + text(callee)}};
    add_row(table, schema,
            {{"edge", edge_cell(facts_, id)},
             {"kind", kind},
             {"caller", resource_cell(facts_, edge.from)},
             {"callee", resource_cell(facts_, edge.to)},
             {"waits", waits},
             {"caller_limit", limit.value},
             {"callee_limit", callee},
             {"inverted", inverted},
             {"ceiling", limit.ceiling ? seconds(*limit.ceiling) : cel::Value()},
             {"at_ceiling", at_ceiling(callee, limit.ceiling)},
             {"need", need},
             {"too_short", kind == "queue" ? is_shorter(limit.value, need) : cel::Value(false)}},
            object->span(), std::move(steps));
  }

  static std::string text(const cel::Value& limit) {
    if (limit.unknown() != nullptr) return "a time that is not known";
    const double* seconds = known(limit);
    return seconds != nullptr ? text::lasting(whole(std::round(*seconds))) : limit.display() + " s";
  }
  static std::string gives_up(std::string_view kind, const cel::Value& limit) {
    if (limit.is_null()) return "waits as long as it takes";
    return (kind == "queue" ? "shows a message again after " : "gives up after ") + text(limit);
  }

  static cel::Value at_ceiling(const cel::Value& callee, std::optional<double> ceiling) {
    constexpr double share = 0.9;
    if (!ceiling) return false;
    if (known(callee) == nullptr) return callee;
    return cel::Value(*known(callee) >= share * *ceiling).assuming(callee.assumption());
  }

  [[nodiscard]] Limit limit_of(std::string_view kind, const graph::Edge& edge,
                               const graph::Delivery& delivery) const {
    if (kind == "queue") {
      return {as_seconds(facts_.object(edge.from)->field("visibility_timeout")), longest_visibility};
    }
    if (kind == "function")
      return {as_seconds(facts_.object(edge.from)->field("timeout")),
              quota_of(facts_, "lambda/timeout-max", longest_invocation)};
    if (kind == "workflow") return {written(delivery, std::nullopt), std::nullopt};
    if (kind == "authorizer") {
      const double longest = quota_of(facts_, "apigateway/http-authorizer-timeout", longest_authorizer);
      return {seconds(longest), longest};
    }
    const knowledge::EventSource* source = event_source_of(facts_, edge);
    if (source == nullptr || source->caller_timeout_s == 0) return {};
    const auto longest = static_cast<double>(source->caller_timeout_s);
    if (system_.node(edge.from).type == "AWS::ElasticLoadBalancingV2::LoadBalancer")
      return {idle_timeout(edge.from, longest), std::nullopt};
    return {kind == "api" ? written(delivery, longest) : seconds(longest), longest};
  }

  /// What integrations or states say: the shortest of several. `otherwise` holds where nothing is written.
  [[nodiscard]] static cel::Value written(const graph::Delivery& delivery, std::optional<double> otherwise) {
    constexpr double milliseconds = 1000;
    const graph::Quantity& timeout = delivery.timeout;
    cel::Value by_platform = otherwise ? seconds(*otherwise) : cel::Value();
    if (!timeout.declared()) return by_platform;
    if (timeout.may_be_other) return cel::Value::unknown("a timeout is not known").at(timeout.source.span());
    if (!timeout.least) return by_platform;
    double least = static_cast<double>(*timeout.least) / milliseconds;
    if (timeout.may_be_unset && otherwise) least = std::min(least, *otherwise);
    return seconds(least).at(timeout.source.span()).assuming(timeout.source.assumption());
  }

  /// How long a load balancer keeps a connection on which nothing moves.
  [[nodiscard]] cel::Value idle_timeout(graph::NodeId balancer, double otherwise) const {
    for (const value::Value& attribute : property(system_.node(balancer), "LoadBalancerAttributes").items()) {
      if (attribute.get("Key").as_string() != "idle_timeout.timeout_seconds") continue;
      const value::Value setting = attribute.get("Value");
      const auto number = setting.as_number();
      if (!number) return cel::Value::unknown("the idle timeout is not known").at(setting.span());
      return seconds(*number).at(setting.span()).assuming(setting.assumption());
    }
    return seconds(otherwise);
  }

  /// What the visibility timeout should be at least: six times the function's timeout and the batch window.
  [[nodiscard]] cel::Value need_of(const cel::Value& timeout, const graph::Delivery& delivery) const {
    if (known(timeout) == nullptr) return timeout;
    const graph::Quantity& window = delivery.batch_window;
    if (window.may_be_other) return cel::Value::unknown("the batch window is not known");
    const double factor = quota_of(facts_, "sqs/visibility-factor", advised_factor);
    return cel::Value(factor * *known(timeout) + static_cast<double>(window.most.value_or(0)))
        .assuming(timeout.assumption());
  }

  const Facts& facts_;
  const graph::System& system_;
  graph::Deliveries deliveries_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Timeouts(facts).report(schema, table);
}

} // namespace

const Analysis& timeout_analysis() {
  static const Analysis analysis{
      {"timeouts",
       "Who waits for a function, and who gives up first; the proof is both limits",
       {
           {"edge", "edge", "", "the call"},
           {"kind", "string", "",
            "who waits: `api`, `authorizer` (an API for the function that decides), `function`, `workflow`, "
            "`pipe`, `user-pool`, `edge` (CloudFront) or `queue` (hides a message while it is worked on)"},
           {"caller", "resource", "", "who waits"},
           {"callee", "resource", "", "the function that is waited for"},
           {"waits", "bool", "",
            "unknown where a policy lets a function invoke another and nothing says whether it waits"},
           {"caller_limit", "double", "s",
            "when the caller gives up: the integration's or state's timeout as written (the shortest of "
            "several), "
            "the caller's own timeout, a queue's visibility timeout, else what the platform sets; null where "
            "nothing limits it (a state without TimeoutSeconds)"},
           {"callee_limit", "double", "s", "the function's Timeout, or the platform's 3"},
           {"inverted", "bool", "",
            "the caller gives up while the function may still run; of a queue: a message is seen again while "
            "it is "
            "worked on"},
           {"ceiling", "double", "s",
            "what the platform lets the caller wait at most; null where it depends; REST APIs may have it "
            "raised"},
           {"at_ceiling", "bool", "", "the function's timeout is at 90 % of the ceiling or above"},
           {"need", "double", "s",
            "of a queue: six times the function's timeout and the batch window, as AWS advises; else null"},
           {"too_short", "bool", "", "of a queue: its visibility timeout is less than that"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
