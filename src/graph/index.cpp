// SPDX-License-Identifier: Apache-2.0
#include "graph/index.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::graph {

namespace {

// Names are scoped to a template when they hold its own references; '\x04' ends each piece of a key.
std::string name_key(std::optional<std::size_t> scope, std::string_view family, std::string_view name) {
  std::string key = scope ? std::to_string(*scope) : std::string{};
  key += '\x04';
  key += family;
  key += '\x04';
  key += name;
  return key;
}

std::size_t hash_of(std::string_view name) {
  return std::hash<std::string_view>{}(name);
}

std::string family_of(const TypeInfo& info) {
  return std::string(info.service) + "\x04" + std::string(info.prefix);
}

std::string_view without_slash(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

/// The name that CloudFormation makes up for a resource without one, as far as it can be foreseen.
Spelling made_up_name(const dialect::Resource& resource) {
  const std::string stack = token_text(value::ReferenceKind::pseudo, "AWS::StackName", "");
  return {.text = stack + "-" + std::string(resource.logical_id) + "-XXXXXXXXXXXX", .local = true};
}

} // namespace

Index::Index(const std::vector<dialect::Template>& templates) {
  logical_.resize(templates.size());
  for (const dialect::Template& each : templates) {
    const bool named = each.dialect == dialect::Dialect::serverless && !each.stack_names.empty();
    stacks_.push_back(named ? each.stack_names.front() : std::string_view());
  }
  passed_.resize(templates.size());
  for (std::size_t t = 0; t < templates.size(); ++t) {
    for (const dialect::Resource& resource : templates[t].resources) {
      const NodeId id(nodes_.size());
      nodes_.push_back({&resource, t, type_info(resource.type)});
      logical_[t].insert_or_assign(resource.logical_id, id);
      add_resource(id);
    }
    add_outputs(t, templates[t]);
    add_nesting(t, templates[t]);
  }
  for (auto& family : families_) {
    std::ranges::sort(family.second, [](const Named& left, const Named& right) {
      return left.name != right.name ? left.name < right.name : left.node < right.node;
    });
  }
}

void Index::add_resource(NodeId id) {
  const dialect::Resource& declared = resource(id);
  const TypeInfo* info = type_info(declared.type);
  if (info == nullptr) return;
  if (declared.type == "AWS::SSM::Parameter") {
    const auto name = declared.properties.get("Name").as_string();
    if (name)
      parameters_.try_emplace(std::string(without_slash(*name)),
                              Place{template_of(id), declared.properties.get("Value")});
  }
  if (!info->name_property.empty()) add_name(id, *info);
}

void Index::add_name(NodeId id, const TypeInfo& info) {
  const value::Value written = resource(id).properties.get(info.name_property);
  for (const value::Value& alternative : written.alternatives()) {
    auto spelling = spell(alternative);
    if (!alternative.is_present()) spelling = made_up_name(resource(id));
    if (!spelling || spelling->opaque || spelling->text.empty()) continue;
    if (info.service == "ssm") spelling->text = std::string(without_slash(spelling->text));
    families_[family_of(info)].push_back({spelling->text, spelling->local, id});
    if (!alternative.is_present()) continue;
    add_with_stack_name(id, info, spelling->text);
    add_meaning(spelling->local ? std::optional(template_of(id)) : std::nullopt, info, spelling->text, id);
  }
}

void Index::add_meaning(std::optional<std::size_t> scope, const TypeInfo& info, std::string_view name,
                        NodeId id) {
  named_hashes_.insert(hash_of(name));
  for (const std::string& family : {family_of(info), std::string{}}) {
    const auto [place, added] = names_.try_emplace(name_key(scope, family, name), id);
    if (!added && place->second != id) place->second = NodeId{};
  }
}

/// A name that is made of its stack's name is also meant where it is written out.
void Index::add_with_stack_name(NodeId id, const TypeInfo& info, std::string text) {
  const std::string_view stack = stacks_[template_of(id)];
  const std::string token = token_text(value::ReferenceKind::pseudo, "AWS::StackName", "");
  const std::size_t at = text.find(token);
  if (stack.empty() || at == std::string::npos) return;
  text.replace(at, token.size(), stack);
  if (!has_token(text)) add_meaning(std::nullopt, info, text, id);
}

void Index::add_outputs(std::size_t template_index, const dialect::Template& source) {
  for (const dialect::Output& output : source.outputs) {
    const auto name = spell(output.export_name);
    if (name && !name->local && !name->opaque) {
      const std::string text = output.export_name.display(2048);
      const bool added = exports_.try_emplace(text, Place{template_index, output.value}).second;
      if (!added) shared_exports_.insert(text);
    }
    for (const std::string_view stack : source.stack_names) {
      const auto [place, added] = outputs_.try_emplace(name_key(std::nullopt, stack, output.name),
                                                       Place{template_index, output.value});
      if (!added) place->second.value = value::Value();
    }
  }
}

void Index::add_nesting(std::size_t template_index, const dialect::Template& nested) {
  if (!nested.nesting) return;
  const dialect::Nesting& nesting = *nested.nesting;
  passed_[template_index] = Place{nesting.parent, nesting.parameters};
  for (const dialect::Output& output : nested.outputs) {
    nested_outputs_.try_emplace(name_key(nesting.parent, nesting.stack, output.name),
                                Place{template_index, output.value});
  }
}

/// What the parent of a nested stack passes as that parameter.
std::optional<Index::Place> Index::passed(std::size_t template_index, std::string_view parameter) const {
  if (template_index >= passed_.size() || !passed_[template_index]) return std::nullopt;
  const value::Value value = passed_[template_index]->value.get(parameter);
  if (!value.is_present()) return std::nullopt;
  return Place{passed_[template_index]->template_index, value};
}

/// `Outputs.Name` of a nested stack.
std::optional<Index::Place> Index::output(std::size_t template_index, std::string_view stack,
                                          std::string_view attribute) const {
  constexpr std::string_view prefix = "Outputs.";
  if (!attribute.starts_with(prefix)) return std::nullopt;
  attribute.remove_prefix(prefix.size());
  const auto found = nested_outputs_.find(name_key(template_index, stack, attribute));
  return found != nested_outputs_.end() ? std::optional(found->second) : std::nullopt;
}

NodeId Index::find(std::size_t template_index, std::string_view logical_id) const {
  if (template_index >= logical_.size()) return {};
  const auto found = logical_[template_index].find(logical_id);
  return found != logical_[template_index].end() ? found->second : NodeId{};
}

NodeId Index::resolve(std::size_t template_index, const value::Value& value) const {
  if (!value.is(value::Kind::conditional))
    return value.is_present() ? resolve_one({template_index, value}) : NodeId{};
  NodeId result;
  for (const value::Value& alternative : value.alternatives()) {
    if (!alternative.is_present()) continue;
    const NodeId node = resolve_one({template_index, alternative});
    if (!node.valid() || (result.valid() && result != node)) return {};
    result = node;
  }
  return result;
}

// Follows exports, stored parameters, what stacks pass to each other and resources that stand for others; a
// chain that long goes in a circle.
NodeId Index::resolve_one(Place place, int depth, const Spelling* spelled) const {
  constexpr int longest_chain = 24;
  for (int hop = depth; hop < longest_chain; ++hop) {
    if (place.value.is(value::Kind::conditional)) return {};
    if (const value::Part* reference = place.value.sole_reference()) {
      if (const auto next = behind(place.template_index, *reference)) {
        place = *next;
        spelled = nullptr;
        continue;
      }
    }
    const NodeId node = named_by(place, hop + 1, std::exchange(spelled, nullptr));
    if (!node.valid()) return {};
    const TypeInfo* info = nodes_[node.index()].info;
    if (info == nullptr || info->stands_for.empty()) return node;
    place = {template_of(node), resource(node).properties.get(info->stands_for)};
  }
  return {};
}

NodeId Index::named_by(const Place& place, int depth, const Spelling* spelled) const {
  // Most values are one reference, and most of these a resource's.
  const value::Part* reference = place.value.sole_reference();
  if (reference != nullptr) {
    const NodeId node =
        by_token(place.template_index, {reference->kind, reference->name, reference->attribute, 0}, depth);
    if (node.valid()) return node;
  }
  if (spelled != nullptr) return by_spelling(place.template_index, spelled->text, depth);
  if (const auto known = place.value.as_string(); known && is_spelled(*known))
    return by_spelling(place.template_index, *known, depth);
  const auto spelling = spell(place.value);
  return spelling ? by_spelling(place.template_index, spelling->text, depth) : NodeId{};
}

/// The value that a reference to an export, a stored parameter, or to something of another stack stands for.
std::optional<Index::Place> Index::behind(std::size_t template_index, const value::Part& reference) const {
  using value::ReferenceKind;
  if (reference.kind == ReferenceKind::parameter) return passed(template_index, reference.name);
  if (reference.kind == ReferenceKind::attribute)
    return output(template_index, reference.name, reference.attribute);
  if (reference.kind == ReferenceKind::import_value) {
    const auto found = exports_.find(std::string(reference.name));
    return found != exports_.end() ? std::optional(found->second) : std::nullopt;
  }
  if (reference.kind == ReferenceKind::output) {
    const auto found = outputs_.find(name_key(std::nullopt, reference.name, reference.attribute));
    return found != outputs_.end() ? std::optional(found->second) : std::nullopt;
  }
  if (reference.kind == ReferenceKind::dynamic) {
    std::string_view name = reference.name;
    if (name.starts_with("resolve:")) name.remove_prefix(8);
    if (!name.starts_with("ssm:")) return std::nullopt;
    name.remove_prefix(4);
    return stored_parameter(name.substr(0, name.find(':')));
  }
  return std::nullopt;
}

std::optional<std::size_t> Index::template_behind(std::size_t template_index,
                                                  const value::Part& reference) const {
  const bool imported = reference.kind == value::ReferenceKind::import_value;
  if (imported && shared_exports_.contains(std::string(reference.name))) return std::nullopt;
  const auto place = behind(template_index, reference);
  if (!place || place->value.is_absent()) return std::nullopt;
  return place->template_index;
}

std::optional<Index::Place> Index::stored_parameter(std::string_view name) const {
  const auto found = parameters_.find(std::string(without_slash(name)));
  return found != parameters_.end() ? std::optional(found->second) : std::nullopt;
}

NodeId Index::by_token(std::size_t template_index, const Token& token, int depth) const {
  using value::ReferenceKind;
  value::Part reference;
  reference.is_reference = true;
  reference.kind = token.kind;
  reference.name = token.name;
  reference.attribute = token.attribute;
  const std::optional<Place> elsewhere = behind(template_index, reference);
  constexpr int price = 4; // an ARN is tried in several ways, each of which may lead to the next token
  if (elsewhere) return resolve_one(*elsewhere, depth + price);
  if (token.kind != ReferenceKind::resource && token.kind != ReferenceKind::attribute) return {};
  return find(template_index, token.name);
}

NodeId Index::referenced(std::size_t template_index, const value::Part& reference) const {
  if (!reference.is_reference) return {};
  return by_token(template_index, {reference.kind, reference.name, reference.attribute, 0});
}

bool Index::is_name(std::string_view name) const {
  return named_hashes_.contains(hash_of(name));
}

NodeId Index::by_name(std::size_t template_index, std::string_view family, std::string_view name) const {
  if (!is_name(name)) return {};
  for (const auto& scope : {std::optional(template_index), std::optional<std::size_t>()}) {
    const auto found = names_.find(name_key(scope, family, name));
    if (found != names_.end()) return found->second;
  }
  return {};
}

NodeId Index::named(std::size_t template_index, std::string_view type, std::string_view name) const {
  const TypeInfo* info = type_info(type);
  return info != nullptr && is_name(name) ? by_name(template_index, family_of(*info), name) : NodeId{};
}

NodeId Index::by_spelling(std::size_t template_index, std::string_view text, int depth) const {
  if (text.empty()) return {};
  // arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION-ARN/invocations
  if (const std::size_t functions = text.find("/functions/"); functions != std::string_view::npos) {
    text.remove_prefix(functions + 11);
    if (const std::size_t end = text.find("/invocations"); end != std::string_view::npos)
      text = text.substr(0, end);
  }
  for (const std::string_view scheme : {"https://", "http://", "wss://", "s3://"}) {
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  }
  if (const auto token = leading_token(text)) {
    const NodeId node = by_token(template_index, *token, depth);
    // A name that begins with a reference to another resource is not that resource.
    const std::string_view rest = text.substr(token->size);
    if (node.valid() &&
        (rest.empty() || std::string_view("/:.*?").find(rest.front()) != std::string_view::npos))
      return node;
  }
  if (text.starts_with("arn:")) return by_arn(template_index, text, depth);
  if (text.starts_with("sqs.") && text.find('/') != std::string_view::npos) {
    const std::string_view name = text.substr(text.rfind('/') + 1);
    if (const auto token = leading_token(name); token && token->size == name.size()) {
      return by_token(template_index, *token, depth);
    }
    return by_name(template_index, "sqs\x04", name);
  }
  const NodeId node = by_name(template_index, "", text);
  if (node.valid() || !text.starts_with('/')) return node;
  return by_name(template_index, "ssm\x04parameter/", without_slash(text));
}

NodeId Index::by_arn(std::size_t template_index, std::string_view text, int depth) const {
  for (const NamedArn& arn : name_arn(text)) {
    const auto token = leading_token(arn.name);
    if (token && token->size == arn.name.size()) {
      const NodeId node = by_token(template_index, *token, depth);
      if (node.valid()) return node;
    }
    if (!is_name(arn.name)) continue;
    const NodeId node = by_name(template_index, family_of(*arn.info), arn.name);
    if (node.valid()) return node;
  }
  return {};
}

namespace {

/// arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE-ID/USER, where only a reference tells which database it is.
std::vector<NamedArn> name_database_user(std::string_view spelled, const Arn& arn) {
  constexpr std::string_view prefix = "dbuser:";
  std::vector<NamedArn> result;
  if (!arn.resource.starts_with(prefix)) return result;
  std::string_view name = arn.resource.substr(prefix.size());
  name = name.substr(0, find_outside_tokens(name, "/"));
  if (name.empty()) return result;
  const auto end = static_cast<std::size_t>(name.data() + name.size() - spelled.data());
  for (const TypeInfo* info : types_of_service("rds")) result.push_back({info, name, end});
  return result;
}

} // namespace

std::vector<NamedArn> name_arn(std::string_view spelled) {
  std::vector<NamedArn> result;
  const auto arn = parse_arn(spelled);
  if (!arn) return result;
  if (arn->service == "rds-db") return name_database_user(spelled, *arn);
  for (const TypeInfo* info : types_of_service(arn->service)) {
    if (!arn->resource.starts_with(info->prefix)) continue;
    std::string_view name = arn->resource.substr(info->prefix.size());
    if (info->service == "ssm") name = without_slash(name);
    if (info->name_end == NameEnd::last) {
      for (auto slash = find_outside_tokens(name, "/"); slash != std::string_view::npos;
           slash = find_outside_tokens(name, "/")) {
        name.remove_prefix(slash + 1);
      }
    } else {
      name = name.substr(0, find_outside_tokens(name, info->name_end == NameEnd::colon ? ":" : ":/"));
    }
    // A secret's ARN ends in a dash and six characters that nobody knows before it exists.
    if (info->service == "secretsmanager" && name.ends_with("-??????")) name.remove_suffix(7);
    if (name.empty()) continue;
    result.push_back({info, name, static_cast<std::size_t>(name.data() + name.size() - spelled.data())});
  }
  return result;
}

} // namespace slsaudit::graph
