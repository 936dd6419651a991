// SPDX-License-Identifier: Apache-2.0
// Which resources the Resource of a policy statement covers.
#include "graph/index.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>

namespace slsaudit::graph {
namespace {

/// "${Bucket}/*", where a Ref gives a name: IAM takes ARNs only, and such a statement grants nothing.
bool is_bare_name(std::string_view text, const dialect::Resource& resource) {
  constexpr std::string_view types[] = {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Lambda::Function",
                                        "AWS::SQS::Queue", "AWS::Kinesis::Stream", "AWS::Logs::LogGroup"};
  const auto token = leading_token(text);
  return token && token->kind == value::ReferenceKind::resource && token->name == resource.logical_id &&
         std::ranges::find(types, resource.type) != std::end(types);
}

} // namespace

Match Index::match(std::size_t template_index, const value::Value& pattern) const {
  const auto match_one = [&](const value::Value& one) {
    const auto spelling = spell(one);
    return spelling ? match(template_index, one, *spelling) : Match{};
  };
  if (!pattern.is(value::Kind::conditional)) return match_one(pattern);
  Match result;
  for (const value::Value& alternative : pattern.alternatives()) {
    const Match one = match_one(alternative);
    result.nodes.insert(result.nodes.end(), one.nodes.begin(), one.nodes.end());
    if (!one.vague) continue;
    result.service = result.vague && result.service != one.service ? std::string{} : one.service;
    result.vague = true;
  }
  std::ranges::sort(result.nodes);
  result.nodes.erase(std::unique(result.nodes.begin(), result.nodes.end()), result.nodes.end());
  return result;
}

Match Index::match(std::size_t template_index, const value::Value& pattern, const Spelling& spelling) const {
  Match result;
  const std::string_view text = spelling.text;
  if (text.find_first_not_of('*') == std::string_view::npos && !text.empty()) {
    result.vague = true;
    return result;
  }
  if (const NodeId node = resolve_one({template_index, pattern}, 0, &spelling); node.valid()) {
    if (!is_bare_name(text, resource(node))) result.nodes.push_back(node);
    return result;
  }
  const auto arn = parse_arn(text);
  if (!arn) return result;
  if (arn->service == "*" || arn->resource.find_first_not_of('*') == std::string_view::npos) {
    result.vague = true;
    result.service = arn->service == "*" ? std::string{} : std::string(arn->service);
    return result;
  }
  for (const NamedArn& named : name_arn(text)) match_names(result, template_index, named);
  std::ranges::sort(result.nodes);
  result.nodes.erase(std::unique(result.nodes.begin(), result.nodes.end()), result.nodes.end());
  return result;
}

void Index::match_names(Match& match, std::size_t template_index, const NamedArn& arn) const {
  const std::size_t wildcard = find_outside_tokens(arn.name, "*?");
  if (wildcard == std::string_view::npos) return;
  const std::string_view fixed = arn.name.substr(0, wildcard);
  if (fixed.empty()) {
    match.vague = true;
    match.service = std::string(arn.info->service);
    return;
  }
  if (const auto token = leading_token(fixed); token && token->size == fixed.size()) {
    const NodeId node = by_token(template_index, *token);
    if (node.valid()) match.nodes.push_back(node);
  }
  const auto family = families_.find(std::string(arn.info->service) + "\x04" + std::string(arn.info->prefix));
  if (family == families_.end()) return;
  const bool local = has_token(fixed);
  const bool any_rest = arn.name.substr(wildcard) == "*";
  const auto first = std::ranges::lower_bound(family->second, fixed, {}, &Named::name);
  for (auto named = first; named != family->second.end() && named->name.starts_with(fixed); ++named) {
    if (local && named->local && template_of(named->node) != template_index) continue;
    if (any_rest || knowledge::wildcard_match(arn.name, named->name)) match.nodes.push_back(named->node);
  }
}

} // namespace slsaudit::graph
