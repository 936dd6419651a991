// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/resolver.hpp"

#include "dialect/serverless/make.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace slsaudit::dialect::serverless {

namespace {

struct Nesting {
  explicit Nesting(std::size_t& depth) : depth_(depth) { ++depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { --depth_; }
  std::size_t& depth_;
};

bool is_sub_tag(std::string_view tag) {
  return tag == "!Sub" || tag == "!Fn::Sub";
}

} // namespace

Resolver::Resolver(const syntax::Document& document, text::Arena& arena, const Inputs& inputs,
                   const Project& project, text::Problems& problems, const ComposedService* composed)
    : builder_(arena), root_(document.root), inputs_(inputs), project_(project), problems_(problems),
      composed_(composed) {}

void Resolver::report(text::ProblemLevel level, std::string name, std::string message, text::Span at,
                      std::string help) {
  problems_.push_back({.level = level,
                       .name = std::move(name),
                       .message = std::move(message),
                       .span = at,
                       .help = std::move(help),
                       .related = {}});
}

Found Resolver::unknown(std::string_view text, std::string_view reason, text::Span at) const {
  return {.node = builder_.unknown(text, reason, at), .why_missing = {}};
}

const Node* Resolver::exceeded(std::string_view limit, std::string reason, std::string_view text,
                               text::Span at) {
  // What goes beyond a limit mostly does so in many places.
  if (exceeded_.insert(limit).second)
    report(text::ProblemLevel::error, "variables-too-large", reason + " (" + std::string(limit) + ")", at,
           "let fewer variables lead from one to the next");
  return builder_.unknown(text, reason, at);
}

const Node* Resolver::too_deep(std::string_view text, text::Span at) {
  return exceeded("variable-depth",
                  "variables are nested too deep to follow: more than " +
                      std::to_string(project_.limits.max_variable_depth),
                  text, at);
}

const Node* Resolver::too_long(text::Span at) {
  return exceeded("text",
                  "its variables make a text of over " + std::to_string(project_.limits.max_text) + " bytes",
                  {}, at);
}

const Node* Resolver::expand(const Node* node) {
  return node == nullptr ? nullptr : expand_bounded(node, false).node;
}

const Node* Resolver::head(const Node* node) {
  return head_in(node, false);
}

void Resolver::check(const Node* node) {
  std::unordered_set<const Node*> seen; // what variables give may contain what they stand in
  std::vector<const Node*> pending{node};
  while (!pending.empty()) {
    const Node* next = head(pending.back());
    pending.pop_back();
    if (next == nullptr || !seen.insert(next).second) continue;
    // In the order of the text: what is said once is said where it comes first.
    for (std::size_t i = next->children.size(); i-- > 0;) pending.push_back(next->children[i].value);
  }
}

// Recursion here and below is bounded by the limit variable-depth.
Resolver::Expanded Resolver::expand_bounded(const Node* node, bool in_sub) {
  if (node->kind == syntax::NodeKind::unknown) return {.node = node};
  if (node->is_scalar() && !may_have_variables(node->text)) return {.node = node};
  const auto [it, is_new] = expansions_.try_emplace(node);
  if (!is_new) {
    if (it->second.node != nullptr) return it->second;
    report(text::ProblemLevel::error, "variable-cycle", "this value contains itself through its variables",
           node->span, "break the cycle by writing one of the values out");
    return {.node = builder_.unknown({}, "the value contains itself through its variables", node->span)};
  }
  Expanded result;
  const Nesting nesting(depth_);
  const Node* resolved = head_in(node, in_sub);
  if (depth_ > project_.limits.max_variable_depth) {
    result.node = too_deep({}, node->span);
  } else if (resolved == node) {
    result = node->is_scalar() ? Expanded{.node = node}
                               : expand_children(node, node->is_sequence() && (in_sub || is_sub_tag(node->tag)));
  } else {
    // A string that was put together is final: what looks like a variable in it isn't one.
    result = resolved->is_scalar() ? Expanded{.node = resolved} : expand_bounded(resolved, false);
  }
  if (result.size > project_.limits.max_expansion || result.depth > project_.limits.max_depth) {
    report(text::ProblemLevel::error, "variables-too-large",
           "the variables in this value expand to more than " +
               std::to_string(project_.limits.max_expansion) + " nodes (expansion) or " +
               std::to_string(project_.limits.max_depth) + " levels (depth)",
           node->span, "let fewer variables stand for mappings and lists");
    result = {.node = builder_.unknown({}, "its variables expand to too many nodes", node->span)};
  }
  expansions_[node] = result;
  return result;
}

std::string_view Resolver::resolved_key(const syntax::Entry& entry) {
  if (!may_have_variables(entry.key)) return entry.key;
  std::string key;
  if (plain_text(entry.key, entry.key_span, key)) return entry.key;
  return builder_.arena().copy(key);
}

Resolver::Expanded Resolver::expand_children(const Node* node, bool of_sub) {
  Expanded result{.node = node};
  std::vector<syntax::Entry> entries(node->children.begin(), node->children.end());
  bool changed = false;
  for (syntax::Entry& entry : entries) {
    const bool in_sub = of_sub ? &entry == &entries.front() : node->is_mapping() && entry.key == "Fn::Sub";
    const Expanded child = expand_bounded(entry.value, in_sub);
    const std::string_view key = resolved_key(entry);
    changed = changed || child.node != entry.value || key.data() != entry.key.data();
    entry.value = child.node;
    entry.key = key;
    result.size += child.size;
    result.depth = std::max(result.depth, child.depth + 1);
  }
  if (!changed) return result;
  if (of_sub) join_substitution(entries);
  Node copy = *node;
  copy.children = builder_.arena().copy(entries);
  result.node = builder_.arena().make<Node>(copy);
  return result;
}

/// The text of a Fn::Sub's list became a list of text and variables: those go beside the author's own.
void Resolver::join_substitution(std::vector<syntax::Entry>& entries) const {
  const Node* first = entries.front().value;
  if (entries.size() != 2 || !first->is_sequence() || !entries[1].value->is_mapping()) return;
  const bool ours = first->children.size() == 2 && first->children[1].value->get("SlsVariable1") != nullptr;
  if (!ours) return;
  Node variables = *entries[1].value;
  std::vector<syntax::Entry> all(variables.children.begin(), variables.children.end());
  const auto& added = first->children[1].value->children;
  all.insert(all.end(), added.begin(), added.end());
  variables.children = builder_.arena().copy(all);
  entries[0].value = first->children[0].value;
  entries[1].value = builder_.arena().make<Node>(variables);
}

const Node* Resolver::head_in(const Node* node, bool in_sub) {
  if (node == nullptr || !node->is_scalar() || !may_have_variables(node->text)) return node;
  const auto [it, is_new] = heads_.try_emplace(node);
  if (!is_new) {
    if (it->second != nullptr) return it->second;
    report(text::ProblemLevel::error, "variable-cycle",
           "`" + std::string(text::beginning(node->text, 60)) + "` refers to itself", node->span,
           "break the cycle by writing one of the values out");
    return builder_.unknown(node->text, "the variable refers to itself", node->span);
  }
  const Nesting nesting(depth_);
  const Node* result =
      depth_ > project_.limits.max_variable_depth ? too_deep(node->text, node->span) : scalar(node, in_sub);
  heads_[node] = result;
  if (result != node) heads_.try_emplace(result, result); // its text is final
  return result;
}

const Node* Resolver::scalar(const Node* node, bool in_sub) {
  const std::vector<Piece> pieces = split_pieces(node->text);
  const bool any =
      std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) { return piece.variable; });
  if (!any) return node;
  if (pieces.size() > 1) return embedded(node, pieces, in_sub);
  const Found found = variable(pieces.front().text, node->span);
  if (found.node == nullptr) return builder_.unknown(node->text, found.why_missing, node->span);
  // What the framework puts in when it deploys is a text, which is written here as a function.
  if (found.node->is_mapping() && is_intrinsic(found.node)) {
    if (in_sub || is_sub_tag(node->tag)) return substitution(node, {found.node});
    if (node->tag == "!Ref" || node->tag == "!GetAtt" || node->tag == "!Condition")
      return builder_.unknown(node->text, "a variable in it can't be resolved", node->span);
  }
  if (node->tag.empty() || found.node->kind == syntax::NodeKind::unknown || !found.node->tag.empty()) {
    return traced(node, found.node);
  }
  Node tagged = *found.node;
  tagged.tag = node->tag;
  tagged.span = node->span;
  return builder_.arena().make<Node>(tagged);
}

