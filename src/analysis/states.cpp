// SPDX-License-Identifier: Apache-2.0
// Table "states": each state of each workflow, at any depth, and what happens to it when it fails or hangs.
#include "analysis/analyses.hpp"
#include "graph/asl.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

constexpr std::string_view machine_type = "AWS::StepFunctions::StateMachine";

/// A definition's level of states, and what stands round it.
struct Level {
  value::Value states;
  bool retried = false; ///< A Parallel or Map round it is retried.
  bool caught = false;
  bool timed = false; ///< The whole execution has a timeout; states of Maps share it.
};

bool has_items(const value::Value& list) {
  return list.is_list() ? !list.items().empty() : list.is_present();
}

bool has_any(const value::Value& state, std::initializer_list<std::string_view> keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](std::string_view key) { return state.get(key).is_present(); });
}

/// "lambda" of `arn:aws:states:::aws-sdk:lambda:invoke`; of a plain ARN, "activity" or "lambda", which are
/// all that a task may name so; empty of other states and where nothing is known.
std::string service_of(const value::Value& resource) {
  std::string text = resource.display(1000);
  if (resource.is_unknown() || !resource.is_present()) return {};
  std::size_t begin = text.find(":states:::");
  if (begin == std::string::npos) return text.find(":activity:") == std::string::npos ? "lambda" : "activity";
  text = text.substr(begin + std::string_view(":states:::").size());
  if (text.starts_with("aws-sdk:")) text = text.substr(8);
  return text.substr(0, text.find(':'));
}

/// What a task waits for: the answer, the end of what it starts, a token that comes back, or a worker.
std::string waits_for(const value::Value& resource, std::string_view service) {
  const std::string text = resource.display(1000);
  if (service.empty()) return {};
  if (service == "activity") return "worker";
  if (text.find(".waitForTaskToken") != std::string::npos) return "token";
  return text.find(".sync") != std::string::npos ? "end" : "answer";
}

class States {
public:
  States(const Facts& facts, const Schema& schema, Table& table)
      : facts_(facts), schema_(schema), table_(table) {}

  void add_machine(graph::NodeId machine) {
    const graph::Node& node = facts_.system().node(machine);
    for (const std::string_view key : {"DefinitionString", "Definition"}) {
      const value::Value definition = property(node, key);
      // Which of two definitions counts isn't known.
      if (definition.alternatives().size() > 1) continue;
      add_definition(machine, graph::read_definition(definition, arena_));
    }
  }

private:
  void add_definition(graph::NodeId machine, const value::Value& definition) {
    std::vector<Level> pending{
        {definition.get("States"), false, false, has_any(definition, {"TimeoutSeconds"})}};
    while (!pending.empty()) {
      const Level level = pending.back();
      pending.pop_back();
      std::vector<Level> inner;
      for (const value::Member& member : level.states.members()) {
        if (!member.value.is_map()) continue;
        add_state(machine, member, level);
        collect(member.value, level, inner);
      }
      pending.insert(pending.end(), inner.rbegin(), inner.rend());
    }
  }

  static void collect(const value::Value& state, const Level& level, std::vector<Level>& inner) {
    Level next = level;
    next.retried = level.retried || has_items(state.get("Retry"));
    next.caught = level.caught || has_items(state.get("Catch"));
    std::vector<value::Value> bodies{state.get("ItemProcessor"), state.get("Iterator")};
    for (const value::Value& branch : state.get("Branches").items()) bodies.push_back(branch);
    for (const value::Value& body : bodies) {
      next.states = body.get("States");
      if (next.states.is_map()) inner.push_back(next);
    }
  }

  void add_state(graph::NodeId machine, const value::Member& member, const Level& level) {
    const value::Value& state = member.value;
    const value::Value resource = state.get("Resource");
    const std::string service = service_of(resource);
    const std::string waits = waits_for(resource, service);
    const text::Span place = state.key_span().valid() ? state.key_span() : state.span();
    const auto type = state.get("Type").as_string();
    const auto text = [](const std::string& given) {
      return given.empty() ? cel::Value() : cel::Value(given);
    };
    const auto timeouts = {std::string_view("TimeoutSeconds"), std::string_view("TimeoutSecondsPath"),
                           std::string_view("HeartbeatSeconds"), std::string_view("HeartbeatSecondsPath")};
    add_row(table_, schema_,
            {{"machine", resource_cell(facts_, machine)},
             {"name", cel::Value(std::string(member.key)).at(place)},
             {"type", type ? cel::Value(*type) : cel::Value::unknown("the state's type is not known")},
             {"service", text(service)},
             {"resource", resource.is_present() ? text(resource.display(1000)) : cel::Value()},
             {"waits", text(waits)},
             {"retried", level.retried || has_items(state.get("Retry"))},
             {"caught", level.caught || has_items(state.get("Catch"))},
             {"timed", has_any(state, timeouts)},
             {"execution_timed", level.timed}},
            place);
  }

  const Facts& facts_;
  const Schema& schema_;
  Table& table_;
  text::Arena arena_; // Cells are copies: nothing in the table points into it.
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  States states(facts, schema, table);
  for (const graph::NodeId machine : facts.nodes_of_type(machine_type)) states.add_machine(machine);
}

} // namespace

const Analysis& state_analysis() {
  static const Analysis analysis{
      {"states",
       "Each state of each workflow whose definition is known, at any depth",
       {
           {"machine", "resource", "", "the workflow"},
           {"name", "string", "", "the state's name, at the state where the definition is a map"},
           {"type", "string", "", "`Task`, `Map`, `Choice` …"},
           {"service", "string", "",
            "what a task calls: `lambda`, `dynamodb`, `states`, `activity` …; null of other states"},
           {"resource", "string", "", "the task's Resource as written; null of other states"},
           {"waits", "string", "",
            "what a task waits for: `answer`, `end` (of what it starts), `token` or `worker`; null of "
            "others"},
           {"retried", "bool", "", "it, or a Parallel or Map state round it, has a Retry"},
           {"caught", "bool", "", "it, or a Parallel or Map state round it, has a Catch"},
           {"timed", "bool", "", "it has a timeout or a heartbeat"},
           {"execution_timed", "bool", "", "the whole execution has a timeout"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
