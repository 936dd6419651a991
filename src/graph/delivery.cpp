// SPDX-License-Identifier: Apache-2.0
#include "graph/delivery.hpp"

#include "graph/types.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace slsaudit::graph {

namespace {

constexpr std::array<std::string_view, 15> mechanism_names = {
    "none",        "call",        "integration", "event_source", "pipe_source",
    "pipe_target", "rule_target", "schedule",    "subscription", "notification",
    "state",       "buffer",      "destination", "feed",         "redrive",
};

/// Where a service writes a quantity: `scale` makes it the field's unit, then `shift` is added.
struct Place {
  Mechanism mechanism;
  Quantity Delivery::*field;
  std::string_view path; ///< Within the edge's settings.
  std::int64_t scale = 1;
  std::int64_t shift = 0;
};

constexpr std::int64_t second = 1000; // milliseconds

constexpr Place settings_places[] = {
    {Mechanism::event_source, &Delivery::retries, "MaximumRetryAttempts"},
    {Mechanism::event_source, &Delivery::maximum_age, "MaximumRecordAgeInSeconds"},
    {Mechanism::event_source, &Delivery::batch_size, "BatchSize"},
    {Mechanism::event_source, &Delivery::batch_window, "MaximumBatchingWindowInSeconds"},
    {Mechanism::event_source, &Delivery::concurrency, "ScalingConfig.MaximumConcurrency"},
    {Mechanism::event_source, &Delivery::per_shard, "ParallelizationFactor"},
    {Mechanism::event_source, &Delivery::pollers, "ProvisionedPollerConfig.MaximumPollers"},
    {Mechanism::pipe_source, &Delivery::retries, "MaximumRetryAttempts"},
    {Mechanism::pipe_source, &Delivery::maximum_age, "MaximumRecordAgeInSeconds"},
    {Mechanism::pipe_source, &Delivery::batch_size, "BatchSize"},
    {Mechanism::pipe_source, &Delivery::batch_window, "MaximumBatchingWindowInSeconds"},
    {Mechanism::pipe_source, &Delivery::per_shard, "ParallelizationFactor"},
    {Mechanism::rule_target, &Delivery::retries, "RetryPolicy.MaximumRetryAttempts"},
    {Mechanism::rule_target, &Delivery::maximum_age, "RetryPolicy.MaximumEventAgeInSeconds"},
    {Mechanism::schedule, &Delivery::retries, "RetryPolicy.MaximumRetryAttempts"},
    {Mechanism::schedule, &Delivery::maximum_age, "RetryPolicy.MaximumEventAgeInSeconds"},
    {Mechanism::subscription, &Delivery::retries, "DeliveryPolicy.healthyRetryPolicy.numRetries"},
    {Mechanism::subscription, &Delivery::rate_limit, "DeliveryPolicy.throttlePolicy.maxReceivesPerSecond"},
    {Mechanism::buffer, &Delivery::batch_window, "BufferingHints.IntervalInSeconds"},
    {Mechanism::buffer, &Delivery::maximum_age, "RetryOptions.DurationInSeconds"},
    {Mechanism::integration, &Delivery::timeout, "Integration.TimeoutInMillis"},
    {Mechanism::integration, &Delivery::timeout, "TimeoutInMillis"},
    {Mechanism::integration, &Delivery::timeout, "x-amazon-apigateway-integration.timeoutInMillis"},
    {Mechanism::state, &Delivery::timeout, "TimeoutSeconds", second},
    {Mechanism::call, &Delivery::rate_limit, "InvocationRateLimitPerSecond"},
};

/// What the polled queue or stream itself says.
constexpr Place source_places[] = {
    {Mechanism::none, &Delivery::retries, "RedrivePolicy.maxReceiveCount", 1, -1},
    {Mechanism::none, &Delivery::retention, "MessageRetentionPeriod"},
    {Mechanism::none, &Delivery::retention, "RetentionPeriodHours", 3600},
    {Mechanism::none, &Delivery::visibility, "VisibilityTimeout"},
    {Mechanism::none, &Delivery::shards, "ShardCount"},
};

void note(Quantity& quantity, std::int64_t number) {
  quantity.least = std::min(quantity.least.value_or(number), number);
  quantity.most = std::max(quantity.most.value_or(number), number);
}

Quantity read(const value::Value& written, std::int64_t scale = 1, std::int64_t shift = 0) {
  Quantity result{.source = written, .may_be_unset = false};
  for (const value::Value& alternative : written.alternatives()) {
    const auto number = alternative.as_integer();
    const bool fits = number && *number > std::numeric_limits<std::int32_t>::min() &&
                      *number < std::numeric_limits<std::int32_t>::max();
    if (!alternative.is_present()) {
      result.may_be_unset = true;
    } else if (fits) {
      note(result, *number * scale + shift);
    } else {
      result.may_be_other = true;
    }
  }
  return result;
}

/// What either of two declarations may say.
void widen(Quantity& into, const Quantity& other) {
  if (!into.declared()) into.source = other.source;
  for (const auto& number : {other.least, other.most}) {
    if (number) note(into, *number);
  }
  into.may_be_unset = into.may_be_unset || other.may_be_unset;
  into.may_be_other = into.may_be_other || other.may_be_other;
}

constexpr Quantity Delivery::*all_quantities[] = {
    &Delivery::retries,        &Delivery::maximum_age, &Delivery::retention, &Delivery::batch_size,
    &Delivery::batch_window,   &Delivery::concurrency, &Delivery::per_shard, &Delivery::shards,
    &Delivery::pollers,        &Delivery::rate_limit,  &Delivery::timeout,   &Delivery::visibility,
    &Delivery::invoke_retries, &Delivery::invoke_age,
};

void read_places(Delivery& delivery, std::span<const Place> places, Mechanism mechanism,
                 const value::Value& settings) {
  for (const Place& place : places) {
    if (place.mechanism != mechanism) continue;
    const value::Value written = settings.at(place.path);
    if (!written.is_absent()) delivery.*place.field = read(written, place.scale, place.shift);
  }
}

std::vector<Retrier> read_retriers(const value::Value& state) {
  std::vector<Retrier> result;
  for (const value::Value& entry : state.get("Retry").items()) {
    result.push_back({.errors = entry.get("ErrorEquals"),
                      .attempts = read(entry.get("MaxAttempts")),
                      .interval = read(entry.get("IntervalSeconds")),
                      .backoff_rate = entry.get("BackoffRate"),
                      .max_delay = read(entry.get("MaxDelaySeconds"))});
  }
  return result;
}

std::vector<Iteration> read_maps(const value::Value& state) {
  std::vector<Iteration> result;
  for (const value::Value& map : state.get("Maps").items()) {
    Iteration iteration{.name = std::string(map.get("Name").as_string().value_or("")),
                        .concurrency = read(map.get("MaxConcurrency")),
                        .batch = read(map.at("ItemBatcher.MaxItemsPerBatch")),
                        .distributed = map.get("Mode").as_string() == "DISTRIBUTED",
                        .reads_items = map.get("ItemReader").is_present()};
    if (map.get("MaxConcurrencyPath").is_present()) iteration.concurrency.may_be_other = true;
    if (const value::Value items = map.get("Items"); items.is_list()) {
      iteration.items = {.source = items, .may_be_unset = false};
      note(iteration.items, static_cast<std::int64_t>(items.items().size()));
    }
    result.push_back(std::move(iteration));
  }
  return result;
}

struct FromType {
  std::string_view type;
  Mechanism mechanism;
};

/// Who hands over decides how, where the kind of edge leaves it open.
constexpr FromType from_types[] = {
    {"AWS::Cognito::UserPool", Mechanism::notification},
    {"AWS::DynamoDB::GlobalTable", Mechanism::feed},
    {"AWS::DynamoDB::Table", Mechanism::feed},
    {"AWS::Events::EventBus", Mechanism::none},
    {"AWS::Events::Rule", Mechanism::rule_target},
    {"AWS::IoT::TopicRule", Mechanism::notification},
    {"AWS::KinesisFirehose::DeliveryStream", Mechanism::buffer},
    {"AWS::Logs::LogGroup", Mechanism::notification},
    {"AWS::Pipes::Pipe", Mechanism::pipe_target},
    {"AWS::SNS::Topic", Mechanism::subscription},
    {"AWS::Scheduler::Schedule", Mechanism::schedule},
    {"AWS::StepFunctions::StateMachine", Mechanism::state},
    {"outside::event-bus", Mechanism::none},
};

std::string_view type_of(const System& system, NodeId node) {
  return node.valid() ? std::string_view(system.node(node).type) : std::string_view{};
}

bool is_wiring(EdgeKind kind) {
  return kind == EdgeKind::refers || kind == EdgeKind::assumes || kind == EdgeKind::logs;
}

Mechanism mechanism_of(const System& system, const Edge& edge) {
  const std::string_view from = type_of(system, edge.from);
  if (is_wiring(edge.kind)) return Mechanism::none;
  if (edge.kind == EdgeKind::dead_letters) return Mechanism::redrive;
  if (edge.kind == EdgeKind::streams) return Mechanism::feed;
  if (edge.kind == EdgeKind::routes) return Mechanism::integration;
  if (edge.kind == EdgeKind::requests) return Mechanism::call;
  if (edge.kind == EdgeKind::polls) {
    const bool pipe = type_of(system, edge.to) == "AWS::Pipes::Pipe";
    const bool firehose = type_of(system, edge.to) == "AWS::KinesisFirehose::DeliveryStream";
    return pipe ? Mechanism::pipe_source : firehose ? Mechanism::buffer : Mechanism::event_source;
  }
  if (type_of(system, edge.via) == "AWS::Lambda::EventInvokeConfig") return Mechanism::destination;
  if (from == "AWS::S3::Bucket")
    return edge.kind == EdgeKind::writes ? Mechanism::feed : Mechanism::notification;
  for (const FromType& row : from_types) {
    if (row.type == from) return row.mechanism;
  }
  return edge.kind == EdgeKind::triggers ? Mechanism::notification : Mechanism::call;
}

/// What a pipe says of its source stands below the source's kind: `SqsQueueParameters.BatchSize`.
value::Value settings_of_source(const value::Value& parameters) {
  for (const value::Member& member : parameters.members()) {
    if (member.key.ends_with("Parameters") && member.value.is_map()) return member.value;
  }
  return {};
}

/// Whether both come from one declaration: its text stands in one place.
bool same_place(const value::Value& left, const value::Value& right) {
  return left.is_present() && right.is_present() && left.span().valid() && left.span() == right.span();
}

std::vector<value::Value> each_setting(const Edge& edge) {
  if (edge.settings.items().empty()) return {edge.settings};
  return {edge.settings.items().begin(), edge.settings.items().end()};
}

class Failures {
public:
  Failures(const System& system, const Edge& edge, const value::Value& settings, Mechanism mechanism)
      : system_(system), edge_(edge), settings_(settings) {
    if (mechanism == Mechanism::event_source) {
      add(edge.to, [&](const Edge& other) { return other.via == edge_.via && edge_.via.valid(); });
      add(edge.from, [](const Edge&) { return true; });
    } else if (mechanism == Mechanism::pipe_source) {
      add(edge.to, [](const Edge&) { return true; });
      add(edge.from, [](const Edge&) { return true; });
    } else if (mechanism == Mechanism::rule_target || mechanism == Mechanism::schedule ||
               mechanism == Mechanism::subscription) {
      add(edge.from, [&](const Edge& other) { return declared_together(other); });
    }
    if (edge.mode == Mode::asynchronous && category_of(type_of(system, edge.to)) == Category::function)
      add(edge.to, [&](const Edge& other) { return is_own(other); });
    std::ranges::sort(found_);
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  }

