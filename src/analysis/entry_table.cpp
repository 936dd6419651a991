// SPDX-License-Identifier: Apache-2.0
// Table "entries": where load comes in, and what limits it there.
#include "analysis/analyses.hpp"
#include "analysis/entries.hpp"
#include "analysis/event_source.hpp"
#include "analysis/flow.hpp"
#include "analysis/measure.hpp"
#include "analysis/reach.hpp"
#include "analysis/schedule.hpp"
#include "graph/types.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

namespace slsaudit::analysis {
namespace {

/// Requests a second that a function URL lets through for each reserved execution, where the platform's facts
/// don't say.
constexpr double requests_per_execution = 10;

// --- Where it leads ---

/// The functions that events behind a node start first. Nodes that lead to the same ones share one list, so
/// that a thousand entries of one hub cost no more than one.
class FirstFunctions {
public:
  using Shared = std::shared_ptr<const std::vector<graph::NodeId>>;

  explicit FirstFunctions(const graph::System& system) : system_(system) {
    std::vector<bool> follow;
    for (const graph::Edge& edge : system.edges)
      follow.push_back(carries_event(edge) && !is_type(system, edge.from, function_type));
    components_ = components_of(system, follow);
    lists_.resize(components_.members.size());
    for (const std::size_t component : components_.targets_first)
      lists_[component] = list_of(component, follow);
  }

  [[nodiscard]] const Shared& of(graph::NodeId node) const { return lists_[components_.of[node.index()]]; }

private:
  [[nodiscard]] Shared list_of(std::size_t component, const std::vector<bool>& follow) const {
    if (const graph::NodeId first = components_.members[component].front();
        is_type(system_, first, function_type))
      return std::make_shared<const std::vector<graph::NodeId>>(1, first);
    std::vector<Shared> parts;
    for (const graph::NodeId node : components_.members[component]) {
      for (const graph::EdgeId id : system_.outgoing[node.index()]) {
        const std::size_t target = components_.of[system_.edge(id).to.index()];
        if (follow[id.index()] && target != component && !lists_[target]->empty())
          parts.push_back(lists_[target]);
      }
    }
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    if (parts.size() == 1) return parts.front();
    std::vector<graph::NodeId> all;
    for (const Shared& part : parts) all.insert(all.end(), part->begin(), part->end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return std::make_shared<const std::vector<graph::NodeId>>(std::move(all));
  }

  const graph::System& system_;
  Components components_;
  std::vector<Shared> lists_; ///< By component.
};

// --- Limits ---

struct Limit {
  cel::Value value; ///< Null: it has none of its own.
  cel::Value burst;
  std::string_view unit;
  cel::Value at;
};

cel::Value number_cell(const value::Value& value, const char* reason) {
  if (!value.is_present()) return {};
  const auto known = value.as_number();
  if (!known) return cel::Value::unknown(reason).at(value.span());
  return cel::Value(*known).at(value.span()).assuming(value.assumption());
}

/// The settings of a REST stage that hold for all its methods.
value::Value settings_of_all(const value::Value& list, std::string_view key) {
  for (const value::Value& item : list.items()) {
    const bool all = item.get("ResourcePath").as_string().value_or("/*") == "/*" &&
                     item.get("HttpMethod").as_string().value_or("*") == "*";
    if (all && item.get(key).is_present()) return item.get(key);
  }
  return list.is_unknown() ? list : value::Value();
}

/// "ThrottlingRateLimit" or "ThrottlingBurstLimit" of a stage, or of the deployment that makes it.
value::Value throttle_of(const graph::Node& stage, std::string_view key) {
  const std::string direct = std::string(key);
  for (const std::string& path : {"DefaultRouteSettings." + direct, "StageDescription." + direct}) {
    if (const value::Value found = property(stage, path); found.is_present()) return found;
  }
  for (const char* path : {"MethodSettings", "StageDescription.MethodSettings"}) {
    if (const value::Value found = settings_of_all(property(stage, path), key); found.is_present())
      return found;
  }
  return {};
}

/// Each stage has a limit of its own, so together they let the sum through.
cel::Value sum_over(const graph::System& system, const std::vector<graph::NodeId>& stages,
                    std::string_view key) {
  double sum = 0;
  cel::Value single;
  for (const graph::NodeId stage : stages) {
    single = number_cell(throttle_of(system.node(stage), key), "a throttle setting is not known");
    if (single.number() == nullptr) return single;
    sum += *single.number();
  }
  return stages.size() == 1 ? single : stages.empty() ? cel::Value() : cel::Value(sum);
}

/// The sum of what the mappings that poll a node may run at once; null where one of them has no maximum.
cel::Value pollers(const graph::System& system, const std::vector<graph::EdgeId>& edges) {
  std::int64_t total = 0;
  bool any = false;
  for (const graph::EdgeId id : edges) {
    const graph::Edge& edge = system.edge(id);
    if (edge.kind != graph::EdgeKind::polls) continue;
    const value::Value maximum = edge.settings.at("ScalingConfig.MaximumConcurrency");
    if (!maximum.is_present()) return {};
    const auto known = maximum.as_integer();
    if (!known) return cel::Value::unknown("a mapping's MaximumConcurrency is not known");
    total = added(total, *known);
    any = true;
  }
  return any ? cel::Value(static_cast<double>(total)) : cel::Value();
}

constexpr std::array<std::string_view, 4> api_kinds{"rest", "http", "websocket", "graphql"};

bool is_api(std::string_view kind) {
  return std::find(api_kinds.begin(), api_kinds.end(), kind) != api_kinds.end();
}

// --- Who may start it ---

/// What anyone must be allowed to do to feed a resource of that kind.
constexpr std::pair<std::string_view, std::string_view> feeding_actions[] = {{"bucket", "s3:PutObject"},
                                                                             {"bus", "events:PutEvents"},
                                                                             {"queue", "sqs:SendMessage"},
                                                                             {"topic", "sns:Publish"}};

bool is_anyone(const value::Value& principal) {
  const value::Value aws = principal.get("AWS");
  if (principal.as_string() == "*" || aws.as_string() == "*") return true;
  return std::any_of(aws.items().begin(), aws.items().end(),
                     [](const value::Value& item) { return item.as_string() == "*"; });
}

class Entries {
public:
  explicit Entries(const Facts& facts) : facts_(facts), system_(facts.system()), functions_(system_) {
    for (const Row& row : facts.table("apis")->rows) {
      const graph::NodeId api = facts.node_of(row.field("api").object());
      apis_[api].push_back(&row);
    }
    for (const graph::Statement& statement : system_.statements) {
      const bool open = statement.resource.valid() && statement.allow &&
                        !statement.value.get("Condition").is_present() &&
                        is_anyone(statement.value.get("Principal"));
      if (open) open_[statement.resource].push_back(&statement);
    }
  }

