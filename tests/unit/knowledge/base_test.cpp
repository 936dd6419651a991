// SPDX-License-Identifier: Apache-2.0
#include "knowledge/base.hpp"
#include "support/catch.hpp"

#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <tuple>

using namespace slsaudit;
using namespace slsaudit::knowledge;

namespace {

/// All cells of a row as text, to compare rows of different bases.
class Spelling {
public:
  Spelling& operator<<(std::string_view text) {
    out_ += std::string(text) + "|";
    return *this;
  }
  Spelling& operator<<(double number) { return *this << std::string_view(std::to_string(number)); }
  Spelling& operator<<(const std::vector<std::string_view>& list) {
    for (const std::string_view item : list) *this << item;
    return *this;
  }
  Spelling& operator<<(const Origin& origin) {
    return *this << origin.source << origin.as_of << (origin.verified ? 1.0 : 0.0);
  }
  [[nodiscard]] const std::string& text() const { return out_; }

private:
  std::string out_;
};

double number(bool flag) {
  return flag ? 1 : 0;
}
double number(std::int64_t value) {
  return static_cast<double>(value);
}

/// Calls `visit` with the table's name, the row's key, its cells and its origin.
using Visit = std::function<void(const std::string&, const std::string&, const std::string&, const Origin&)>;
void each_row(const Base& base, const Visit& visit) {
  const auto tell = [&](const char* table, std::string_view key, const Spelling& cells,
                        const Origin& origin) {
    visit(table, std::string(key), (Spelling() << cells.text() << origin).text(), origin);
  };
  for (const Quota& r : base.quotas()) {
    tell("quotas", r.id, Spelling() << r.service << r.value << r.unit << r.scope << number(r.adjustable),
         r.origin);
  }
  for (const Price& r : base.prices()) {
    tell("prices", r.id, Spelling() << r.service << r.usd * 1e9 << r.per << r.unit << r.free, r.origin);
  }
  for (const Sla& r : base.slas()) tell("slas", r.prefix, Spelling() << r.service << r.percent, r.origin);
  for (const Hourly& r : base.hourly()) tell("hourly", r.type, Spelling() << r.by, r.origin);
  for (const Runtime& r : base.runtimes()) {
    tell("runtimes", r.id,
         Spelling() << r.language << r.deprecation << r.block_create << r.block_update << r.successor
                    << number(r.snapstart) << r.cold_start_ms << number(r.heavy),
         r.origin);
  }
  for (const TracedHop& r : base.traced_hops()) {
    tell("traced_hops", std::string(r.from) + " " + std::string(r.to),
         Spelling() << static_cast<double>(r.link) << r.needs, r.origin);
  }
  for (const TracedService& r : base.traced_services()) {
    tell("traced_services", r.type, Spelling() << number(r.makes_segments) << r.setting << r.on, r.origin);
  }
  for (const EventSource& r : base.event_sources()) {
    tell("event_sources", r.id,
         Spelling() << r.model << number(r.retries) << number(r.caller_timeout_s) << number(r.default_batch)
                    << number(r.max_batch) << number(r.ordered) << number(r.filters)
                    << number(r.partial_batch) << number(r.failure_destination),
         r.origin);
  }
  for (const ManagedPolicy& r : base.managed_policies()) {
    tell("managed_policies", r.name, Spelling() << r.statements << number(r.broad), r.origin);
  }
  for (const Metric& r : base.metrics()) {
    tell("metrics", std::string(r.name_space) + " " + std::string(r.name),
         Spelling() << r.least << r.dimensions << r.protocol << r.failure, r.origin);
  }
  for (const MetricSubject& r : base.metric_subjects()) {
    tell("metric_subjects",
         std::string(r.name_space) + " " + std::string(r.dimension) + " " + std::string(r.type),
         Spelling() << r.gives, r.origin);
  }
  for (const Escalation& r : base.escalations()) {
    tell("escalations", r.id, Spelling() << r.name << r.actions << r.kind, r.origin);
  }
  for (const ConnectionLimit& r : base.connection_limits()) {
    tell("connections", std::string(r.engine) + " " + std::string(r.class_name),
         Spelling() << r.memory_gib << number(r.connections), r.origin);
  }
  for (const Portability& r : base.portabilities()) {
    tell("portability", r.service,
         Spelling() << r.types << number(r.lock_in) << r.alternatives << number(r.gathers_data)
                    << number(r.has_export),
         r.origin);
  }
}

std::string rows_directory() {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR");
  REQUIRE(root != nullptr);
  return std::string(root) + "/rules/knowledge";
}

std::string all(const Base& base) {
  std::string out;
  each_row(base, [&](const std::string& table, const std::string& key, const std::string& cells,
                     const Origin&) { out += table + " " + key + " " + cells + "\n"; });
  return out;
}

LoadedBase load(std::map<std::string, std::string> files) {
  return Base::load(text::MemoryFileSystem(std::move(files)), "facts");
}

constexpr const char* good_quota = "documents:\n"
                                   "  ours: {source: our account, as_of: 2026-05}\n"
                                   "quotas:\n"
                                   "  - {id: lambda/concurrent-executions, value: 5000, unit: executions, "
                                   "scope: account+region, source: ours}\n";

} // namespace

