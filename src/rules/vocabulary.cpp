// SPDX-License-Identifier: Apache-2.0
#include "rules/vocabulary.hpp"

#include "analysis/analyses.hpp"
#include "analysis/objects.hpp"
#include "cel/draft.hpp"
#include "cel/parser.hpp"
#include "rules/rule.hpp"
#include "rules/vocabulary_mentions.hpp"
#include "rules/vocabulary_policies.hpp"
#include "text/arena.hpp"
#include "text/lasting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace slsaudit::rules {
namespace {

const analysis::ResourceObject* resource_of(const cel::Value& value) {
  return dynamic_cast<const analysis::ResourceObject*>(value.object());
}

cel::Value object_value(const cel::Object* object) {
  return object == nullptr ? cel::Value() : cel::Value(object).at(object->span());
}

/// `resource.target(value)`: the resource that a value of its template names, or null.
cel::Value target(std::span<const cel::Value> arguments) {
  const auto* resource = resource_of(arguments[0]);
  if (resource == nullptr) return cel::Value::error("target() is asked of a resource");
  const analysis::Facts& facts = resource->facts();
  const std::size_t template_index = facts.system().node(resource->node()).template_index;
  std::optional<text::Arena> arena;
  value::Value named;
  if (arguments[1].is_property())
    named = *arguments[1].property();
  else if (const auto text = arguments[1].string())
    named = value::Factory(arena.emplace()).string(*text, {});
  return object_value(facts.object(graph::resolve(facts.system(), template_index, named)));
}

/// `resource.row("functions")`: the row of a table that is about the resource, or null.
cel::Value row(std::span<const cel::Value> arguments) {
  const auto* resource = resource_of(arguments[0]);
  const auto table = arguments[1].string();
  if (resource == nullptr || !table) return cel::Value::error("row() takes a resource and a table's name");
  if (resource->facts().table(*table) == nullptr)
    return cel::Value::error("there is no table `" + std::string(*table) + "`");
  return object_value(resource->facts().row_about(*table, resource->node()));
}

/// Whether a variable's text names nothing but the service, which is the same in each stage.
bool is_of_service(std::string_view text) {
  constexpr std::string_view service = "${self:service}";
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 1)) {
    if (text.substr(at, service.size()) != service) return false;
  }
  return true;
}

/// Whether a variable is a value below `custom` as it stands there: what made that one is the next origin.
bool is_of_custom(std::string_view text) {
  constexpr std::string_view custom = "${self:custom.";
  if (!text.starts_with(custom)) return false;
  const std::string_view path = text.substr(custom.size());
  return path.find_first_of("$,}") == path.size() - 1;
}

/// A property of the resource by dotted path, as the template has it.
value::Value written(std::span<const cel::Value> arguments) {
  const auto* resource = resource_of(arguments[0]);
  const auto path = arguments[1].string();
  if (resource == nullptr || !path) return {};
  const graph::Node& node = resource->facts().system().node(resource->node());
  return node.resource == nullptr ? value::Value() : node.resource->properties.at(*path);
}

/// `resource.fixed('TableName')`: a text that is the same in each stage, account and region, as far as it is
/// written: it came through no parameter or mapping, and no variable that may differ.
cel::Value fixed(std::span<const cel::Value> arguments) {
  const value::Value property = written(arguments);
  if (!property.is(value::Kind::string)) return false;
  for (const value::Origin* origin = property.origin(); origin != nullptr; origin = origin->next) {
    using Kind = value::Origin::Kind;
    const bool is_literal =
        origin->kind == Kind::globals || origin->kind == Kind::include ||
        (origin->kind == Kind::variable && (is_of_service(origin->name) || is_of_custom(origin->name)));
    if (!is_literal) return false;
  }
  return true;
}

/// `resource.made('Timeout')`: nobody wrote the property: the framework's default stands there.
cel::Value made(std::span<const cel::Value> arguments) {
  const auto* resource = resource_of(arguments[0]);
  const value::Value property = written(arguments);
  if (resource == nullptr || !property.is_present()) return false;
  return !property.key_span().valid() || property.key_span() == resource->span();
}

