// SPDX-License-Identifier: Apache-2.0
// Table "identities": where a template writes an account's id or a region into an ARN or an endpoint.
#include "analysis/analyses.hpp"
#include "value/value.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

/// Twelve digits.
bool is_account(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), is_digit);
}

/// "eu-west-1", "us-gov-east-1".
bool is_region(std::string_view text) {
  if (text.size() < 9 || !is_digit(text.back()) || text[text.size() - 2] != '-' || text[2] != '-')
    return false;
  return std::all_of(text.begin(), text.end() - 1, [](char c) { return is_lower(c) || c == '-'; });
}

struct Identity {
  std::string account;
  std::string region;
};

/// The parts of an ARN or endpoint, taken apart at `:`, `.` and `/`. References show as `${Name}`.
Identity identity_of(std::string_view text) {
  Identity result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(":./"), text.size());
    const std::string_view part = text.substr(0, end);
    if (result.account.empty() && is_account(part)) result.account = part;
    if (result.region.empty() && is_region(part)) result.region = part;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

bool names_something(std::string_view text) {
  return text.find("arn:") != std::string_view::npos || text.find(".amazonaws.com") != std::string_view::npos;
}

/// Published by their makers under fixed accounts (layers, applications, images in every region);
/// certificates of CloudFront lie in us-east-1 alone.
bool has_to_be_written(std::string_view text) {
  const bool any_region = text.find("dkr.ecr.${") != std::string_view::npos;
  return any_region || text.find(":layer:") != std::string_view::npos ||
         text.find(":serverlessrepo:") != std::string_view::npos ||
         text.find(":acm:us-east-1:") != std::string_view::npos;
}

/// What came through a mapping or a variable is written where it can be changed for a stage. So is what came
/// through a parameter, but not the text round them.
bool is_written_here(const value::Value& value) {
  using Kind = value::Origin::Kind;
  for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
    if (origin->kind != Kind::globals && origin->kind != Kind::include &&
        origin->kind != Kind::parameter_default && origin->kind != Kind::variable)
      return false;
  }
  return value.is(value::Kind::string) || value.is(value::Kind::symbolic);
}

/// Puts `${name}` where `text` has the parameter's default; false when that isn't at one place alone.
bool put_back(std::string& text, std::string_view name, std::string_view standard) {
  const std::size_t at = standard.empty() ? std::string::npos : text.find(standard);
  if (at == std::string::npos || text.find(standard, at + 1) != std::string::npos) return false;
  text.replace(at, standard.size(), "${" + std::string(name) + "}");
  return true;
}

/// Whom a policy lets in is named on purpose.
bool is_party(std::string_view key) {
  return key == "Principal" || key == "NotPrincipal" || key == "Condition";
}

class Search {
public:
  Search(const Facts& facts, const Schema& schema, Table& table)
      : facts_(facts), schema_(schema), table_(table) {}

  void add(graph::NodeId node) {
    node_ = node;
    walk(property(facts_.system().node(node), {}));
  }

private:
  // Recursion: depth is that of the author's tree.
  void walk(const value::Value& value) {
    for (const value::Member& member : value.members()) {
      if (!is_party(member.key)) walk(member.value);
    }
    for (const value::Value& item : value.items()) walk(item);
    if (value.is(value::Kind::conditional)) {
      for (const value::Value& alternative : value.alternatives()) walk(alternative);
    } else if (is_written_here(value)) {
      judge(value);
    }
  }

  /// The text as the author wrote it, with references to parameters; empty when that can't be told.
  [[nodiscard]] std::string written(const value::Value& value) const {
    if (const value::Origin* first = value.origin();
        first != nullptr && first->kind == value::Origin::Kind::variable)
      return std::string(first->name);
    std::string text = value.display(2000);
    const graph::System& system = facts_.system();
    for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
      if (origin->kind != value::Origin::Kind::parameter_default) continue;
      const auto& parameters = system.templates[system.node(node_).template_index].parameters;
      const auto found =
          std::find_if(parameters.begin(), parameters.end(),
                       [&](const dialect::Parameter& one) { return one.name == origin->name; });
      if (found == parameters.end() ||
          !put_back(text, found->name, found->default_value.as_string().value_or(std::string_view{})))
        return {};
    }
    return text;
  }

  /// Whether the text is all that the author wrote there: longer than it, and where the template has
  /// conditions, it may have one inside.
  [[nodiscard]] bool is_simple(const value::Value& value, std::string_view text) const {
    constexpr std::size_t around = 40; // quotes, a tag, or `Fn::Sub` in a line of its own
    const text::Span span = value.span();
    const graph::System& system = facts_.system();
    const bool has_conditions = !system.templates[system.node(node_).template_index].conditions.empty();
    return !has_conditions || (span.valid() && span.end - span.begin <= text.size() + around);
  }

  /// Whether what the author wrote may name something: most texts name nothing, and need not be made.
  [[nodiscard]] static bool may_name_something(const value::Value& value) {
    if (const auto known = value.as_string()) return names_something(*known);
    const value::Origin* origin = value.origin();
    if (origin != nullptr && origin->kind == value::Origin::Kind::variable) return true;
    const auto has = [](std::string_view text) {
      return text.find("arn:") != std::string_view::npos ||
             text.find("amazonaws.com") != std::string_view::npos;
    };
    return std::ranges::any_of(value.parts(), [&](const value::Part& part) {
      using Kind = value::ReferenceKind;
      if (!part.is_reference) return has(part.literal);
      const bool is_plain =
          part.kind == Kind::resource || part.kind == Kind::attribute || part.kind == Kind::pseudo;
      return !is_plain || has(part.name) || has(part.attribute);
    });
  }

  void judge(const value::Value& value) {
    if (!may_name_something(value)) return;
    const std::string text = written(value);
    if (!names_something(text) || has_to_be_written(text)) return;
    const Identity found = identity_of(text);
    if (found.account.empty() && found.region.empty()) return;
    const auto cell = [](const std::string& part) { return part.empty() ? cel::Value() : cel::Value(part); };
    const text::Span place = value.span().valid() ? value.span() : id_span(facts_.system().node(node_));
    add_row(table_, schema_,
            {{"resource", resource_cell(facts_, node_)},
             {"text", cel::Value(text.size() > 120 ? value.display(120) : text).at(place)},
             {"account", cell(found.account)},
             {"region", cell(found.region)},
             {"simple", is_simple(value, text)}},
            place);
  }

  const Facts& facts_;
  const Schema& schema_;
  Table& table_;
  graph::NodeId node_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Search search(facts, schema, table);
  const graph::System& system = facts.system();
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::NodeId node(i);
    const dialect::Resource* resource = system.node(node).resource;
    if (resource != nullptr && !resource->author.generated) search.add(node);
  }
}

} // namespace

const Analysis& identity_analysis() {
  static const Analysis analysis{
      {"identities",
       "Each place where a template writes an account's id or a region into an ARN or an endpoint itself",
       {
           {"resource", "resource", "", "the resource whose property it is"},
           {"text", "string", "", "as written, references as `${Name}`; stands there"},
           {"account", "string", "", "the account's id; null where it isn't written"},
           {"region", "string", "", "null where it isn't written"},
           {"simple", "bool", "",
            "the text is all that stands there; false where an `Fn::If` may give a part of it"},
       }},
      compute,
      8};
  return analysis;
}

} // namespace slsaudit::analysis