TEST_CASE("every row of knowledge has a source, a date and a key of its own") {
  std::set<std::string> keys;
  std::string last;
  std::string last_table;
  std::size_t rows = 0;
  each_row(Base::builtin(),
           [&](const std::string& table, const std::string& key, const std::string&, const Origin& origin) {
             CAPTURE(table, key);
             CHECK_FALSE(key.empty());
             CHECK(origin.source.size() > 8);
             CHECK(origin.as_of.size() >= 4);
             CHECK(origin.as_of.substr(0, 2) == "20");
             CHECK(keys.insert(table + " " + key).second);
             ++rows;
           });
  CHECK(rows > 700);
}

TEST_CASE("rows of knowledge are sorted") {
  const Base& base = Base::builtin();
  for (std::size_t i = 1; i < base.quotas().size(); ++i) CHECK(base.quotas()[i - 1].id < base.quotas()[i].id);
  for (std::size_t i = 1; i < base.prices().size(); ++i) CHECK(base.prices()[i - 1].id < base.prices()[i].id);
  for (std::size_t i = 1; i < base.runtimes().size(); ++i) {
    CHECK(base.runtimes()[i - 1].id < base.runtimes()[i].id);
  }
  const auto& limits = base.connection_limits();
  for (std::size_t i = 1; i < limits.size(); ++i) {
    CHECK(std::tie(limits[i - 1].engine, limits[i - 1].class_name) <
          std::tie(limits[i].engine, limits[i].class_name));
  }
}

TEST_CASE("metrics are found by namespace and name") {
  const Base& base = Base::builtin();
  const Metric* throttled = base.metric("AWS/DynamoDB", "ThrottledRequests");
  REQUIRE(throttled != nullptr);
  CHECK(throttled->least == std::vector<std::string_view>{"TableName", "Operation"});
  CHECK(throttled->failure == "throttles");
  CHECK(base.metric("AWS/Lambda", "ThrottledRequests") == nullptr);
  CHECK(base.metric("AWS/Lambda", "") == nullptr);
  CHECK(base.metric("Shop", "Orders") == nullptr);
  for (const Metric& row : base.metrics()) CHECK(base.metric(row.name_space, row.name) == &row);
}

TEST_CASE("quotas, prices and service levels are found") {
  const Base& base = Base::builtin();
  const Quota* concurrency = base.quota("lambda/concurrent-executions");
  REQUIRE(concurrency != nullptr);
  CHECK(concurrency->service == "lambda");
  CHECK(concurrency->value == 1000);
  CHECK(concurrency->scope == "account+region");
  CHECK(concurrency->adjustable);
  CHECK(concurrency->origin.verified);
  CHECK(base.quota("eventbridge/targets-per-rule")->value == 5);
  CHECK(base.quota("sqs/visibility-default")->value == 30);
  CHECK(base.quota("lambda/concurrent") == nullptr);
  const Price* duration = base.price("lambda/duration-x86");
  REQUIRE(duration != nullptr);
  CHECK(duration->usd == 0.0000166667);
  CHECK(duration->per == 1);
  CHECK(duration->free == 400000);
  CHECK(base.price("dynamodb/on-demand-write")->per == 1000000);
  CHECK(base.price("vpc/nat-gateway")->usd == 0.045);
  CHECK(base.sla("AWS::Lambda::Function")->percent == 99.95);
  CHECK(base.sla("AWS::DynamoDB::GlobalTable")->percent == 99.999);
  CHECK(base.sla("AWS::Unheard::Of") == nullptr);
}