  void report(const Schema& schema, Table& table) {
    for (const Entry& entry : entries_of(facts_)) add(schema, table, entry);
  }

private:
  void add(const Schema& schema, Table& table, const Entry& entry) {
    const cel::Value schedule = schedule_of(entry);
    const Limit limit = limit_of(entry, schedule);
    const text::Span own = id_span(system_.node(entry.node));
    std::vector<Step> steps;
    if (entry.edge.valid()) {
      const cel::Object* edge = facts_.object(entry.edge);
      steps.push_back({edge->span(), edge->display()});
    }
    add_row(table, schema,
            {{"entry", resource_cell(facts_, entry.node)},
             {"kind", entry.kind},
             {"access", access_of(entry)},
             {"source", resource_cell(facts_, entry.source)},
             {"fed", entry.fed},
             {"synchronous", is_waited_for(entry.kind)},
             {"limit", limit.value},
             {"limit_unit", limit.unit.empty() ? cel::Value() : cel::Value(limit.unit)},
             {"burst", limit.burst},
             {"limit_at", limit.at},
             {"schedule_per_month", schedule},
             {"functions", functions_of(entry.node)}},
            own.valid() || steps.empty() ? own : steps.front().span, std::move(steps));
  }

  /// One list of cells for all entries that share their functions.
  cel::Value functions_of(graph::NodeId node) {
    const FirstFunctions::Shared& list = functions_.of(node);
    const auto [cell, is_new] = cells_.try_emplace(list.get());
    if (is_new) cell->second = resource_list(facts_, *list);
    return cell->second;
  }

  [[nodiscard]] cel::Value schedule_of(const Entry& entry) const {
    const graph::Node& node = system_.node(entry.node);
    if (entry.kind != "schedule") return {};
    const value::Value expression = property(node, "ScheduleExpression");
    const value::Value state = property(node, "State");
    if (state.as_string() == "DISABLED") return cel::Value(0.0).at(state.span());
    const auto text = expression.as_string();
    const std::optional<double> firings = text ? firings_per_month(*text) : std::nullopt;
    if (!firings) return cel::Value::unknown("the schedule is not known").at(expression.span());
    return cel::Value(*firings).at(expression.span()).assuming(expression.assumption());
  }