/// `resource.inherited('Tracing')`: the property stands in Globals or the provider section.
cel::Value inherited(std::span<const cel::Value> arguments) {
  const value::Value property = written(arguments);
  for (const value::Origin* origin = property.origin(); origin != nullptr; origin = origin->next) {
    if (origin->kind == value::Origin::Kind::globals) return true;
  }
  return false;
}

/// `resource.items('ManagedPolicyArns')`: of a list, its items as the author wrote them, to put others
/// behind: a variable, not what it gives at one stage. Empty of what isn't there.
cel::Value items(std::span<const cel::Value> arguments) {
  const value::Value property = written(arguments);
  if (!property.is_present()) return cel::List{};
  if (!property.is_list()) return property;
  cel::List result;
  for (const value::Value& item : property.items()) {
    const value::Origin* origin = item.origin();
    const bool is_variable = origin != nullptr && origin->kind == value::Origin::Kind::variable;
    result.push_back(is_variable ? cel::Value(std::string(origin->name)).marked().at(origin->span)
                                 : cel::Value(item));
  }
  return result;
}

/// `resource.key('Environment.Variables.STAGE')`: a property's key, whatever its value is; null where it is
/// absent or null, unknown where that depends on a condition that nobody decides.
cel::Value key(std::span<const cel::Value> arguments) {
  const value::Value property = written(arguments);
  const std::vector<value::Value> all = property.alternatives();
  const auto there = [](const value::Value& one) { return one.is_present(); };
  if (std::ranges::none_of(all, there)) return {};
  const std::string_view path = *arguments[1].string();
  const std::size_t dot = path.rfind('.');
  const std::array around{arguments[0], cel::Value(std::string(path.substr(0, dot)))};
  const bool sure =
      std::ranges::all_of(all, there) && (dot == std::string_view::npos || written(around).is_map());
  if (!sure) return cel::Value::unknown("whether there is a `" + std::string(path) + "` is not known");
  return cel::Value(std::string(path.substr(dot + 1))).at(property.key_span());
}

/// `lasting(345600)`: "4 days".
cel::Value lasting(std::span<const cel::Value> arguments) {
  const std::int64_t* whole = arguments[0].integer();
  const double* number = arguments[0].number();
  if (whole != nullptr) return text::lasting(*whole);
  if (number == nullptr) return cel::Value::error("lasting() takes a number of seconds");
  constexpr double longest = 1e15;
  if (std::abs(*number) < longest && std::floor(*number) == *number)
    return text::lasting(static_cast<std::int64_t>(*number));
  return arguments[0].display() + " s";
}

/// `plural(2, 'more entry')`: "2 more entries".
cel::Value plural(std::span<const cel::Value> arguments) {
  const std::int64_t* number = arguments[0].integer();
  const auto noun = arguments[1].string();
  if (number == nullptr || !noun || noun->empty())
    return cel::Value::error("plural() takes a whole number and a noun");
  std::string text = std::to_string(*number) + " " + std::string(*noun);
  if (*number == 1) return text;
  constexpr std::string_view vowels = "aeiou";
  const bool has_stem = noun->size() > 1 && vowels.find((*noun)[noun->size() - 2]) == std::string_view::npos;
  if (noun->ends_with('y') && has_stem) {
    text.pop_back();
    return text + "ies";
  }
  const bool hisses = noun->ends_with('s') || noun->ends_with('x') || noun->ends_with("ch");
  return text + (hisses ? "es" : "s");
}

/// Hops that an event or a request takes, for sure as far as templates and policies say.
bool carries(const graph::Edge& edge) {
  using Kind = graph::EdgeKind;
  constexpr std::array<Kind, 4> others{Kind::dead_letters, Kind::assumes, Kind::logs, Kind::refers};
  return edge.evidence.front().basis != graph::Basis::hinted &&
         std::ranges::find(others, edge.kind) == others.end();
}

