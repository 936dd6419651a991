// SPDX-License-Identifier: Apache-2.0
// What compute is given to work with: addresses in its environment, secrets of databases, security groups
// that let it in. No property and no policy says that it is used.
#include "graph/extract.hpp"
#include "graph/links.hpp"
#include "graph/network.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

/// A value of an environment and what it is called.
struct Variable {
  std::string name;
  value::Value value;
};

/// Lists of variables, each a name and a value.
constexpr std::string_view variable_lists[] = {
    "ContainerProperties.Environment",
    "Environment.EnvironmentVariables",
    "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues."
    "RuntimeEnvironmentVariables",
    "SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables",
};

/// Maps of variables.
constexpr std::string_view variable_maps[] = {"DefaultArguments", "Environment.Variables"};

void add_list(const value::Value& list, std::vector<Variable>& into) {
  for (const value::Value& entry : entries(list))
    into.push_back({std::string(text_of(entry.get("Name"))), entry.get("Value")});
}

std::vector<Variable> variables(const dialect::Resource& resource) {
  std::vector<Variable> result;
  for (const std::string_view path : variable_maps) {
    for (const value::Member& member : members(resource.properties.at(path)))
      result.push_back({std::string(member.key), member.value});
  }
  for (const std::string_view path : variable_lists) add_list(resource.properties.at(path), result);
  for (const value::Value& container : entries(resource.properties.get("ContainerDefinitions")))
    add_list(container.get("Environment"), result);
  return result;
}

/// Stores that are connected to by an address and a password.
constexpr std::string_view connected_types[] = {
    "AWS::AmazonMQ::Broker",
    "AWS::DocDB::DBCluster",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElastiCache::ServerlessCache",
    "AWS::MSK::Cluster",
    "AWS::MemoryDB::Cluster",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBProxy",
    "AWS::Redshift::Cluster",
    "AWS::RedshiftServerless::Workgroup",
};

bool is_connected_to(std::string_view type) {
  return std::ranges::find(connected_types, type) != std::end(connected_types);
}

bool is_address(std::string_view type, const value::Part& part) {
  if (!is_connected_to(type) || part.kind != value::ReferenceKind::attribute) return false;
  for (const std::string_view word : {"Endpoint", "Address", "Amqp", "Mqtt", "Stomp", "Wss"}) {
    if (part.attribute.find(word) != std::string_view::npos) return true;
  }
  return false;
}

/// Brokers and Kafka clusters take messages; databases are read and written.
void add_connection(Draft& draft, Link link, bool reads_only) {
  const Category category = draft.category(link.to);
  if (category == Category::queue || category == Category::stream) {
    link.kind = EdgeKind::sends;
    draft.add(link);
    return;
  }
  link.kind = EdgeKind::reads;
  draft.add(link);
  link.kind = EdgeKind::writes;
  if (!reads_only) draft.add(link);
}

/// Variables whose address is handed on to people or their browsers (in a mail, as a page to return to), or
/// is the system's own: nothing asks it.
bool is_for_people(std::string_view name) {
  constexpr std::array<std::string_view, 22> words{
      "banner",   "client", "cors",    "domain", "favicon", "frontend", "homepage", "icon",
      "image",    "link",   "links",   "logo",   "origin",  "origins",  "privacy",  "public",
      "redirect", "site",   "support", "terms",  "website", "www"};
  return std::ranges::any_of(text::words_of(name), [&](const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  });
}

/// Variables that hold a host without a scheme.
bool names_host(std::string_view name) {
  for (const std::string_view word : {"HOST", "host", "Host", "ENDPOINT", "endpoint", "Endpoint", "SERVER"}) {
    if (name.find(word) != std::string_view::npos) return true;
  }
  return false;
}

/// What a named target is for, where no policy says more.
EdgeKind hinted_kind(Category category) {
  switch (category) {
  case Category::queue:
  case Category::topic:
  case Category::stream:
  case Category::bus:
    return EdgeKind::sends;
  case Category::function:
  case Category::workflow:
  case Category::api:
  case Category::task:
  case Category::endpoint:
    return EdgeKind::invokes;
  default:
    return EdgeKind::refers;
  }
}