  [[nodiscard]] Limit limit_of(const Entry& entry, const cel::Value& schedule) const {
    const auto at = [&](std::string_view path) { return place(entry.node, path); };
    const graph::Node& node = system_.node(entry.node);
    if (is_api(entry.kind)) return limit_of_api(entry.node);
    if (entry.kind == "schedule") return {schedule, {}, "events/month", at("ScheduleExpression")};
    if (entry.kind == "url") return limit_of_url(entry.node);
    if (entry.kind == "queue")
      return with_unit(pollers(system_, system_.outgoing[entry.node.index()]), "executions");
    const bool polled = entry.edge.valid() && system_.edge(entry.edge).kind == graph::EdgeKind::polls;
    if (entry.kind == "imported" && polled)
      return with_unit(pollers(system_, system_.incoming[entry.node.index()]), "executions");
    if (node.type == "AWS::Kinesis::Stream") {
      if (property(node, "StreamModeDetails.StreamMode").as_string() == "ON_DEMAND") return {};
      return {number_cell(property(node, "ShardCount"), "the number of shards is not known"),
              {},
              "shards",
              at("ShardCount")};
    }
    if (node.type == "AWS::DynamoDB::Table") {
      constexpr std::string_view path = "ProvisionedThroughput.WriteCapacityUnits";
      return {number_cell(property(node, path), "the write capacity is not known"), {}, "writes/s", at(path)};
    }
    return {};
  }

  static Limit with_unit(cel::Value value, std::string_view unit) { return {std::move(value), {}, unit, {}}; }

  [[nodiscard]] cel::Value place(graph::NodeId node, std::string_view path) const {
    return cel::Value(quoted(shown_name(system_.node(node)))).at(property_cell(facts_, node, path).span());
  }

  [[nodiscard]] Limit limit_of_api(graph::NodeId api) const {
    const auto rows = apis_.find(api);
    if (rows == apis_.end()) return {{}, {}, "requests/s", {}};
    std::vector<graph::NodeId> stages;
    for (const Row* row : rows->second) {
      const graph::NodeId stage = facts_.node_of(row->field("stage").object());
      if (stage.valid()) stages.push_back(stage);
    }
    const text::Span where = rows->second.front()->field("throttle_at").span();
    return {sum_over(system_, stages, "ThrottlingRateLimit"),
            sum_over(system_, stages, "ThrottlingBurstLimit"), "requests/s",
            cel::Value(quoted(shown_name(system_.node(api)))).at(where)};
  }

  [[nodiscard]] Limit limit_of_url(graph::NodeId function) const {
    constexpr std::string_view path = "ReservedConcurrentExecutions";
    cel::Value limit =
        number_cell(property(system_.node(function), path), "the reserved concurrency is not known");
    if (limit.number() != nullptr) {
      limit = cel::Value(*limit.number() *
                         quota_of(facts_, "lambda/requests-per-concurrency", requests_per_execution))
                  .at(limit.span())
                  .assuming(limit.assumption());
    }
    return {limit, {}, "requests/s", place(function, path)};
  }

  [[nodiscard]] cel::Value access_of(const Entry& entry) const {
    if (is_type(system_, entry.source, "outside::service")) return access_of_service(entry.edge);
    if (is_type(system_, entry.source, "outside::account")) return "authenticated";
    const bool elsewhere = entry.source.valid() && !is_type(system_, entry.source, "outside::internet");
    if (elsewhere && (is_api(entry.kind) || entry.kind == "load-balancer"))
      return cel::Value::unknown("whether " + quoted(system_.node(entry.source).label) +
                                 ", which is not declared here, is public is not known")
          .at(facts_.object(entry.edge)->span());
    if (is_api(entry.kind)) return access_of_api(entry);
    if (entry.kind == "url") return access_of_url(entry.edge);
    if (entry.kind == "iot") return "authenticated";
    if (entry.kind == "distribution" || entry.kind == "user-pool" || entry.kind == "email") return "public";
    if (entry.kind == "load-balancer")
      return entry.source.valid() ? cel::Value("public") : cel::Value("internal");
    if (node_type(entry) == "AWS::Cognito::IdentityPool") return access_of_identities(entry.node);
    for (const auto& row : feeding_actions) {
      if (row.first == entry.kind) return access_by_policy(entry.node, row.second);
    }
    return "internal";
  }

  [[nodiscard]] cel::Value access_of_api(const Entry& entry) const {
    const auto rows = apis_.find(entry.node);
    if (rows == apis_.end()) return entry.source.valid() ? cel::Value("public") : cel::Value("internal");
    const Row& row = *rows->second.front();
    const cel::Value reached = row.field("public");
    if (reached.boolean() == nullptr) return reached;
    if (!*reached.boolean()) return "internal";
    const cel::Value authenticated = row.field("authenticated");
    if (!authenticated.string()) return authenticated;
    return *authenticated.string() == "all" ? "authenticated" : "public";
  }

