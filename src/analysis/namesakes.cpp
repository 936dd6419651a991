// SPDX-License-Identifier: Apache-2.0
// Table "namesakes": two of a template that ask for what only one can have: a name, a route, a place in the
// tree of an API's paths. Each is looked up by what it asks for, so it takes as long as sorting them.
#include "analysis/analyses.hpp"
#include "graph/spelling.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

namespace slsaudit::analysis {
namespace {

using graph::NodeId;

/// Types whose names are unique in an account and region, and which refuse a second one. What makes queues,
/// topics, alarms and event rules takes one that is there already.
struct NamedType {
  std::string_view type;
  std::string_view property;
};
constexpr std::array named_types{
    NamedType{"AWS::DynamoDB::GlobalTable", "TableName"},
    NamedType{"AWS::DynamoDB::Table", "TableName"},
    NamedType{"AWS::ECR::Repository", "RepositoryName"},
    NamedType{"AWS::Events::ApiDestination", "Name"},
    NamedType{"AWS::Events::Connection", "Name"},
    NamedType{"AWS::Events::EventBus", "Name"},
    NamedType{"AWS::IAM::InstanceProfile", "InstanceProfileName"},
    NamedType{"AWS::IAM::Role", "RoleName"},
    NamedType{"AWS::IAM::User", "UserName"},
    NamedType{"AWS::Kinesis::Stream", "Name"},
    NamedType{"AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName"},
    NamedType{"AWS::Lambda::Function", "FunctionName"},
    NamedType{"AWS::Logs::LogGroup", "LogGroupName"},
    NamedType{"AWS::Pipes::Pipe", "Name"},
    NamedType{"AWS::S3::Bucket", "BucketName"},
    NamedType{"AWS::SSM::Parameter", "Name"},
    NamedType{"AWS::SecretsManager::Secret", "Name"},
    NamedType{"AWS::StepFunctions::StateMachine", "StateMachineName"},
};

/// What is asked for, in words that equal things share.
using Claim = std::tuple<std::size_t, std::string_view, std::string>; // template, kind, text

struct Claimant {
  NodeId node;
  value::Value value;         ///< Stands where it asks.
  std::string said;           ///< What it asks for, for people.
  std::string_view condition; ///< Under which it is made; empty when always.
};

/// A text in which parameters and resources are the same only where they are the same.
std::optional<std::string> spelled(const value::Value& value) {
  const auto spelling = graph::spell(value);
  if (!spelling || spelling->opaque || spelling->text.empty()) return std::nullopt;
  return spelling->text;
}

bool is_variable(std::string_view part) {
  return part.starts_with('{') && part.ends_with('}');
}

class Namesakes {
public:
  Namesakes(const Facts& facts, const Schema& schema, Table& table)
      : facts_(facts), system_(facts.system()), schema_(schema), table_(table) {}

  void run() {
    for (const NamedType& row : named_types) read_names(row);
    read_routes("AWS::ApiGateway::Method", {"RestApiId", "ResourceId", "HttpMethod"});
    read_routes("AWS::ApiGatewayV2::Route", {"ApiId", "RouteKey"});
    read_path_parts();
    read_bodies();
    for (const auto& [claim, claimants] : claims_) tell(std::get<1>(claim), claimants);
  }

private:
  /// Bodies of `Fn::ForEach` share their text, and what they make differs by more than is known here.
  [[nodiscard]] bool is_looped(const graph::Node& node) const {
    const text::Span span = node.resource->span;
    return std::ranges::any_of(system_.templates[node.template_index].loops,
                               [&](text::Span loop) { return span.valid() && loop.contains(span); });
  }

  void claim(NodeId id, std::string_view kind, std::string text, value::Value value, std::string said) {
    const graph::Node& node = system_.node(id);
    claims_[{node.template_index, kind, std::move(text)}].push_back(
        {id, value, std::move(said), node.resource->condition});
  }

  void read_names(const NamedType& row) {
    for (const NodeId id : facts_.nodes_of_type(row.type)) {
      const graph::Node& node = system_.node(id);
      const value::Value name = property(node, row.property);
      const auto text = spelled(name);
      if (!text || is_looped(node)) continue;
      claim(id, "name", std::string(row.type) + " " + *text, name, name.display());
    }
  }

  void read_routes(std::string_view type, std::initializer_list<std::string_view> properties) {
    for (const NodeId id : facts_.nodes_of_type(type)) {
      const graph::Node& node = system_.node(id);
      std::string key;
      value::Value last;
      for (const std::string_view name : properties) {
        last = property(node, name);
        const auto text = spelled(last);
        if (!text) key.clear();
        if (!text) break;
        key += *text + " ";
      }
      if (key.empty() || is_looped(node)) continue;
      claim(id, "route", std::move(key), last, last.display());
    }
  }