/// A node of its own for each use, so that the value remembers which variable it came through.
const Node* Resolver::traced(const Node* node, const Node* found) {
  // What a store keeps is a reference to it (see from_store), which the variable alone tells from
  // CloudFormation's.
  const bool stored = node->text.starts_with("${ssm:") && is_intrinsic(found) && found->is_mapping();
  if (!stored && (!found->is_scalar() || found->span == node->span)) return found;
  value::Origin origin{value::Origin::Kind::variable, node->span, node->text, nullptr};
  if (const auto inner = variables_.find(found); inner != variables_.end())
    origin.next = builder_.arena().make<value::Origin>(inner->second);
  const Node* copy = builder_.arena().make<Node>(*found);
  variables_.emplace(copy, origin);
  return copy;
}

void Resolver::tell_origins(Lowered& lowered) {
  lowered.passages.insert(lowered.passages.end(), passages_.begin(), passages_.end());
  lowered.variables = variables_;
}

const Node* Resolver::embedded(const Node* node, const std::vector<Piece>& pieces, bool in_sub) {
  std::vector<const Node*> parts;
  std::size_t length = 0;
  bool all_text = true;
  for (const Piece& piece : pieces) {
    const Node* part = nullptr;
    if (!piece.variable) {
      part = builder_.string(piece.text, node->span);
    } else {
      const Found found = variable(piece.text, node->span);
      part = found.node != nullptr ? found.node : builder_.unknown(piece.text, found.why_missing, node->span);
    }
    const bool symbolic = is_intrinsic(part) && part->is_mapping();
    if (!part->is_scalar() && part->kind != syntax::NodeKind::unknown && !symbolic) {
      report(text::ProblemLevel::finding, "variable-not-text",
             "`${" + std::string(piece.text) + "}` stands inside a text but is " +
                 std::string(syntax::describe(*part)),
             node->span, "refer to a string, number or boolean");
      part = builder_.unknown(piece.text, "a variable inside a text must be a text", node->span);
    }
    all_text = all_text && known_text(part).has_value();
    length += length_of(*part);
    if (length > project_.limits.max_text) return too_long(node->span);
    parts.push_back(part);
  }
  const Make make(builder_, node->span);
  if (all_text) {
    Node text = *make.concat(parts);
    text.tag = node->tag;
    const Node* whole = builder_.arena().make<Node>(text);
    variables_.emplace(whole, value::Origin{value::Origin::Kind::variable, node->span, node->text, nullptr});
    return whole;
  }
  if (in_sub || is_sub_tag(node->tag)) return substitution(node, parts);
  if (!node->tag.empty())
    return builder_.unknown(node->text, "a variable in it can't be resolved", node->span);
  const Node* joined = make.concat(parts);
  lengths_.emplace(joined, length);
  variables_.emplace(joined, value::Origin{value::Origin::Kind::variable, node->span, node->text, nullptr});
  return joined;
}