TEST_CASE("runtimes, event sources and policies are found") {
  const Base& base = Base::builtin();
  const Runtime* node = base.runtime("nodejs18.x");
  REQUIRE(node != nullptr);
  CHECK(node->language == "nodejs");
  CHECK(node->deprecation == "2025-09-01");
  CHECK_FALSE(node->heavy);
  CHECK(base.runtime("java21")->heavy);
  CHECK(base.runtime("java21")->snapstart);
  CHECK(base.runtime("nodejs24.x")->successor.empty());
  CHECK(base.runtime("nodejs") != nullptr);
  CHECK(base.runtime("nodejs99") == nullptr);
  const EventSource* queue = base.event_source("sqs-standard");
  REQUIRE(queue != nullptr);
  CHECK(queue->model == "polled");
  CHECK(queue->retries == -1);
  CHECK(queue->default_batch == 10);
  CHECK(queue->partial_batch);
  CHECK(base.event_source("apigateway-rest")->caller_timeout_s == 29);
  const ManagedPolicy* basic = base.managed_policy("AWSLambdaBasicExecutionRole");
  REQUIRE(basic != nullptr);
  CHECK(basic->statements ==
        "[{\"Effect\":\"Allow\",\"Action\":[\"logs:CreateLogGroup\",\"logs:CreateLogStream\","
        "\"logs:PutLogEvents\"],\"Resource\":[\"*\"]}]");
  CHECK_FALSE(basic->broad);
  CHECK(base.managed_policy("AdministratorAccess")->broad);
  CHECK(base.managed_policy("AmazonS3FullAccess")->broad);
  CHECK_FALSE(base.managed_policy("AmazonS3ReadOnlyAccess")->broad);
  for (const Escalation& row : base.escalations()) {
    CAPTURE(row.id);
    CHECK_FALSE(row.actions.empty());
    for (const std::string_view action : row.actions) CHECK(action.find(':') != std::string_view::npos);
  }
}

TEST_CASE("the most exact row of a hop counts") {
  const Base& base = Base::builtin();
  const auto link = [&](std::string_view from, std::string_view to) {
    const TracedHop* row = base.traced_hop(from, to);
    REQUIRE(row != nullptr);
    return row->link;
  };
  CHECK(link("AWS::SQS::Queue", "AWS::Lambda::Function") == TraceLink::linked);
  CHECK(link("AWS::SQS::Queue", "AWS::ECS::TaskDefinition") == TraceLink::manual);
  CHECK(link("AWS::Kinesis::Stream", "AWS::Lambda::Function") == TraceLink::none);
  CHECK(link("AWS::MSK::Cluster", "AWS::Lambda::Function") == TraceLink::none);
  CHECK(link("AWS::Lambda::Function", "AWS::StepFunctions::StateMachine") == TraceLink::manual);
  CHECK(link("AWS::Lambda::Function", "AWS::S3::Bucket") == TraceLink::parent);
  CHECK(link("AWS::S3::Bucket", "AWS::Events::EventBus") == TraceLink::none);
  CHECK(base.traced_hop("AWS::Unheard::Of", "AWS::Lambda::Function") == nullptr);
  CHECK(base.traced_service("AWS::Lambda::Function")->setting == "TracingConfig.Mode");
  CHECK(base.traced_service("AWS::Unheard::Of") == nullptr);
}

