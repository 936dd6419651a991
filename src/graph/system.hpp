// SPDX-License-Identifier: Apache-2.0
// The system as one typed graph: resources and outside parties as nodes, and between them what flows.
//
// Edges point the way events, requests or data go: a queue → its consumer (polls), a function → the table it
// writes (writes), a table → the function that reads it is still function → table (reads), since the function
// acts. Helper resources (event source mappings, subscriptions, permissions, integrations) are not hops: they
// are an edge's `via`.
#pragma once

#include "dialect/template.hpp"
#include "parallel/workers.hpp"
#include "text/typed_id.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::graph {

struct NodeTag;
struct EdgeTag;
using NodeId = text::TypedId<NodeTag>;
using EdgeId = text::TypedId<EdgeTag>;

enum class NodeKind : std::uint8_t {
  resource, ///< Something a template declares.
  outside,  ///< Something it only names: the internet, another account, a third-party host, an imported
            ///< resource.
};

struct Node {
  NodeKind kind = NodeKind::resource;
  std::string label; ///< Logical id, or the outside party's name ("internet", "imported Orders-Table").
  /// AWS type; of other platforms "other::google::Function"; or of an outside party: "outside::internet",
  /// "outside::import" (an export of no template here), "outside::arn", "outside::name" (a physical name that
  /// nothing here has), "outside::parameter" (what a parameter or a dynamic reference names),
  /// "outside::host", "outside::account", "outside::event-bus" (the account's default bus),
  /// "outside::contact" (people behind "email", "sms", "application"), "outside::users" (whom an identity
  /// provider vouches for), "outside::service" (Alexa and others who start functions on somebody's behalf).
  std::string type;
  std::size_t template_index = 0; ///< Into System::templates; of outside parties, the first that names it.
  const dialect::Resource* resource = nullptr; ///< Null for outside parties.
};

enum class EdgeKind : std::uint8_t {
  triggers, ///< An event source invokes compute by itself: bucket, topic, rule, schedule, user pool.
  polls,    ///< Queue or stream → function, by an event source mapping (`via`).
  routes,   ///< API → function or service, by an integration.
  invokes,  ///< Compute calls compute: function → function, state machine → function, function → state
            ///< machine.
  sends,    ///< Puts a message or event: → queue, topic, stream, bus.
  reads,    ///< → store.
  writes,   ///< → store.
  streams,  ///< Table → its own stream consumers' source; a change feed.
  dead_letters, ///< Failed events go there: function, queue, topic subscription or rule → queue or topic.
  requests,     ///< Outside party → API, function URL, bucket: who may start it.
  assumes,      ///< Compute → its execution role.
  logs,         ///< → log group.
  refers,       ///< Any other reference between resources; no flow.
};
[[nodiscard]] std::string_view name(EdgeKind kind);

enum class Mode : std::uint8_t { none, synchronous, asynchronous, polled };
[[nodiscard]] std::string_view name(Mode mode);

/// How an edge is known. Declared: a property says so. Granted: a policy allows it. Hinted: an environment
/// variable names the target. Listed from strongest to weakest.
enum class Basis : std::uint8_t { declared, granted, hinted };
[[nodiscard]] std::string_view name(Basis basis);

struct Evidence {
  Basis basis = Basis::declared;
  text::Span span;  ///< The text that says so.
  std::string text; ///< "event source mapping `OrdersEvent`", "policy allows `dynamodb:PutItem`".
};

struct Edge {
  EdgeKind kind = EdgeKind::refers;
  NodeId from;
  NodeId to;
  Mode mode = Mode::none;
  NodeId via; ///< The helper resource, if there is one.
  /// The helper's or target's properties (BatchSize, ScalingConfig, RetryPolicy …): the properties of `via`
  /// where there is one, else the entry that declares the edge. A list of them where several declarations
  /// make one edge (two notifications to one function, several states that call it). A route's have
  /// `Integration` added, an OpenAPI operation's `Path` and `Method`, a state's `Name` and `Maps` (the Map
  /// states around it, the nearest first).
  value::Value settings;
  /// Event pattern, filter policy, S3 filter, FilterCriteria; absent when something passes unfiltered. A list
  /// where several declarations make one edge: what passes one of them passes.
  value::Value filter;
  std::vector<Evidence> evidence; ///< At least one; sorted by basis, then span.
  /// All that shows it shows the same of others: a role that several functions have, an environment that all
  /// functions of a service get. One of them has the edge, but maybe not this one.
  bool shared = false;
};

/// One allowed or denied statement of a policy. A function's permissions and a role's trust policy count as
/// resource policies; of a permission, `value` is its properties.
struct Statement {
  NodeId role;        ///< The role (or user, group) that holds it; of a resource policy, invalid.
  NodeId resource;    ///< Of a resource policy: the resource it stands on.
  bool allow = true;  ///< False of a Deny, and where the Effect is not known.
  value::Value value; ///< The statement as written: Action, NotAction, Resource, Condition …
  std::string policy_name;
  bool generated = false; ///< From a SAM policy template, a managed policy or the framework's own defaults.
  text::Span span;        ///< Where the author wrote or caused it.
};

class Index;      // index.hpp: from references, ARNs and names to nodes
class References; // references.hpp: what resources refer to

/// Immutable once built. Node order: templates in order, resources in source order, then outside parties by
/// name.
struct System {
  std::vector<dialect::Template> templates;
  std::vector<Node> nodes;
  std::vector<Edge> edges; ///< Sorted by from, to, kind, via.
  std::vector<Statement> statements;
  std::vector<std::vector<EdgeId>> outgoing; ///< By node, ascending.
  std::vector<std::vector<EdgeId>> incoming;
  std::shared_ptr<const Index> index; ///< What `find` and `resolve` look names up in.
  std::shared_ptr<const References> references;

  [[nodiscard]] const Node& node(NodeId id) const { return nodes[id.index()]; }
  [[nodiscard]] const Edge& edge(EdgeId id) const { return edges[id.index()]; }
  /// A resource of one template by its logical id.
  [[nodiscard]] NodeId find(std::size_t template_index, std::string_view logical_id) const;
};

/// Builds the graph of all templates together: references, ARNs, exports and imports are linked across them.
[[nodiscard]] System build(std::vector<dialect::Template> templates, text::Arena& arena,
                           parallel::Workers& workers);
/// The same by one thread.
[[nodiscard]] System build(std::vector<dialect::Template> templates, text::Arena& arena);

/// Invariants (ids in range, sorted, evidence present); empty when all hold. Tests call it after every build.
[[nodiscard]] std::string verify(const System& system);

/// What a value names: the node that its `Ref`, `GetAtt`, ARN, URL or physical name means; invalid if none is
/// known.
[[nodiscard]] NodeId resolve(const System& system, std::size_t template_index, const value::Value& value);

} // namespace slsaudit::graph