std::size_t Resolver::length_of(const Node& part) const {
  constexpr std::size_t unread = 64; // what isn't known takes room as well
  if (part.is_scalar()) return part.text.size();
  const auto joined = lengths_.find(&part);
  return joined == lengths_.end() ? unread : joined->second;
}

const Node* Resolver::substitution(const Node* node, const std::vector<const Node*>& parts) const {
  const Make make(builder_, node->span);
  std::string body;
  Properties variables;
  for (const Node* part : parts) {
    if (const auto known = known_text(part)) {
      body += *known;
      continue;
    }
    const std::string_view name = make.keep("SlsVariable" + std::to_string(variables.size() + 1));
    ((body += "${") += name) += "}";
    variables.push_back({name, part, {}});
  }
  const Node* arguments = make.list({make.text(body), make.map(variables)});
  return node->tag.empty() ? arguments : make.map({{"Fn::Sub", arguments, {}}});
}

std::optional<Found> Resolver::plain_text(std::string_view text, text::Span at, std::string& out) {
  for (const Piece& piece : split_pieces(text)) {
    if (!piece.variable) {
      out += piece.text;
    } else {
      Found found = variable(piece.text, at);
      const auto known = known_text(found.node);
      if (is_intrinsic(found.node)) {
        return unknown(text, "a part of the variable is known only when the service is deployed", at);
      }
      if (!known && found.node != nullptr && found.node->kind != syntax::NodeKind::unknown) {
        return unknown(text, "a variable inside a variable must be a text", at);
      }
      if (!known) return found;
      out += *known;
    }
    if (out.size() > project_.limits.max_text) return Found{.node = too_long(at), .why_missing = {}};
  }
  return std::nullopt;
}