  [[nodiscard]] std::string_view node_type(const Entry& entry) const { return system_.node(entry.node).type; }

  /// Guests get identities, too, or only users that a provider vouches for.
  [[nodiscard]] cel::Value access_of_identities(graph::NodeId pool) const {
    const value::Value guests = property(system_.node(pool), "AllowUnauthenticatedIdentities");
    if (guests.is_present() && !guests.as_boolean())
      return cel::Value::unknown("whether guests get identities is not known").at(guests.span());
    return guests.as_boolean() == true ? "public" : "authenticated";
  }

  /// Any skill of anybody may start a function whose permission names none.
  [[nodiscard]] cel::Value access_of_service(graph::EdgeId edge) const {
    const value::Value& permission = system_.edge(edge).settings;
    const bool any_skill = permission.get("Principal").as_string() == "alexa-appkit.amazon.com" &&
                           permission.get("EventSourceToken").is_absent();
    return any_skill ? "public" : "authenticated";
  }

  [[nodiscard]] cel::Value access_of_url(graph::EdgeId edge) const {
    const value::Value type = system_.edge(edge).settings.get("AuthType");
    if (!type.as_string()) return cel::Value::unknown("the URL's AuthType is not known").at(type.span());
    return type.as_string() == "NONE" ? "public" : "authenticated";
  }

  [[nodiscard]] cel::Value access_by_policy(graph::NodeId node, std::string_view action) const {
    const auto statements = open_.find(node);
    if (statements == open_.end()) return "internal";
    for (const graph::Statement* statement : statements->second) {
      const Strings actions = strings_of(statement->value.get("Action"));
      const bool allowed =
          std::any_of(actions.items.begin(), actions.items.end(), [&](const value::Value& item) {
            return item.as_string() && knowledge::wildcard_match(*item.as_string(), action);
          });
      if (allowed) return "public";
    }
    return "internal";
  }

  const Facts& facts_;
  const graph::System& system_;
  FirstFunctions functions_;
  std::map<graph::NodeId, std::vector<const Row*>> apis_;
  std::map<graph::NodeId, std::vector<const graph::Statement*>> open_;
  std::unordered_map<const void*, cel::Value> cells_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Entries(facts).report(schema, table);
}

} // namespace

const Analysis& entry_analysis() {
  static const Analysis analysis{
      {"entries",
       "Where load comes in: what the outside asks or feeds, what starts by itself, and what nothing of the "
       "system "
       "feeds; the proof is how it is fed",
       {
           {"entry", "resource", "",
            "the first resource behind the outside; of a function URL, the function; a load profile names "
            "it"},
           {"kind", "string", "",
            "`rest`, `http`, `websocket`, `graphql`, `url`, `load-balancer`, `distribution`, `user-pool`, "
            "`bucket`, "
            "`table`, `store`, `topic`, `queue`, `stream`, `bus`, `rule`, `schedule`, `iot`, `email`, "
            "`log-group`, "
            "`skill` (of Alexa), `chat` (Lex, Connect, Bedrock), `workflow`, `task`, `function` (nothing "
            "here starts it), `deployment` (custom resources and "
            "macros "
            "do), `imported` (a source that no template here declares feeds it) or `service` (any other)"},
           {"access", "string", "",
            "`public` (anyone may start it: a route, URL or policy asks for no credentials), `authenticated` "
            "(callers outside the account, with credentials) or `internal`"},
           {"source", "resource", "", "the outside party that feeds it; null where the graph knows none"},
           {"fed", "bool", "", "resources of the system feed it as well"},
           {"synchronous", "bool", "", "someone waits for what happens behind it"},
           {"limit", "double", "",
            "the most that its own settings let in, in `limit_unit`, the sum over its stages; null where "
            "they set "
            "no limit"},
           {"limit_unit", "string", "",
            "`requests/s` (stage-wide throttle; ten for each reserved execution of a URL's function), "
            "`executions` (MaximumConcurrency of all mappings on a queue), `shards`, `writes/s` or "
            "`events/month`; null where entries of its kind have no limit of their own"},
           {"burst", "double", "requests", "the throttle's burst; null when not set"},
           {"limit_at", "any", "", "stands at that setting, or where it would be added; for `at`"},
           {"schedule_per_month", "double", "events/month",
            "how often a schedule fires in a month of 730 hours; 0 when it is disabled or fires once; null "
            "for "
            "entries that are no schedule"},
           {"functions", "list", "",
            "the functions that its events start first, over any queues, topics, rules and workflows "
            "between"},
       }},
      compute,
      8};
  return analysis;
}

} // namespace slsaudit::analysis