  [[nodiscard]] std::vector<EdgeId> take() { return std::move(found_); }

private:
  template <class Predicate> void add(NodeId from, Predicate predicate) {
    for (const EdgeId id : system_.outgoing[from.index()]) {
      const Edge& other = system_.edge(id);
      if (other.kind == EdgeKind::dead_letters && predicate(other)) found_.push_back(id);
    }
  }

  [[nodiscard]] bool declared_together(const Edge& other) const {
    if (other.via.valid() && edge_.via.valid()) return other.via == edge_.via;
    const value::Value redrive = settings_.get("RedrivePolicy");
    return std::ranges::any_of(each_setting(other), [&](const value::Value& setting) {
      return same_place(setting, settings_) || same_place(setting, redrive);
    });
  }

  /// The function's dead-letter queue and its failure destination, not those of its event sources.
  [[nodiscard]] bool is_own(const Edge& other) const {
    return !other.via.valid() || type_of(system_, other.via) == "AWS::Lambda::EventInvokeConfig";
  }

  const System& system_;
  const Edge& edge_;
  const value::Value& settings_;
  std::vector<EdgeId> found_;
};

Delivery read_delivery(const System& system, const Edge& edge, const value::Value& settings) {
  const Mechanism mechanism = mechanism_of(system, edge);
  Delivery delivery{.mechanism = mechanism, .mode = edge.mode};
  const Node& source = system.node(edge.from);
  const bool polls = edge.kind == EdgeKind::polls;
  if (polls && source.resource != nullptr)
    read_places(delivery, source_places, Mechanism::none, source.resource->properties);
  read_places(delivery, settings_places, mechanism,
              mechanism == Mechanism::pipe_source ? settings_of_source(settings) : settings);
  if (mechanism == Mechanism::subscription && !delivery.retries.declared() && source.resource != nullptr) {
    const value::Value policy =
        source.resource->properties.at("DeliveryPolicy.http.defaultHealthyRetryPolicy");
    const bool http = settings.get("Protocol").as_string().value_or("").starts_with("http");
    if (http && policy.get("numRetries").is_present()) delivery.retries = read(policy.get("numRetries"));
  }
  if (mechanism == Mechanism::state) {
    delivery.retriers = read_retriers(settings);
    delivery.maps = read_maps(settings);
  }
  if (mechanism == Mechanism::event_source) {
    delivery.bisects = settings.get("BisectBatchOnFunctionError");
    delivery.partial = settings.get("FunctionResponseTypes");
  }
  delivery.failures = Failures(system, edge, settings, mechanism).take();
  return delivery;
}

void add_failures(std::vector<EdgeId>& into, const std::vector<EdgeId>& other) {
  into.insert(into.end(), other.begin(), other.end());
  std::ranges::sort(into);
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

NodeId function_of_config(const System& system, const Node& config) {
  return resolve(system, config.template_index, config.resource->properties.get("FunctionName"));
}

} // namespace

std::string_view name(Mechanism mechanism) {
  return mechanism_names.at(static_cast<std::size_t>(mechanism));
}

Deliveries::Deliveries(const System& system) : system_(system) {
  for (const Node& node : system.nodes) {
    if (node.type != "AWS::Lambda::EventInvokeConfig" || node.resource == nullptr) continue;
    const NodeId function = function_of_config(system, node);
    if (function.valid()) invoke_configs_[function].push_back(&node.resource->properties);
  }
}

std::vector<Delivery> Deliveries::each(EdgeId id) const {
  const Edge& edge = system_.edge(id);
  std::vector<Delivery> result;
  for (const value::Value& settings : each_setting(edge))
    result.push_back(read_delivery(system_, edge, settings));
  const auto configs = invoke_configs_.find(edge.to);
  if (edge.mode != Mode::asynchronous || configs == invoke_configs_.end()) return result;
  for (Delivery& delivery : result) {
    bool first = true; // one configuration a version or alias
    for (const value::Value* config : configs->second) {
      const Quantity retries = read(config->get("MaximumRetryAttempts"));
      const Quantity age = read(config->get("MaximumEventAgeInSeconds"));
      if (first) {
        delivery.invoke_retries = retries;
        delivery.invoke_age = age;
      } else {
        widen(delivery.invoke_retries, retries);
        widen(delivery.invoke_age, age);
      }
      first = false;
    }
  }
  return result;
}

Delivery Deliveries::of(EdgeId id) const {
  std::vector<Delivery> all = each(id);
  Delivery result = std::move(all.front());
  for (std::size_t i = 1; i < all.size(); ++i) {
    for (Quantity Delivery::*field : all_quantities) widen(result.*field, all[i].*field);
    // The longest list of retries and of Maps stands for all: a reader wants the worst case.
    if (all[i].retriers.size() > result.retriers.size()) result.retriers = all[i].retriers;
    if (all[i].maps.size() > result.maps.size()) result.maps = all[i].maps;
    add_failures(result.failures, all[i].failures);
  }
  return result;
}

Delivery delivery_of(const System& system, EdgeId edge) {
  return Deliveries(system).of(edge);
}

} // namespace slsaudit::graph
