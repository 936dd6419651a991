// SPDX-License-Identifier: Apache-2.0
#include "analysis/event_sources.hpp"

#include "analysis/analyses.hpp"
#include "analysis/platform.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

bool is_fifo(const graph::Node& node) {
  return property(node, "FifoQueue").as_boolean().value_or(false) ||
         std::string_view(node.label).ends_with(".fifo");
}

/// Of an imported source all that is known may be its ARN.
bool names_service(const graph::Node& node, std::string_view service) {
  return node.kind == graph::NodeKind::outside &&
         node.label.find(":" + std::string(service) + ":") != std::string::npos;
}

double quota_or(const Facts& facts, std::string_view id, double otherwise) {
  const knowledge::Quota* quota = platform(facts).quota(id);
  return quota != nullptr ? quota->value : otherwise;
}

Bound known(double value, bool declared, std::string reason, text::Span span, graph::EdgeId edge) {
  return {Bound::Kind::known, value, declared, std::move(reason), span, edge};
}
Bound unknown(std::string reason, text::Span span, graph::EdgeId edge) {
  return {Bound::Kind::unknown, 0, false, std::move(reason), span, edge};
}

/// Each poller of provisioned mode keeps so many invocations going.
constexpr double invocations_per_poller = 10;

Bound bound_of_queue(const Facts& facts, graph::EdgeId id, const graph::Delivery& delivery) {
  const graph::Edge& edge = facts.system().edge(id);
  const std::string source = quoted(shown_name(facts.system().node(edge.from)));
  const text::Span span = facts.object(id)->span();
  if (delivery.concurrency.declared()) {
    if (!delivery.concurrency.known())
      return unknown("the MaximumConcurrency of " + source + " is not known",
                     delivery.concurrency.source.span(), id);
    return known(static_cast<double>(delivery.concurrency.number()), true,
                 source + " may run " + shown(static_cast<double>(delivery.concurrency.number())) +
                     " (MaximumConcurrency)",
                 delivery.concurrency.source.span(), id);
  }
  if (delivery.pollers.known()) {
    const double most = static_cast<double>(delivery.pollers.number()) * invocations_per_poller;
    return known(most, true, source + " has pollers for " + shown(most), delivery.pollers.source.span(), id);
  }
  const double most = quota_or(facts, "lambda/sqs-standard-max", 0);
  if (most <= 0) return unknown("how far the pollers of " + source + " scale is not known", span, id);
  return known(most, false, "the pollers of " + source + " scale to " + shown(most), span, id);
}

Bound bound_of_shards(const Facts& facts, graph::EdgeId id, const graph::Delivery& delivery) {
  const graph::Edge& edge = facts.system().edge(id);
  const std::string source = quoted(shown_name(facts.system().node(edge.from)));
  const text::Span span = facts.object(id)->span();
  if (!delivery.shards.known())
    return unknown("the number of shards of " + source + " is not known", span, id);
  if (delivery.per_shard.declared() && !delivery.per_shard.known())
    return unknown("the ParallelizationFactor on " + source + " is not known", span, id);
  const double shards = static_cast<double>(delivery.shards.number());
  const double factor = delivery.per_shard.known() ? static_cast<double>(delivery.per_shard.number()) : 1;
  return known(shards * factor, true,
               source + " has " + shown(shards) + (shards == 1 ? " shard" : " shards") +
                   (factor > 1 ? " × ParallelizationFactor " + shown(factor) : std::string()),
               delivery.shards.source.span(), id);
}

} // namespace

std::string_view event_source_id(const graph::System& system, const graph::Edge& edge) {
  if (edge.kind != graph::EdgeKind::polls) return {};
  const graph::Node& source = system.node(edge.from);
  struct ByType {
    std::string_view type;
    std::string_view service;
    std::string_view id;
  };
  constexpr std::array<ByType, 8> rows{{
      {"AWS::SQS::Queue", "sqs", "sqs-standard"},
      {"AWS::Kinesis::Stream", "kinesis", "kinesis"},
      {"AWS::Kinesis::StreamConsumer", "kinesis", "kinesis"},
      {"AWS::DynamoDB::Table", "dynamodb", "dynamodb-stream"},
      {"AWS::DynamoDB::GlobalTable", "dynamodb", "dynamodb-stream"},
      {"AWS::MSK::Cluster", "kafka", "msk"},
      {"AWS::AmazonMQ::Broker", "mq", "mq"},
      {"AWS::DocDB::DBCluster", "rds", "documentdb"},
  }};
  for (const ByType& row : rows) {
    if (row.type != source.type && !names_service(source, row.service)) continue;
    return row.id == "sqs-standard" && is_fifo(source) ? "sqs-fifo" : row.id;
  }
  return {};
}

double batch_of(const Facts& facts, graph::EdgeId id, const graph::Delivery& delivery) {
  const graph::Edge& edge = facts.system().edge(id);
  if (edge.kind != graph::EdgeKind::polls) return 1;
  if (delivery.batch_size.known())
    return std::max<double>(1, static_cast<double>(delivery.batch_size.number()));
  if (delivery.batch_size.declared()) return 1; // Not known: each event may come alone.
  const knowledge::EventSource* source = platform(facts).event_source(event_source_id(facts.system(), edge));
  return source != nullptr ? std::max<double>(1, static_cast<double>(source->default_batch)) : 1;
}

Bound sum_of(const Bound& a, const Bound& b) {
  if (a.kind == Bound::Kind::none) return b;
  if (b.kind == Bound::Kind::none) return a;
  if (a.kind != b.kind || a.kind != Bound::Kind::known) return a.kind >= b.kind ? a : b; // the looser one
  Bound sum = a.value >= b.value ? a : b;
  sum.value = a.value + b.value;
  sum.declared = a.declared && b.declared;
  return sum;
}

Bound bound_of_mapping(const Facts& facts, graph::EdgeId id, const graph::Delivery& delivery) {
  const graph::Edge& edge = facts.system().edge(id);
  const std::string_view kind = event_source_id(facts.system(), edge);
  if (kind == "sqs-standard" || kind == "sqs-fifo") return bound_of_queue(facts, id, delivery);
  if (kind == "kinesis" || kind == "dynamodb-stream") return bound_of_shards(facts, id, delivery);
  const std::string source = quoted(shown_name(facts.system().node(edge.from)));
  if (kind == "documentdb")
    return known(1, true, source + " has one change stream", facts.object(id)->span(), id);
  if (delivery.concurrency.declared()) return bound_of_queue(facts, id, delivery);
  return unknown("how many consumers of " + source + " run is not known", facts.object(id)->span(), id);
}

} // namespace slsaudit::analysis
