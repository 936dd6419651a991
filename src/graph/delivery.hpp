// SPDX-License-Identifier: Apache-2.0
// How events get over an edge: what the templates say of retries, ages, batches and parallelism, in one
// spelling whatever the service calls it.
//
// Only what is written is here. Where a quantity is not declared the platform's default holds: readers take
// it from the knowledge base by `mechanism`. Where it is written but can't be known (an unresolved parameter)
// it is declared and not known, and `source` says why.
#pragma once

#include "graph/system.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::graph {

/// Which feature of the platform hands events over, and so whose defaults hold. "Retries" means the
/// platform's own; what the code or an SDK repeats is not known here.
enum class Mechanism : std::uint8_t {
  none,         ///< Nothing is delivered: references, roles, log groups; a bus that tries its rules.
  call,         ///< A request by code or on somebody's behalf: the caller waits, or an SDK hands it over.
  integration,  ///< An API calls its target for each request.
  event_source, ///< Lambda polls a queue or stream.
  pipe_source,  ///< EventBridge Pipes polls a queue, table or stream.
  pipe_target,  ///< A pipe hands on to its target; retries are the source's.
  rule_target,  ///< An EventBridge rule's target.
  schedule,     ///< EventBridge Scheduler's target.
  subscription, ///< An SNS subscription.
  notification, ///< A bucket, user pool, log group or IoT rule hands over by itself.
  state,        ///< A state of a workflow.
  buffer,       ///< Firehose gathers and delivers.
  destination,  ///< A function's OnSuccess destination.
  feed,         ///< A table's or bucket's changes, copied by the platform: streams, replicas.
  redrive,      ///< Into a dead-letter queue or failure destination.
};
[[nodiscard]] std::string_view name(Mechanism mechanism);

/// A whole number that a template says, or leaves out.
struct Quantity {
  value::Value source; ///< As written; absent when nothing is. Of several declarations, the first.
  std::optional<std::int64_t> least; ///< Of the values that it is known to have, in the field's unit.
  std::optional<std::int64_t> most;
  bool may_be_unset = true;  ///< In some case nothing is written.
  bool may_be_other = false; ///< In some case what is written is not known.

  [[nodiscard]] bool declared() const { return source.is_present(); }
  /// One number in every case.
  [[nodiscard]] bool known() const {
    return least.has_value() && least == most && !may_be_unset && !may_be_other;
  }
  /// Of a known one.
  [[nodiscard]] std::int64_t number() const { return least.value_or(0); }
};

/// One entry of a state's `Retry`.
struct Retrier {
  value::Value errors; ///< ErrorEquals.
  Quantity attempts;   ///< MaxAttempts: retries after the first attempt.
  Quantity interval;   ///< Seconds.
  value::Value backoff_rate;
  Quantity max_delay; ///< Seconds.
};

/// A Map state round the state that calls.
struct Iteration {
  std::string name;
  Quantity concurrency;     ///< MaxConcurrency; 0 means no limit of its own.
  Quantity items;           ///< Where the list of items is written out.
  Quantity batch;           ///< ItemBatcher.MaxItemsPerBatch.
  bool distributed = false; ///< Each iteration is an execution of its own.
  bool reads_items = false; ///< ItemReader: items come from a bucket.
};

struct Delivery {
  Mechanism mechanism = Mechanism::none;
  Mode mode = Mode::none;

  /// After the first attempt. −1: until the event is too old. Of a polled queue: maxReceiveCount − 1. Of a
  /// state: unset; `retriers` say it.
  Quantity retries;
  Quantity maximum_age;  ///< Seconds that an event is tried for; −1: as long as the source keeps it.
  Quantity retention;    ///< Seconds that the source itself keeps it: queue, stream.
  Quantity batch_size;   ///< Events handed over at once, at most.
  Quantity batch_window; ///< Seconds to wait for a batch; a Firehose's buffer interval.
  Quantity concurrency;  ///< Of the mapping: MaximumConcurrency. At most that many invocations at once.
  Quantity per_shard;    ///< ParallelizationFactor: invocations at once for each shard.
  Quantity shards;       ///< Of the source, where it says.
  Quantity pollers;      ///< ProvisionedPollerConfig.MaximumPollers.
  Quantity rate_limit;   ///< Events a second (API destinations).
  Quantity timeout;      ///< Milliseconds that the one who hands over waits for an answer.
  Quantity visibility;   ///< Seconds that a queue hides a message while it is worked on.
  value::Value bisects;  ///< BisectBatchOnFunctionError.
  value::Value partial;  ///< Whether a batch's successes count: FunctionResponseTypes.
  std::vector<Retrier> retriers; ///< Of a state, in order.
  std::vector<Iteration> maps;   ///< Map states round a state, the nearest first.

  /// Lambda's own queue between an asynchronous caller and the function: EventInvokeConfig. Unset for
  /// synchronous and polled edges, and for targets that are no functions.
  Quantity invoke_retries;
  Quantity invoke_age; ///< Seconds.

  /// Edges of kind dead_letters that take what this delivery gives up on, ascending.
  std::vector<EdgeId> failures;
};

/// Answers for all edges of a system, with what several edges share looked up once.
class Deliveries {
public:
  /// `system` must outlive it.
  explicit Deliveries(const System& system);

  /// Of an edge that several declarations make, the widest: `least` and `most` span all of them.
  [[nodiscard]] Delivery of(EdgeId edge) const;
  /// One for each declaration (each item of the edge's settings), in their order; at least one.
  [[nodiscard]] std::vector<Delivery> each(EdgeId edge) const;

private:
  const System& system_;
  std::map<NodeId, std::vector<const value::Value*>> invoke_configs_; ///< By function: their properties.
};

/// For a single edge; use Deliveries for many.
[[nodiscard]] Delivery delivery_of(const System& system, EdgeId edge);

} // namespace slsaudit::graph
