// SPDX-License-Identifier: Apache-2.0
// Table "needs": what roles are there for, by what a template declares: a function's role reads the queue
// that a mapping polls, an API's role sends to the queue behind its route, a workflow's role invokes its
// functions.
#include "analysis/analyses.hpp"
#include "analysis/sure_rights.hpp"
#include "graph/extract.hpp"
#include "graph/index.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace slsaudit::analysis {
namespace {

using graph::EdgeKind;
using graph::NodeId;

/// Who acts with a role, whom the role has to trust for that, and whether it is refused at the deployment
/// where it does not.
struct Actor {
  std::string_view type;
  std::string_view service;
  bool checks_trust = false;
};
constexpr std::array actors{
    Actor{"AWS::ApiGateway::RestApi", "apigateway.amazonaws.com"},
    Actor{"AWS::ApiGatewayV2::Api", "apigateway.amazonaws.com"},
    Actor{"AWS::Events::Rule", "events.amazonaws.com"},
    Actor{"AWS::Lambda::Function", "lambda.amazonaws.com", true},
    Actor{"AWS::Pipes::Pipe", "pipes.amazonaws.com"},
    Actor{"AWS::Scheduler::Schedule", "scheduler.amazonaws.com", true},
    Actor{"AWS::StepFunctions::StateMachine", "states.amazonaws.com", true},
};

/// What a target takes from who delivers to it; several where any of them will do.
struct Delivery {
  std::string_view target;
  std::vector<std::string> actions;
};
const std::array<Delivery, 6>& deliveries() {
  static const std::array<Delivery, 6> rows{
      Delivery{"AWS::Events::EventBus", {"events:PutEvents"}},
      Delivery{"AWS::Kinesis::Stream", {"kinesis:PutRecord", "kinesis:PutRecords"}},
      Delivery{"AWS::Lambda::Function", {"lambda:InvokeFunction"}},
      Delivery{"AWS::SNS::Topic", {"sns:Publish"}},
      Delivery{"AWS::SQS::Queue", {"sqs:SendMessage"}},
      Delivery{"AWS::StepFunctions::StateMachine", {"states:StartExecution", "states:StartSyncExecution"}},
  };
  return rows;
}

/// What a poller asks of its source; all of them.
std::vector<std::string> polls(std::string_view type) {
  if (type == "AWS::SQS::Queue") return {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"};
  if (type == "AWS::Kinesis::Stream") return {"kinesis:GetRecords", "kinesis:GetShardIterator"};
  if (type == "AWS::DynamoDB::Table") return {"dynamodb:GetRecords", "dynamodb:GetShardIterator"};
  return {};
}

/// "states:StartExecution" of `arn:aws:states:::states:startExecution.sync` and the like; empty where it is
/// none.
std::string action_of_state(const value::Value& resource) {
  const auto spelling = graph::spell(resource);
  const auto arn = spelling ? graph::parse_arn(spelling->text) : std::nullopt;
  if (!arn) return {};
  if (arn->service == "lambda") return "lambda:InvokeFunction";
  if (arn->service != "states" || !arn->account.empty()) return {};
  std::string_view rest = arn->resource;
  if (rest.starts_with("aws-sdk:")) rest.remove_prefix(8);
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon + 1 >= rest.size()) return {};
  std::string service(rest.substr(0, colon));
  std::string name(rest.substr(colon + 1, rest.find('.') - colon - 1));
  if (service == "sfn") service = "states";
  if (service == "lambda" && name == "invoke") name = "invokeFunction";
  if (name.empty()) return {};
  if (name.front() >= 'a' && name.front() <= 'z') name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return service + ":" + name;
}

/// Whether a text in it has some words, as far as they are known.
bool says(const value::Value& whole, std::string_view words) {
  bool found = false;
  graph::for_each_string(whole, [&](const value::Value& text) {
    found = found || text.as_string().value_or("").find(words) != std::string_view::npos;
    for (const value::Part& part : text.parts())
      found = found || part.literal.find(words) != std::string_view::npos;
  });
  return found;
}

/// "sqs:SendMessage" of `arn:aws:apigateway:REGION:sqs:action/SendMessage` and of the names that HTTP APIs
/// have.
std::string action_of_integration(const value::Value& integration) {
  const auto subtype = integration.get("IntegrationSubtype").as_string();
  if (subtype) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> rows{
        {{"EventBridge-PutEvents", "events:PutEvents"},
         {"Kinesis-PutRecord", "kinesis:PutRecord"},
         {"SQS-ReceiveMessage", "sqs:ReceiveMessage"},
         {"SQS-SendMessage", "sqs:SendMessage"},
         {"StepFunctions-StartExecution", "states:StartExecution"},
         {"StepFunctions-StartSyncExecution", "states:StartSyncExecution"}}};
    const auto row = std::ranges::find(rows, *subtype, &std::pair<std::string_view, std::string_view>::first);
    return row == rows.end() ? std::string() : std::string(row->second);
  }
  value::Value uri = integration.get("Uri");
  if (!uri.is_present()) uri = integration.get("uri");
  const auto spelling = graph::spell(uri);
  const auto arn = spelling ? graph::parse_arn(spelling->text) : std::nullopt;
  if (!arn || arn->service != "apigateway") return {};
  if (arn->account == "lambda") return "lambda:InvokeFunction";
  if (arn->account == "sqs" && says(integration, "Action=SendMessage&")) return "sqs:SendMessage";
  constexpr std::string_view by_action = "action/";
  if (!arn->resource.starts_with(by_action) || graph::has_token(arn->resource)) return {};
  return std::string(arn->account) + ":" + std::string(arn->resource.substr(by_action.size()));
}

