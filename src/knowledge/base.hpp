// SPDX-License-Identifier: Apache-2.0
// The facts about the platform, as rows: quotas, prices, service levels, runtimes, tracing, event sources,
// managed policies, escalations, connection limits, portability. The rows of rules/knowledge/ are compiled
// in; a directory of the same files may take their place. docs/knowledge.md says what each file holds.
#pragma once

#include "text/file_system.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::knowledge {

/// Where a row is from. What rests on a row that nobody verified is assumed, and says so.
struct Origin {
  std::string_view source; ///< A document and its address or date.
  std::string_view as_of;  ///< ISO date, month or year.
  bool verified = false;
};

struct Quota {
  std::string_view id;      ///< "lambda/concurrent-executions"
  std::string_view service; ///< "lambda"
  double value = 0;
  std::string_view unit;  ///< "executions"
  std::string_view scope; ///< "account+region", "function", "rule" …
  bool adjustable = false;
  Origin origin;
};

struct Price {
  std::string_view id;      ///< "lambda/requests"
  std::string_view service; ///< "lambda"
  double usd = 0;           ///< On demand, of us-east-1.
  double per = 1;           ///< `usd` is for this many units.
  std::string_view unit;    ///< "request", "GB-second", "hour", "GB-month", "GB", "month" …
  double free = 0;          ///< Units a month that are free of charge; 0 for none.
  Origin origin;
};

struct Sla {
  std::string_view prefix;  ///< Of resource types: "AWS::Lambda::".
  std::string_view service; ///< "AWS Lambda"
  double percent = 0;       ///< Monthly uptime that the provider commits to.
  Origin origin;
};

struct Runtime {
  std::string_view id;           ///< "nodejs18.x"
  std::string_view language;     ///< "nodejs"
  std::string_view deprecation;  ///< ISO date after which it gets no patches; empty when none is known …
  std::string_view block_create; ///< … after which functions can't be created …
  std::string_view block_update; ///< … nor updated.
  std::string_view successor;    ///< Empty when there is none.
  bool snapstart = false;
  double cold_start_ms = 0; ///< Of a function that does nothing; 0 when it was not measured.
  bool heavy = false;       ///< Starts slowly as a kind: the JVM and .NET.
  Origin origin;
};

/// How far a trace goes over one hop.
enum class TraceLink : std::uint8_t {
  parent, ///< The same trace goes on.
  linked, ///< A trace of its own that is linked to this one.
  manual, ///< Only where the author's code carries the context.
  none,   ///< It ends.
};

struct TracedHop {
  std::string_view from; ///< Resource type, a prefix of types ("AWS::RDS::"), or "*".
  std::string_view to;   ///< Likewise.
  TraceLink link = TraceLink::none;
  std::string_view needs; ///< What must be on for that; empty for nothing. One sentence without period.
  Origin origin;
};

struct TracedService {
  std::string_view type; ///< Resource type
  bool makes_segments = false;
  std::string_view setting; ///< Property that turns it on: "TracingConfig.Mode"; empty where nothing does.
  std::string_view on;      ///< The setting's value that is on: "Active", "true".
  Origin origin;
};

/// How events get from a service to a function, or to another target.
struct EventSource {
  std::string_view id;    ///< "sqs", "sns", "s3", "eventbridge-rule", "kinesis", "apigateway-rest" …
  std::string_view model; ///< "synchronous", "asynchronous", "polled".
  /// Attempts after the first that the platform makes unless told otherwise; -1 for until the record expires.
  std::int64_t retries = 0;
  std::int64_t caller_timeout_s = 0; ///< How long the source waits for an answer; 0 where nothing waits.
  std::int64_t default_batch = 1;
  std::int64_t max_batch = 1;
  bool ordered = false;
  bool filters = false;
  bool partial_batch = false;
  bool failure_destination = false;
  Origin origin;
};

/// A resource type that bills by the hour, or the month, whether anyone uses it or not, and has no price
/// here.
struct Hourly {
  std::string_view type; ///< "AWS::EKS::Cluster"
  std::string_view by;   ///< What decides the price: "class and number of nodes"; may be empty.
  Origin origin;
};

struct ManagedPolicy {
  std::string_view name; ///< "AmazonS3FullAccess": the last part of its ARN.
  /// A JSON list of statements as an identity policy spells them; empty where only the services are known.
  std::string_view statements;
  bool broad = false; ///< Full or administrative access to a service or to everything.
  Origin origin;
};

/// A metric of CloudWatch. Of a namespace that any row has, every metric has one.
struct Metric {
  std::string_view name_space;         ///< "AWS/Lambda"
  std::string_view name;               ///< "Errors"
  std::vector<std::string_view> least; ///< Dimensions that each of its data has.
  /// All that they may have, where that is given; "none" alone where they have none.
  std::vector<std::string_view> dimensions;
  std::string_view protocol; ///< Of the APIs that alone send it: "HTTP", "WEBSOCKET"; empty where all do.
  std::string_view failure;  ///< What it shows: "errors", "throttles" …; empty for anything else.
  Origin origin;
};