Found Resolver::variable(std::string_view inside, text::Span at) {
  const Nesting nesting(depth_);
  if (depth_ > project_.limits.max_variable_depth) return {.node = too_deep(inside, at), .why_missing = {}};
  Found first;
  const std::vector<std::string_view> alternatives = split_alternatives(inside);
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    Found found = alternative(alternatives[i], at);
    // What isn't there where it is stored lets the fallback speak, and nobody knows whether it is.
    for (const std::string_view stored : {"cf", "ssm"}) {
      const bool may_be_missing = i + 1 < alternatives.size() && is_intrinsic(found.node) &&
                                  alternatives[i].starts_with(std::string(stored) + ":");
      if (may_be_missing)
        found = from_deployment({.type = stored, .parameters = {}, .address = alternatives[i]}, at);
    }
    if (found.node != nullptr && (i + 1 == alternatives.size() || !syntax::is_null(*found.node)))
      return found;
    if (i == 0) first = std::move(found);
  }
  // What nobody gives on the command line has a default in the framework.
  if (alternatives.front() == "opt:stage") return {.node = stage(), .why_missing = {}};
  if (alternatives.front() == "opt:region") return {.node = region(), .why_missing = {}};
  if (first.why_missing.empty()) first.why_missing = "none of its alternatives has a value";
  first.node = nullptr;
  if (first.wrong) {
    report(text::ProblemLevel::finding, "unresolved-variable",
           "`${" + std::string(inside) + "}` can't be resolved: " + first.why_missing, at,
           "define the value or give a fallback");
    first.wrong = false;
  }
  return first;
}

Found Resolver::alternative(std::string_view text, text::Span at) {
  if (text.empty()) return {.node = nullptr, .why_missing = "an alternative of the variable is empty"};
  if (const auto quoted = quoted_literal(text)) {
    std::string out;
    if (auto failed = plain_text(*quoted, at, out)) return *failed;
    return {.node = builder_.string(out, at), .why_missing = {}};
  }
  if (text.starts_with("${")) {
    const std::vector<Piece> pieces = split_pieces(text);
    if (pieces.size() == 1 && pieces.front().variable) return variable(pieces.front().text, at);
    std::string out;
    if (auto failed = plain_text(text, at, out)) return *failed;
    return {.node = builder_.string(out, at), .why_missing = {}};
  }
  if (const auto source = parse_source(text)) return dispatch(*source, at);
  const Node* literal = builder_.plain(text, at);
  if (syntax::scalar_type(*literal) != syntax::ScalarType::string)
    return {.node = literal, .why_missing = {}};
  return unknown(text, "the variable is written in a way that isn't understood", at);
}