struct Need {
  NodeId actor;
  NodeId role;
  NodeId target; ///< Invalid: the network.
  std::string_view purpose;
  std::vector<std::string> actions;
  bool any = false; ///< One of the actions will do.
  bool refused = false;
  text::Span at;
};

class Needs {
public:
  explicit Needs(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()), rights_(facts) {}

  void report(const Schema& schema, Table& table) {
    for (const graph::Edge& edge : system_.edges) read(edge);
    for (const NodeId function : facts_.nodes_of_type(function_type)) read_network(function);
    std::ranges::stable_sort(needs_, [](const Need& a, const Need& b) {
      return std::tie(a.actor, a.target, a.role, a.purpose) < std::tie(b.actor, b.target, b.role, b.purpose);
    });
    for (const Need& need : needs_) add(schema, table, need);
  }

private:
  [[nodiscard]] static const Actor* actor_of(std::string_view type) {
    const auto found = std::ranges::find(actors, type, &Actor::type);
    return found == actors.end() ? nullptr : &*found;
  }

  [[nodiscard]] NodeId role_of(NodeId compute) const {
    const std::vector<const Principal*> roles = permissions_.of_compute(compute);
    return roles.size() == 1 ? roles.front()->node : NodeId{};
  }

  [[nodiscard]] NodeId role_named(const graph::Edge& edge, const value::Value& named) const {
    const NodeId where = edge.via.valid() ? edge.via : edge.from;
    return graph::resolve(system_, system_.node(where).template_index, named);
  }

  static std::vector<value::Value> each(const value::Value& settings) {
    if (!settings.is_list()) return {settings};
    return {settings.items().begin(), settings.items().end()};
  }

  void note(const graph::Edge& edge, NodeId actor, NodeId role, NodeId target, std::string_view purpose,
            std::vector<std::string> actions, bool any, bool refused) {
    if (!role.valid() || permissions_.of(role) == nullptr || actions.empty()) return;
    needs_.push_back(
        {actor, role, target, purpose, std::move(actions), any, refused, edge.evidence.front().span});
  }