/// The first of the shortest ways between two nodes; empty when there is none.
std::vector<graph::EdgeId> shortest_way(const graph::System& system, graph::NodeId from, graph::NodeId to) {
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct Visit {
    graph::EdgeId by;
    std::size_t before = none; ///< Index in `visits`.
  };
  std::vector<Visit> visits;
  std::vector<bool> seen(system.nodes.size());
  const auto leave = [&](graph::NodeId node, std::size_t before) {
    for (const graph::EdgeId id : system.outgoing[node.index()]) {
      const graph::Edge& edge = system.edge(id);
      if (seen[edge.to.index()] || !carries(edge)) continue;
      seen[edge.to.index()] = true;
      visits.push_back({id, before});
    }
  };
  leave(from, none);
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const graph::NodeId reached = system.edge(visits[i].by).to;
    if (reached != to) {
      leave(reached, i);
      continue;
    }
    std::vector<graph::EdgeId> way;
    for (std::size_t at = i; at != none; at = visits[at].before) way.push_back(visits[at].by);
    std::ranges::reverse(way);
    return way;
  }
  return {};
}

/// `a.way(b)`: the edges of the shortest way that events and requests take from one resource to another.
cel::Value way(std::span<const cel::Value> arguments) {
  const auto* from = resource_of(arguments[0]);
  const auto* to = resource_of(arguments[1]);
  if (from == nullptr || to == nullptr) return cel::Value::error("way() leads from a resource to a resource");
  cel::List edges;
  for (const graph::EdgeId edge : shortest_way(from->facts().system(), from->node(), to->node())) {
    edges.push_back(object_value(from->facts().object(edge)));
  }
  return edges;
}

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

std::string_view name_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name_part(text[end])) ++end;
  return text.substr(at, end - at);
}

std::size_t behind_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != quote; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

const analysis::Schema* schema_of(std::string_view table) {
  const auto& all = analysis::Facts::schemas();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto* schema) { return schema->name == table; });
  return found == all.end() ? nullptr : *found;
}

bool has_column(std::string_view table, std::string_view name) {
  const analysis::Schema* schema = schema_of(table);
  if (schema == nullptr) return false;
  const auto& columns = schema->columns;
  if (std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; }))
    return true;
  return table == "resources" && name.front() >= 'A' && name.front() <= 'Z'; // A property.
}

/// What is wrong with `name.member`; empty when nothing is.
std::string missing(std::string_view name, std::string_view member, const Rule& rule) {
  const std::string quoted = "`" + std::string(member) + "`";
  if (name == "system") return schema_of(member) != nullptr ? std::string() : "there is no table " + quoted;
  if (name == "parameters") {
    const bool known = std::any_of(rule.parameters.begin(), rule.parameters.end(),
                                   [&](const RuleParameter& parameter) { return parameter.name == member; });
    return known ? std::string() : "the rule has no parameter " + quoted;
  }
  if (has_column(rule.for_each, member)) return {};
  return "a row of `" + rule.for_each + "` has no column " + quoted;
}

/// Of an expression that is nothing but a text in quotes.
std::optional<std::string> text_written_in(std::string_view source) {
  if (source.empty() || (source.front() != '\'' && source.front() != '"')) return std::nullopt;
  std::vector<cel::ParseError> errors;
  const cel::Draft draft = cel::parse(source, errors);
  const cel::Node* root = errors.empty() ? &draft.nodes[draft.root] : nullptr;
  if (root == nullptr || root->kind != cel::NodeKind::constant) return std::nullopt;
  const auto text = draft.constants[root->index].string();
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

} // namespace

std::string_view subject_name(std::string_view table) {
  if (table == "resources") return "resource";
  return table == "edges" ? "edge" : "row";
}

std::array<std::string_view, 4> fixed_variables(const Rule& rule) {
  return {subject_name(rule.for_each), "system", "settings", "parameters"};
}