TEST_CASE("connections are known by engine and class") {
  const Base& base = Base::builtin();
  CHECK(base.connection_limit("aurora-mysql", "db.t3.medium")->connections == 90);
  CHECK(base.connection_limit("aurora-mysql", "db.r5.large")->connections == 1000);
  CHECK(base.connection_limit("postgres", "db.t4g.medium")->connections == 450);
  CHECK(base.connection_limit("postgres", "db.r5.4xlarge")->connections == 5000);
  CHECK(base.connection_limit("mysql", "db.t3.micro")->connections == 85);
  CHECK(base.connection_limit("aurora-postgresql-serverless", "acu-16")->connections == 3360);
  CHECK(base.connection_limit("redis", "cache.t3.micro")->connections == 65000);
  CHECK(base.connection_limit("mysql", "db.unheard.of") == nullptr);
}

TEST_CASE("portability is known by resource type") {
  const Portability* table = Base::builtin().portability("AWS::DynamoDB::Table");
  REQUIRE(table != nullptr);
  CHECK(table->service == "DynamoDB");
  CHECK(table->lock_in == 100);
  CHECK(table->gathers_data);
  CHECK(Base::builtin().portability("AWS::Lambda::Permission") == nullptr);
}

TEST_CASE("the rows of the source are those compiled in") {
  const LoadedBase loaded = Base::load(text::DiskFileSystem(), rows_directory());
  for (const std::string& error : loaded.errors) CHECK(error == "");
  CHECK(all(loaded.base) == all(Base::builtin()));
}

TEST_CASE("rows of a directory take the place of those compiled in, file by file") {
  const LoadedBase loaded = load({{"facts/quotas.yaml", good_quota}, {"facts/README.md", "ours"}});
  CHECK(loaded.errors.empty());
  REQUIRE(loaded.base.quotas().size() == 1);
  const Quota& quota = loaded.base.quotas().front();
  CHECK(quota.value == 5000);
  CHECK(quota.origin.source == "our account");
  CHECK(quota.origin.as_of == "2026-05");
  CHECK(quota.origin.verified);
  CHECK(loaded.base.prices().size() == Base::builtin().prices().size());
}

TEST_CASE("a base outlives the files that it was read from") {
  Base moved;
  {
    LoadedBase loaded = load({{"facts/quotas.yaml", good_quota}});
    moved = std::move(loaded.base);
  }
  CHECK(moved.quota("lambda/concurrent-executions")->unit == "executions");
}