  void read(const graph::Edge& edge) {
    if (edge.evidence.front().basis != graph::Basis::declared) return;
    const graph::Node& from = system_.node(edge.from);
    const graph::Node& to = system_.node(edge.to);
    if (edge.kind == EdgeKind::assumes && from.resource != nullptr && to.resource != nullptr &&
        actor_of(from.type) != nullptr && permissions_.of(edge.to) != nullptr)
      needs_.push_back({edge.from, edge.to, {}, "runs with", {}, false, false, edge.evidence.front().span});
    if (edge.kind == EdgeKind::polls && from.resource != nullptr) read_poll(edge, from.type, to.type);
    if (to.resource == nullptr || from.resource == nullptr) return;
    if (from.type == function_type && edge.kind == EdgeKind::dead_letters)
      deliver(edge, role_of(edge.from), "sends failed events to", !edge.via.valid());
    if (from.type == "AWS::Pipes::Pipe" && edge.kind != EdgeKind::assumes)
      deliver(edge, role_of(edge.from), "delivers to", false);
    const bool rule = from.type == "AWS::Scheduler::Schedule" || from.type == "AWS::Events::Rule";
    if (rule && edge.kind != EdgeKind::dead_letters) {
      for (const value::Value& settings : each(edge.settings))
        deliver(edge, role_named(edge, settings.get("RoleArn")), "delivers to", false);
    }
    if (from.type == "AWS::StepFunctions::StateMachine") read_states(edge);
    if (edge.kind == EdgeKind::routes) read_route(edge);
  }

  void read_poll(const graph::Edge& edge, std::string_view source, std::string_view poller) {
    if (poller != function_type && poller != "AWS::Pipes::Pipe") return;
    // A consumer of a stream's own is told by a call that is made for it.
    const NodeId role = role_of(edge.to);
    const Principal* principal = role.valid() ? permissions_.of(role) : nullptr;
    if (principal == nullptr) return;
    if (source == "AWS::Kinesis::Stream" &&
        rights_.may(*principal, "kinesis:SubscribeToShard", {}) != Tri::no)
      return;
    note(edge, edge.to, role, edge.from, "reads", polls(source), false, poller == function_type);
  }

  void deliver(const graph::Edge& edge, NodeId role, std::string_view purpose, bool refused) {
    const auto row = std::ranges::find(deliveries(), system_.node(edge.to).type, &Delivery::target);
    if (row == deliveries().end()) return;
    note(edge, edge.from, role, edge.to, purpose, row->actions, true, refused);
  }

  void read_states(const graph::Edge& edge) {
    std::set<std::string> actions;
    for (const value::Value& state : each(edge.settings)) {
      if (state.get("Credentials").is_present()) continue; // it acts as somebody else
      const value::Value resource = state.get("Resource");
      std::string action = action_of_state(resource);
      const bool by_name =
          action.empty() && edge.kind == EdgeKind::invokes && is_type(system_, edge.to, function_type) &&
          graph::resolve(system_, system_.node(edge.from).template_index, resource) == edge.to;
      if (by_name) action = "lambda:InvokeFunction";
      if (!action.empty() && permissions_.expand(action).size() == 1) actions.insert(std::move(action));
    }
    note(edge, edge.from, role_of(edge.from), edge.to, "calls", {actions.begin(), actions.end()}, false,
         false);
  }

  void read_route(const graph::Edge& edge) {
    for (const value::Value& settings : each(edge.settings)) {
      value::Value integration = settings.get("Integration");
      if (!integration.is_present()) integration = settings.get("x-amazon-apigateway-integration");
      if (!integration.is_present()) integration = settings;
      for (const std::string_view key : {"Credentials", "CredentialsArn", "credentials"}) {
        const NodeId role = role_named(edge, integration.get(key));
        std::string action = action_of_integration(integration);
        if (!role.valid() || permissions_.expand(action).size() != 1) continue;
        note(edge, edge.from, role, edge.to, "calls", {std::move(action)}, false, false);
      }
    }
  }