Found Resolver::dispatch(const SourceText& source, text::Span at) {
  std::string parameters;
  std::string address;
  if (source.parameters) {
    if (auto failed = plain_text(*source.parameters, at, parameters)) return *failed;
  }
  if (auto failed = plain_text(source.address, at, address)) return *failed;
  const bool nested =
      may_have_variables(source.address) || (source.parameters && may_have_variables(*source.parameters));
  SourceText plain{.type = source.type, .parameters = std::nullopt, .address = address};
  if (source.parameters) plain.parameters = parameters;
  FromSource from = &Resolver::from_deployment;
  for (const SourceRow& row : sources()) {
    if (row.type == plain.type) from = row.from;
  }
  Found found = (this->*from)(plain, at);
  found.wrong = found.wrong && !nested;
  return found;
}

Found Resolver::look_up(const Node* from, std::string_view path) {
  const Node* node = head(from);
  const Node* within = nullptr;
  std::string_view step;
  std::size_t begin = 0;
  while (node != nullptr && begin < path.size()) {
    if (node->kind == syntax::NodeKind::unknown) return {.node = node, .why_missing = {}};
    const std::size_t end = std::min(path.find('.', begin), path.size());
    step = path.substr(begin, end - begin);
    within = node;
    begin = end + 1;
    const Node* next = node->get(step);
    if (node->is_sequence()) {
      std::size_t index = node->children.size();
      std::from_chars(step.data(), step.data() + step.size(), index);
      next = index < node->children.size() ? node->children[index].value : nullptr;
    }
    node = head(next);
  }
  if (node == nullptr || syntax::is_null(*node))
    return {.node = nullptr, .why_missing = "it has no value", .within = within, .step = std::string(step)};
  return {.node = node, .why_missing = {}};
}

const Node* Resolver::raw_setting(std::string_view key) {
  const Node* provider = root_ != nullptr ? head(root_->get("provider")) : nullptr;
  return provider != nullptr ? provider->get(key) : nullptr;
}

bool Resolver::is_being_resolved(std::string_view key) {
  const auto it = heads_.find(raw_setting(key));
  return it != heads_.end() && it->second == nullptr;
}

const Node* Resolver::written_setting(std::string_view key) {
  return is_being_resolved(key) ? nullptr : head(raw_setting(key));
}

const Node* Resolver::setting(std::string_view key, const std::optional<std::string>& given,
                              std::string_view fallback) {
  const text::Span at = root_ != nullptr ? root_->span : text::Span{};
  if (given) return builder_.string(*given, at);
  const auto [it, is_new] = settings_.try_emplace(std::string(key));
  // A setting that leads back to itself (`stage: ${opt:stage, self:provider.stage}`) ends at the framework's
  // default.
  if (!is_new) return it->second != nullptr ? it->second : builder_.string(fallback, at);
  const Node* written = written_setting(key);
  if (written == nullptr && is_being_resolved(key)) {
    settings_.erase(it);
    return builder_.string(fallback, at);
  }
  if (is_intrinsic(written)) {
    written = builder_.unknown(
        {}, "the `" + std::string(key) + "` is known only when the service is deployed", written->span);
  }
  if (written == nullptr || syntax::is_null(*written) ||
      (!known_text(written) && written->kind != syntax::NodeKind::unknown)) {
    written = builder_.string(fallback, at);
  }
  settings_[std::string(key)] = written;
  return written;
}

const Node* Resolver::stage() {
  return setting("stage", inputs_.stage, "dev");
}
const Node* Resolver::region() {
  return setting("region", inputs_.region, "us-east-1");
}

} // namespace slsaudit::dialect::serverless