std::span<const cel::Function> host_functions() {
  static const std::array<cel::Function, 14> functions{{
      {"target", 2, 2, true, false, target},
      {"row", 2, 2, true, false, row},
      {"fixed", 2, 2, true, false, fixed},
      {"way", 2, 2, true, false, way},
      {"made", 2, 2, true, false, made},
      {"inherited", 2, 2, true, false, inherited},
      {"key", 2, 2, true, false, key},
      {"items", 2, 2, true, false, items},
      {"lasting", 1, 1, false, false, lasting},
      {"plural", 2, 2, false, false, plural},
      {"narrower", 2, 3, true, false, narrower},
      {"lesser", 2, 3, true, false, lesser},
      {"mentions", 2, 2, true, false, mentions},
      {"with", 2, 2, true, true, with},
  }};
  return functions;
}

cel::Environment environment_of(const Rule& rule, std::size_t lets, std::string_view last) {
  cel::Environment environment;
  for (const std::string_view name : fixed_variables(rule)) environment.variables.emplace_back(name);
  for (std::size_t i = 0; i < std::min(lets, rule.let.size()); ++i) {
    const auto& [name, source] = rule.let[i];
    environment.variables.push_back(name.str());
    if (auto text = text_written_in(source)) environment.texts.emplace_back(name, std::move(*text));
  }
  if (!last.empty()) environment.variables.emplace_back(last);
  const auto functions = host_functions();
  environment.functions.assign(functions.begin(), functions.end());
  return environment;
}

void check_columns(std::string_view expression, const Rule& rule, std::vector<cel::ParseError>& errors) {
  const std::string_view subject = subject_name(rule.for_each);
  std::size_t at = 0;
  while (at < expression.size()) {
    const char c = expression[at];
    if (c == '\'' || c == '"') {
      at = behind_string(expression, at);
      continue;
    }
    if (!is_name_part(c)) {
      ++at;
      continue;
    }
    const std::string_view name = name_at(expression, at);
    const bool is_member = at > 0 && expression[at - 1] == '.';
    std::size_t dot = at + name.size();
    at = dot;
    const bool is_checked = name == subject || name == "system" || name == "parameters";
    if (is_member || !is_checked || dot + 1 >= expression.size()) continue;
    if (expression[dot] != '.' || !is_name_start(expression[dot + 1])) continue;
    const std::string_view column = name_at(expression, ++dot);
    const std::size_t behind = dot + column.size();
    if (behind < expression.size() && expression[behind] == '(') continue; // A function.
    std::string complaint = missing(name, column, rule);
    if (!complaint.empty()) errors.push_back({std::move(complaint), dot});
  }
}

cel::Value SystemObject::field(std::string_view name) const {
  const auto& names = analysis::Facts::schemas();
  const auto found = std::ranges::lower_bound(names, name, {}, &analysis::Schema::name);
  if (found == names.end() || (*found)->name != name)
    return cel::Value::error("there is no table `" + std::string(name) + "`");
  Slot& slot = slots_[static_cast<std::size_t>(found - names.begin())];
  slot.once.call([&] { slot.list = cel::Value(items_of(name)); });
  return slot.list;
}

cel::List SystemObject::items_of(std::string_view table) const {
  cel::List list;
  const graph::System& system = facts_->system();
  if (table == "resources") { // themselves: their rows are for those who want all fields
    list.reserve(system.nodes.size());
    for (std::size_t i = 0; i < system.nodes.size(); ++i)
      list.push_back(analysis::resource_cell(*facts_, graph::NodeId(i)));
  } else if (table == "edges") {
    list.reserve(system.edges.size());
    for (std::size_t i = 0; i < system.edges.size(); ++i)
      list.push_back(analysis::edge_cell(*facts_, graph::EdgeId(i)));
  } else {
    const auto& rows = facts_->table(table)->rows;
    list.reserve(rows.size());
    for (const analysis::Row& row : rows) list.push_back(object_value(&row));
  }
  return list;
}

cel::Value settings_value(const analysis::Settings& settings) {
  return cel::Map{{"account_concurrency", settings.account_concurrency},
                  {"minimum_portability", settings.minimum_portability},
                  {"as_of", settings.as_of}};
}

} // namespace slsaudit::rules