/// Nobody waits for a standard workflow: only an express one can be started so.
bool is_standard_workflow(const Node& node) {
  if (node.type != "AWS::StepFunctions::StateMachine" || node.resource == nullptr) return false;
  const value::Value& type = node.resource->properties.get("StateMachineType");
  return !type.is_present() || type.as_string() == "STANDARD";
}

constexpr EdgeKind acting[] = {EdgeKind::reads, EdgeKind::writes, EdgeKind::sends, EdgeKind::invokes};

class Hints {
public:
  Hints(Draft& draft, const Grants& grants) : draft_(draft), grants_(grants) {}

  void add(NodeId self, const Variable& variable) {
    const std::size_t where = draft_.index().template_of(self);
    for (const value::Value& alternative : variable.value.alternatives()) {
      if (connect(self, where, variable, alternative)) continue;
      if (ask(self, where, variable, alternative)) continue;
      const NodeId known = draft_.index().resolve(where, alternative);
      Link link{.from = self,
                .to = known,
                .basis = Basis::hinted,
                .span = alternative.span(),
                .text = "environment variable `" + variable.name + "`"};
      if (known.valid()) {
        if (known != self) add_known(link);
      } else {
        add_outside(link, where, variable, alternative);
      }
    }
  }

private:
  /// A database's address in a value: whoever has it connects, with no policy that says so. An address for
  /// reading only is read from.
  bool connect(NodeId self, std::size_t where, const Variable& variable, const value::Value& value) {
    bool any = false;
    for (const value::Part& part : value.parts()) {
      const NodeId store = draft_.index().referenced(where, part);
      if (!store.valid() || !is_address(draft_.node(store).type, part)) continue;
      any = true;
      add_connection(draft_,
                     {.from = self,
                      .to = store,
                      .mode = Mode::synchronous,
                      .basis = Basis::hinted,
                      .span = value.span(),
                      .text = "environment variable `" + variable.name + "`"},
                     part.attribute.find("Read") != std::string_view::npos);
    }
    return any;
  }

  /// A function's URL that anyone may ask, in a value with or without a path: whoever has it waits for an
  /// answer, and no policy says so.
  bool ask(NodeId self, std::size_t where, const Variable& variable, const value::Value& value) {
    bool any = false;
    for (const value::Part& part : value.parts()) {
      const NodeId url = draft_.index().referenced(where, part);
      if (!url.valid() || part.attribute != "FunctionUrl" || draft_.node(url).type != "AWS::Lambda::Url")
        continue;
      const value::Value& settings = draft_.index().resource(url).properties;
      if (text_of(settings.get("AuthType")) != "NONE") continue;
      for (const Target& target :
           draft_.known_targets(draft_.index().template_of(url), settings.get("TargetFunctionArn"))) {
        any = true;
        if (target.node == self) continue;
        draft_.add({.kind = EdgeKind::invokes,
                    .from = self,
                    .to = target.node,
                    .mode = Mode::synchronous,
                    .basis = Basis::hinted,
                    .span = value.span(),
                    .text = "environment variable `" + variable.name + "`"});
      }
    }
    return any;
  }

  void add_known(Link& link) {
    if (confirm(link)) return;
    for (const auto& allowed : grants_.vaguely_allowed(link.from, link.to)) {
      const Statement statement = draft_.system().statements[allowed.first];
      add_granted(draft_, link.from, link.to, allowed.second, statement);
    }
    if (confirm(link)) return;
    const Category category = draft_.category(link.to);
    if (category == Category::none) return;
    link.kind = grants_.complete(link.from) ? EdgeKind::refers : hinted_kind(category);
    if (link.kind == EdgeKind::invokes && is_standard_workflow(draft_.node(link.to)))
      link.mode = Mode::asynchronous;
    draft_.add(link);
  }

  /// Adds the hint to what is already known between the two.
  bool confirm(Link& link) {
    bool any = false;
    for (const EdgeKind kind : acting) {
      if (!draft_.has(kind, link.from, link.to)) continue;
      link.kind = kind;
      draft_.add(link);
      any = true;
    }
    return any;
  }