TEST_CASE("mistakes in rows of knowledge are told where they are") {
  struct Case {
    const char* file;
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"quotas.yaml",
       "documents: {d: {source: s, as_of: 2026}}\nquotas:\n  - {id: a/b, valeu: 1, value: 1, unit: u, scope: "
       "s, source: d}\n",
       "facts/quotas.yaml:3:15: error: a row of `quotas` has no `valeu`; expected `id`, `value`, `unit`, "
       "`scope`, "
       "`adjustable`, `source`, `as_of`, `verified` or `note`; did you mean `value`?"},
      {"quotas.yaml",
       "documents: {d: {source: s, as_of: 2026}}\nquotas:\n  - {id: a/b, value: many, unit: u, scope: s, "
       "source: d}\n",
       "facts/quotas.yaml:3:22: error: `value` is `many`; expected a number from 0 up"},
      {"quotas.yaml",
       "documents: {d: {source: s, as_of: 2026}}\nquotas:\n  - {id: a/b, value: 1, scope: s, source: d}\n",
       "facts/quotas.yaml:3:5: error: a row of `quotas` lacks `unit`"},
      {"quotas.yaml",
       "documents: {d: {source: s, as_of: 2026}}\nquotas:\n  - {id: a/b, value: 1, unit: u, scope: s, "
       "source: e}\n",
       "facts/quotas.yaml:3:52: error: there is no document `e` in the file's `documents`"},
      {"quotas.yaml", "documents: {d: {source: s, as_of: lately}}\nquotas: []\n",
       "facts/quotas.yaml:1:35: error: `as_of` is `lately`; expected a date: YYYY, YYYY-MM or YYYY-MM-DD"},
      {"quotas.yaml",
       "documents: {d: {source: s, as_of: 2026}}\nquotas:\n  - {id: a, value: 1, unit: u, scope: s, source: "
       "d}\n  - {id: a, value: 2, unit: u, scope: s, source: d}\n",
       "facts/quotas.yaml:4:5: error: there is a row for `a` already"},
      {"quotas.yaml", "quotas: []\n",
       "facts/quotas.yaml:1:1: error: the file has no mapping `documents`; rows name what they are from in "
       "it"},
      {"quotas.yaml", "documents: {}\n", "facts/quotas.yaml:1:1: error: the file has no list `quotas`"},
      {"quotas.yaml", "[]\n",
       "facts/quotas.yaml:1:1: error: the file is a list; expected a mapping with `documents` and lists of "
       "rows"},
      {"tracing.yaml",
       "documents: {d: {source: s, as_of: 2026}}\nservices: []\nhops:\n  - {from: a, to: b, link: child, "
       "source: d}\n",
       "facts/tracing.yaml:4:28: error: `link` is `child`; expected `parent`, `linked`, `manual` or `none`"},
      {"escalations.yaml",
       "documents: {d: {source: s, as_of: 2026}}\nescalations:\n  - {id: a, name: n, actions: [], kind: "
       "self, source: d}\n",
       "facts/escalations.yaml:3:31: error: `actions` is not a list of texts"},
      {"managed-policies.yaml",
       "documents: {d: {source: s, as_of: 2026}}\npolicies:\n  - {name: a, broad: maybe, source: d}\n",
       "facts/managed-policies.yaml:3:22: error: `broad` is a string; expected `true` or `false`"},
      {"quotas.yml", "quotas: []\n",
       "facts/quotas.yml: error: no table has this name; did you mean `quotas.yaml`?"},
      {"portability.yaml",
       "documents: {d: {source: s, as_of: 2026}}\nservices:\n  - {service: A, types: [T], lock_in: 1, "
       "source: d}\n  - {service: B, types: [T], lock_in: 1, source: d}\n",
       "facts/portability.yaml: error: `T` is listed by `A` and by `B`"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.file, c.text);
    const LoadedBase loaded = load({{std::string("facts/") + c.file, c.text}});
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors.front() == c.error);
    CHECK(all(loaded.base) == all(Base::builtin()));
  }
}

TEST_CASE("a directory without knowledge is a mistake") {
  CHECK(load({{"facts/notes.txt", "none"}}).errors.size() == 1);
  CHECK(load({{"other/quotas.yaml", good_quota}}).errors.size() == 1);
  const LoadedBase broken = load({{"facts/quotas.yaml", "quotas: [\n"}});
  REQUIRE_FALSE(broken.errors.empty());
  CHECK(broken.errors.front().rfind("facts/quotas.yaml:", 0) == 0);
}

TEST_CASE("docs/knowledge.md tells how many rows there are") {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR");
  REQUIRE(root != nullptr);
  const auto text = text::DiskFileSystem().read(std::string(root) + "/docs/knowledge.md", 1U << 20U);
  REQUIRE(text.ok());
  const Base& base = Base::builtin();
  const std::pair<const char*, std::size_t> files[] = {
      {"quotas", base.quotas().size()},
      {"prices", base.prices().size()},
      {"hourly", base.hourly().size()},
      {"slas", base.slas().size()},
      {"runtimes", base.runtimes().size()},
      {"tracing", base.traced_hops().size() + base.traced_services().size()},
      {"event-sources", base.event_sources().size()},
      {"managed-policies", base.managed_policies().size()},
      {"escalations", base.escalations().size()},
      {"connections", base.connection_limits().size()},
      {"portability", base.portabilities().size()},
      {"metrics", base.metrics().size() + base.metric_subjects().size()},
  };
  for (const auto& entry : files) {
    const std::string file = entry.first;
    const std::size_t rows = entry.second;
    CAPTURE(file, rows);
    const std::size_t line = text.value().find("| `" + file + ".yaml` |");
    REQUIRE(line != std::string::npos);
    const std::string_view cells = std::string_view(text.value()).substr(line);
    const std::string count = "| " + std::to_string(rows) + " |";
    CHECK(cells.substr(0, cells.find('\n')).find(count) != std::string_view::npos);
  }
}