/// Whose name a dimension takes.
struct MetricSubject {
  std::string_view name_space; ///< "AWS/SQS"
  std::string_view dimension;  ///< "QueueName"
  std::string_view type;       ///< "AWS::SQS::Queue"
  /// What gives the name: "Ref" or attributes; empty where it is a property that is written out.
  std::vector<std::string_view> gives;
  Origin origin;
};

/// Actions that together let a principal gain rights that nobody gave it.
struct Escalation {
  std::string_view id;                   ///< "iam-create-policy-version"
  std::string_view name;                 ///< "creates a new version of a policy"
  std::vector<std::string_view> actions; ///< Every one of them is needed.
  std::string_view kind; ///< "self", "principal", "new-pass-role", "existing-role", "resource-policy" …
  Origin origin;
};

/// Connections that a database takes at once, by its class.
struct ConnectionLimit {
  std::string_view engine;     ///< "mysql", "postgres", "aurora-mysql", "redis", "docdb" …
  std::string_view class_name; ///< "db.t3.micro", "cache.t3.micro"; "*" for any.
  double memory_gib = 0;
  std::int64_t connections = 0;
  Origin origin;
};

/// How hard it is to take a service elsewhere.
struct Portability {
  std::string_view service;            ///< "DynamoDB"
  std::vector<std::string_view> types; ///< Resource types that are the service's interface.
  std::int64_t lock_in = 0;            ///< From 0 (an open standard) to 100 (nothing else speaks it).
  std::string_view alternatives;       ///< "Cassandra, ScyllaDB (Alternator)"
  bool gathers_data = false;           ///< Data stays in it.
  bool has_export = false; ///< Data gets out in an open format by its own means, whatever is configured.
  Origin origin;
};

struct LoadedBase;

/// Immutable, so that any number of threads may read it. Views live as long as the base.
class Base {
public:
  /// The rows that are compiled in, laid out at first use.
  [[nodiscard]] static const Base& builtin();
  /// The rows of a directory's files; the tables of files that it lacks are those compiled in.
  /// Files of rows that have no table here (iam-actions.csv …) are passed over.
  [[nodiscard]] static LoadedBase load(const text::FileSystem& files, const std::string& directory);

  Base();
  ~Base();
  Base(Base&&) noexcept;
  Base& operator=(Base&&) noexcept;

  [[nodiscard]] const std::vector<Quota>& quotas() const;                   ///< By id.
  [[nodiscard]] const std::vector<Price>& prices() const;                   ///< By id.
  [[nodiscard]] const std::vector<Sla>& slas() const;                       ///< By prefix.
  [[nodiscard]] const std::vector<Runtime>& runtimes() const;               ///< By id.
  [[nodiscard]] const std::vector<TracedHop>& traced_hops() const;          ///< By both ends.
  [[nodiscard]] const std::vector<TracedService>& traced_services() const;  ///< By type.
  [[nodiscard]] const std::vector<EventSource>& event_sources() const;      ///< By id.
  [[nodiscard]] const std::vector<Hourly>& hourly() const;                  ///< By type.
  [[nodiscard]] const std::vector<ManagedPolicy>& managed_policies() const; ///< By name.
  [[nodiscard]] const std::vector<Metric>& metrics() const;                 ///< By namespace and name.
  [[nodiscard]] const std::vector<MetricSubject>& metric_subjects() const; ///< By namespace, dimension, type.
  [[nodiscard]] const std::vector<Escalation>& escalations() const;        ///< By id.
  [[nodiscard]] const std::vector<ConnectionLimit>& connection_limits() const; ///< By engine and class.
  [[nodiscard]] const std::vector<Portability>& portabilities() const;         ///< By service.

  /// By id; null when there is none.
  [[nodiscard]] const Quota* quota(std::string_view id) const;
  [[nodiscard]] const Price* price(std::string_view id) const;
  [[nodiscard]] const Runtime* runtime(std::string_view id) const;
  [[nodiscard]] const EventSource* event_source(std::string_view id) const;
  [[nodiscard]] const ManagedPolicy* managed_policy(std::string_view name) const;
  [[nodiscard]] const Metric* metric(std::string_view name_space, std::string_view name) const;
  /// By the longest prefix of the resource type.
  [[nodiscard]] const Sla* sla(std::string_view resource_type) const;
  /// By engine and class, else the engine's row for any class ("*").
  [[nodiscard]] const ConnectionLimit* connection_limit(std::string_view engine,
                                                        std::string_view class_name) const;
  /// By resource type; null when it has no interface of its own.
  [[nodiscard]] const Portability* portability(std::string_view resource_type) const;
  /// The row for a hop between two resource types that is most exact about the first, then about the second.
  [[nodiscard]] const TracedHop* traced_hop(std::string_view from, std::string_view to) const;
  [[nodiscard]] const TracedService* traced_service(std::string_view resource_type) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Where there are errors, the base is the one compiled in.
struct LoadedBase {
  Base base;
  std::vector<std::string> errors; ///< "DIR/quotas.yaml:3:5: error: …"
};

} // namespace slsaudit::knowledge