  void add_outside(Link& link, std::size_t where, const Variable& variable, const value::Value& value) {
    const value::Part* reference = value.sole_reference();
    if (reference != nullptr && reference->kind == value::ReferenceKind::import_value) {
      link.to = draft_.imported(where, reference->name);
      link.kind = EdgeKind::refers;
    } else if (reference != nullptr && reference->kind == value::ReferenceKind::output) {
      link.to = draft_.output(where, *reference);
      link.kind = EdgeKind::refers;
    } else if (!is_for_people(variable.name)) {
      link.to = draft_.host(where, value);
      if (!link.to.valid() && names_host(variable.name)) link.to = draft_.bare_host(where, value);
      link.kind = EdgeKind::invokes;
      link.mode = Mode::synchronous;
    }
    if (link.to.valid() && !confirm(link)) draft_.add(link);
  }

  Draft& draft_;
  const Grants& grants_;
};

/// Whoever reads the credentials of a database connects to it.
void link_credentials(Draft& draft) {
  std::map<NodeId, std::vector<std::pair<NodeId, text::Span>>> databases; ///< By secret.
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    if (draft.index().resource(NodeId(i)).type != "AWS::SecretsManager::SecretTargetAttachment") continue;
    const Site site(draft, NodeId(i));
    const NodeId secret = draft.index().resolve(site.template_index, site.get("SecretId"));
    const NodeId database = draft.index().resolve(site.template_index, site.get("TargetId"));
    if (secret.valid() && database.valid())
      databases[secret].emplace_back(database, site.get("TargetId").span());
  }
  std::vector<Link> found;
  for (const Edge& edge : draft.system().edges) {
    const auto known = databases.find(edge.to);
    const Category category = draft.category(edge.from);
    const bool computes = category == Category::function || category == Category::task;
    if (edge.kind != EdgeKind::reads || known == databases.end() || !computes) continue;
    for (const auto& database : known->second) {
      found.push_back({.from = edge.from,
                       .to = database.first,
                       .mode = Mode::synchronous,
                       .basis = Basis::hinted,
                       .span = database.second,
                       .text = "reads its credentials, `" + draft.node(edge.to).label + "`"});
    }
  }
  for (const Link& link : found) add_connection(draft, link, false);
}

/// A database that lets a function's security group in, and nothing else says what the two have to do with
/// each other.
void link_security_groups(Draft& draft) {
  const Network network(draft.system());
  std::map<NodeId, std::vector<NodeId>> members; ///< Security group → compute in it.
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    const dialect::Resource& resource = draft.index().resource(NodeId(i));
    const bool service = resource.type == "AWS::ECS::Service";
    const NodeId self = service ? draft.index().resolve(draft.index().template_of(NodeId(i)),
                                                        resource.properties.get("TaskDefinition"))
                                : NodeId(i);
    const Category category = self.valid() ? draft.category(self) : Category::none;
    if (category != Category::function && category != Category::task) continue;
    for (const NodeId group : network.placement_of(NodeId(i)).security_groups) members[group].push_back(self);
  }
  if (members.empty()) return;
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    if (!is_connected_to(draft.index().resource(NodeId(i)).type)) continue;
    for (const NodeId group : network.placement_of(NodeId(i)).security_groups) {
      for (const NodeId source : network.sources_of(group)) {
        if (source == group) continue;
        for (const NodeId compute : members[source]) {
          if (draft.related(compute, NodeId(i))) continue;
          add_connection(draft,
                         {.from = compute,
                          .to = NodeId(i),
                          .mode = Mode::synchronous,
                          .basis = Basis::hinted,
                          .span = draft.index().resource(group).id_span,
                          .text = "security group `" + draft.node(group).label + "` lets it in"},
                         false);
        }
      }
    }
  }
}

} // namespace

void link_environments(Draft& draft, const Grants& grants) {
  Hints hints(draft, grants);
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    const NodeId self(i);
    const Category category = draft.category(self);
    if (category != Category::function && category != Category::task) continue;
    for (const Variable& variable : variables(draft.index().resource(self))) hints.add(self, variable);
  }
  link_credentials(draft);
  link_security_groups(draft);
}

} // namespace slsaudit::graph