  void read_network(NodeId function) {
    const graph::Node& node = system_.node(function);
    const value::Value subnets = property(node, "VpcConfig.SubnetIds");
    if (!subnets.is_list() || subnets.items().empty()) return;
    const NodeId role = role_of(function);
    if (!role.valid() || permissions_.of(role) == nullptr) return;
    const text::Span key = subnets.key_span();
    needs_.push_back({function,
                      role,
                      {},
                      "attaches to subnets",
                      {"ec2:CreateNetworkInterface"},
                      false,
                      true,
                      key.valid() ? key : subnets.span()});
  }

  void add(const Schema& schema, Table& table, const Need& need) const {
    const Principal& principal = *permissions_.of(need.role);
    std::vector<std::string> missing;
    Tri held = need.any ? Tri::no : Tri::yes;
    for (const std::string& action : need.actions) {
      const Tri may = rights_.may(principal, action, need.target);
      held = need.any ? std::max(held, may) : std::min(held, may);
      if (may == Tri::no) missing.push_back(action);
    }
    if (need.any && missing.size() > 1) missing.resize(1);
    if (held != Tri::no) missing.clear();
    const Actor* actor = actor_of(system_.node(need.actor).type);
    const Tri trusted = actor != nullptr ? rights_.trusts(need.role, actor->service) : Tri::unknown;
    const graph::Node& role = system_.node(need.role);
    add_row(table, schema,
            {{"actor", resource_cell(facts_, need.actor)},
             {"role", resource_cell(facts_, need.role)},
             {"target", resource_cell(facts_, need.target)},
             {"purpose", need.purpose},
             {"actions", string_list(need.actions)},
             {"held", cell(held, "whether the role may do it is not known")},
             {"missing", string_list(missing)},
             {"service", actor != nullptr ? cel::Value(actor->service) : cel::Value()},
             {"trusted", cell(trusted, "whom the role trusts is not known")},
             {"refused", need.refused},
             {"checks_trust", actor != nullptr && actor->checks_trust},
             {"at", cel::Value(std::string(need.purpose)).at(need.at)}},
            need.at,
            {{id_span(role), quoted(shown_name(role)) + " is the role of " +
                                 quoted(shown_name(system_.node(need.actor))) + " for that"}});
  }

  static cel::Value cell(Tri known, const char* reason) {
    return known == Tri::unknown ? cel::Value::unknown(reason) : cel::Value(known == Tri::yes);
  }

  const Facts& facts_;
  const graph::System& system_;
  const Permissions& permissions_;
  SureRights rights_;
  std::vector<Need> needs_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Needs(facts).report(schema, table);
}

} // namespace

const Analysis& need_analysis() {
  static const Analysis analysis{
      {"needs",
       "What roles that templates declare have to be allowed, by what those who act with them are declared "
       "to do: "
       "mappings, dead-letter queues, networks, workflows, pipes, schedules, integrations",
       {
           {"actor", "resource", "", "who acts"},
           {"role", "resource", "", "with which role"},
           {"target", "resource", "", "on what; null for the network and the role alone"},
           {"purpose", "string", "",
            "what it does: `reads`, `calls`, `delivers to` …; `runs with` of the role alone"},
           {"actions", "list", "", "what that takes: all of them, or any one of those that deliver"},
           {"held", "bool", "",
            "the role may do it, under whatever condition; unknown unless all of its policies are in sight"},
           {"missing", "list", "", "what it surely may not do, where that is too little"},
           {"service", "string", "", "whom the role has to trust: `lambda.amazonaws.com` …"},
           {"trusted", "bool", "", "its trust policy says so"},
           {"refused", "bool", "", "the deployment fails where the role may not do it"},
           {"checks_trust", "bool", "", "the deployment fails where the role does not trust the service"},
           {"at", "any", "", "stands where it is declared; for `at`"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