  /// Resources of REST APIs: below one parent each part is there once, and one of them may be a variable.
  void read_path_parts() {
    for (const NodeId id : facts_.nodes_of_type("AWS::ApiGateway::Resource")) {
      const graph::Node& node = system_.node(id);
      const value::Value part = property(node, "PathPart");
      const auto api = spelled(property(node, "RestApiId"));
      const auto parent = spelled(property(node, "ParentId"));
      const auto text = spelled(part);
      if (!api || !parent || !text || is_looped(node)) continue;
      claim(id, "path", *api + " " + *parent + " " + (is_variable(*text) ? "{}" : *text), part,
            part.display());
    }
  }

  /// The same in an API's document, where a path is split into its parts.
  void read_bodies() {
    for (const NodeId id : facts_.nodes_of_type("AWS::ApiGateway::RestApi")) {
      const value::Value paths = property(system_.node(id), "Body.paths");
      std::map<std::string, std::string_view, std::less<>> variables; // by what stands before them
      for (const value::Member& path : paths.members()) {
        if (!path.value.is_map()) continue;
        read_path(id, path, variables);
      }
    }
  }

  void read_path(NodeId id, const value::Member& path,
                 std::map<std::string, std::string_view, std::less<>>& variables) {
    for (std::size_t begin = 0; begin < path.key.size();) {
      const std::size_t end = std::min(path.key.find('/', begin + 1), path.key.size());
      const std::string_view part = path.key.substr(begin + 1, end - begin - 1);
      if (is_variable(part)) {
        const auto [known, is_new] = variables.try_emplace(std::string(path.key.substr(0, begin)), part);
        if (!is_new && known->second != part) {
          tell_path(id, path, known->second);
          return;
        }
      }
      begin = end;
    }
  }

  void tell_path(NodeId id, const value::Member& path, std::string_view other) {
    const text::Span key = path.value.key_span();
    const text::Span at = key.valid() ? key : path.value.span();
    add_row(table_, schema_,
            {{"resource", resource_cell(facts_, id)},
             {"other", resource_cell(facts_, id)},
             {"kind", "path"},
             {"name", cel::Value(std::string(path.key)).at(at)},
             {"written", std::string(path.key)},
             {"other_name", std::string(other)}},
            at);
  }

  /// Of each that asks for what another has asked for already, and which may both be there.
  void tell(std::string_view kind, const std::vector<Claimant>& claimants) {
    std::map<std::string_view, const Claimant*> first; // by condition
    const Claimant* earliest = nullptr;
    for (const Claimant& one : claimants) {
      const auto same = first.find(one.condition);
      const auto always = first.find("");
      const Claimant* other = one.condition.empty()   ? earliest
                              : same != first.end()   ? same->second
                              : always != first.end() ? always->second
                                                      : nullptr;
      first.try_emplace(one.condition, &one);
      if (earliest == nullptr) earliest = &one;
      // Two equal routes that a dialect makes have one author, who has been told of it.
      if (other != nullptr) tell_pair(kind, one, *other);
    }
  }

  void tell_pair(std::string_view kind, const Claimant& one, const Claimant& other) {
    const bool generated = system_.node(one.node).resource->author.generated &&
                           !system_.node(other.node).resource->author.generated;
    const Claimant& told = generated ? other : one;
    const Claimant& named = generated ? one : other;
    const text::Span at = told.value.span().valid() ? told.value.span() : id_span(system_.node(told.node));
    std::vector<Step> steps{
        {named.value.span(), quoted(shown_name(system_.node(named.node))) + " has " + quoted(named.said)}};
    add_row(table_, schema_,
            {{"resource", resource_cell(facts_, told.node)},
             {"other", resource_cell(facts_, named.node)},
             {"kind", kind},
             {"name", cel::Value(told.said).at(at)},
             {"written", written(told)},
             {"other_name", named.said}},
            at, std::move(steps));
  }

  /// What the framework's variables make of it differs by the stage.
  static std::string written(const Claimant& claimant) {
    const value::Origin* origin = claimant.value.origin();
    const bool is_variable = origin != nullptr && origin->kind == value::Origin::Kind::variable;
    return is_variable ? std::string(origin->name) : claimant.said;
  }

  const Facts& facts_;
  const graph::System& system_;
  const Schema& schema_;
  Table& table_;
  std::map<Claim, std::vector<Claimant>> claims_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Namesakes(facts, schema, table).run();
}

} // namespace

const Analysis& namesake_analysis() {
  static const Analysis analysis{
      {"namesakes",
       "What asks for a name, a route or a place among an API's paths that another of its template has; "
       "those "
       "under two different conditions left out",
       {
           {"resource", "resource", "",
            "who asks for it, too: the later one, unless only the other was written by somebody"},
           {"other", "resource", "", "who has it; the API itself for two paths of its document"},
           {"kind", "string", "",
            "`name`, `route`, or `path`: a part of a REST API's path, of which one below each parent may be "
            "a "
            "variable"},
           {"name", "string", "", "what it asks for; for `at`"},
           {"written", "string", "",
            "the same as its author wrote it: with the variables of the Serverless Framework, not with what they "
            "give"},
           {"other_name", "string", "", "what the other has: the same, or another variable in its place"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
