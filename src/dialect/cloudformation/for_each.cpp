// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/for_each.hpp"

#include "dialect/cloudformation/call.hpp"

#include <algorithm>

namespace slsaudit::dialect::cloudformation {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using text::ProblemLevel;
using value::Value;

namespace {

constexpr std::string_view key_start = "Fn::ForEach";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_alphanumeric);
}

/// Whether Fn::Sub leaves a text as it is. Loops come before SAM, which wants plain text in places (a path).
bool is_settled(std::string_view text) {
  return text.find("${") == std::string_view::npos;
}

} // namespace

bool has_for_each(const Node& root) {
  std::vector<const Node*> pending{&root};
  while (!pending.empty()) {
    const Node& node = *pending.back();
    pending.pop_back();
    for (const Entry& entry : node.children) {
      if (entry.key.starts_with(key_start)) return true;
      if (!entry.value->children.empty()) pending.push_back(entry.value);
    }
  }
  return false;
}

// Recursion here and below: over the nesting of the author's tree, which the reader limits.
const Node* ForEachExpander::expand(const Node& node) {
  if (!has_for_each(node)) return &node;
  if (node.is_sequence()) {
    std::vector<const Node*> items;
    for (const Entry& entry : node.children) items.push_back(expand(*entry.value));
    const Node* made = builder_.sequence(items, node.span);
    Node* tagged = builder_.arena().make<Node>(*made);
    tagged->tag = node.tag;
    return tagged;
  }
  std::vector<Entry> entries;
  std::set<std::string_view> keys;
  expand_entries(node, entries, keys);
  return builder_.mapping(entries, node.span);
}

void ForEachExpander::expand_entries(const Node& mapping, std::vector<Entry>& out,
                                     std::set<std::string_view>& keys) {
  // What is written out counts, be it behind a loop that makes the same key.
  for (const Entry& entry : mapping.children) {
    if (!entry.key.starts_with(key_start)) keys.insert(entry.key);
  }
  for (const Entry& entry : mapping.children) {
    if (entry.key.starts_with(key_start)) {
      expand_loop(entry, out, keys);
      continue;
    }
    Entry copy = entry;
    copy.value = expand(*entry.value);
    out.push_back(copy);
  }
}

void ForEachExpander::expand_loop(const Entry& entry, std::vector<Entry>& out,
                                  std::set<std::string_view>& keys) {
  const auto loop = read_loop(entry);
  if (!loop) {
    incomplete_ = true;
    return;
  }
  if (std::ranges::find(bodies_, loop->body->span) == bodies_.end()) bodies_.push_back(loop->body->span);
  for (const std::string_view value : loop->values) {
    std::string compact;
    std::ranges::copy_if(value, std::back_inserter(compact), is_alphanumeric);
    const Node* body = substitute(*loop->body, {loop->variable, value, builder_.arena().copy(compact)});
    if (!spend(entry)) return;
    for (const Entry& made : body->children) {
      if (made.key.starts_with(key_start)) {
        expand_loop(made, out, keys);
        if (exhausted_) return;
        continue;
      }
      if (!keys.insert(made.key).second) {
        tell(ProblemLevel::error, "for-each-duplicate",
             "`" + std::string(entry.key) + "` gives the key `" + std::string(made.key) + "` more than once",
             made.key_span,
             "let the key hold `${" + std::string(loop->variable) + "}`, and list each value once");
        continue;
      }
      ++entries_;
      if (!spend(entry)) return;
      Entry copy = made;
      copy.value = expand(*made.value);
      out.push_back(copy);
    }
  }
}

std::optional<ForEachExpander::Loop> ForEachExpander::read_loop(const Entry& entry) {
  const auto wrong = [&](std::string_view what, text::Span span) {
    tell(ProblemLevel::error, "wrong-for-each-shape", "`" + std::string(entry.key) + "` " + std::string(what),
         span, "write `Fn::ForEach::Name: [Variable, [value, …], {Key${Variable}: …}]`");
    return std::optional<Loop>();
  };
  const std::string_view rest = entry.key.substr(key_start.size());
  if (!rest.starts_with("::") || !is_name(rest.substr(2)))
    return wrong("has no name of letters and digits", entry.key_span);
  const Node& node = *entry.value;
  if (!node.is_sequence() || node.children.size() != 3) {
    return wrong("is " + std::string(syntax::describe(node)) +
                     (node.is_sequence() ? " of another length" : "") +
                     "; expected a list of a variable, a list of values and a mapping",
                 node.span);
  }
  const Node& variable = *node.children[0].value;
  const Node& body = *node.children[2].value;
  if (!variable.is_scalar() || !is_name(variable.text))
    return wrong("has a variable that is not letters and digits", variable.span);
  if (!body.is_mapping())
    return wrong("repeats " + std::string(syntax::describe(body)) + "; expected a mapping", body.span);
  Loop loop{variable.text, {}, &body};
  if (!read_collection(entry, *node.children[1].value, loop)) return std::nullopt;
  return loop;
}

bool ForEachExpander::read_collection(const Entry& entry, const Node& node, Loop& loop) {
  const Value collection = evaluator_.evaluate(node);
  const bool open = collection.is_unknown() || collection.is(value::Kind::symbolic) ||
                    collection.is(value::Kind::conditional);
  if (!collection.is_list() && !open) {
    tell(ProblemLevel::error, "wrong-for-each-shape",
         "`" + std::string(entry.key) + "` goes over " + std::string(syntax::describe(node)) +
             "; expected a list",
         node.span, "write a list of values, or a reference to a parameter that is a list");
    return false;
  }
  std::set<std::string_view> seen;
  for (const Value& item : collection.items()) {
    const auto text = item.as_string();
    if (!text) break;
    if (!seen.insert(*text).second) continue; // the same value again gives the same keys: told there
    loop.values.push_back(*text);
  }
  const bool complete =
      collection.is_list() &&
      std::ranges::all_of(collection.items(), [](const Value& item) { return item.as_string().has_value(); });
  if (complete && seen.size() < collection.items().size()) {
    tell(ProblemLevel::error, "for-each-duplicate",
         "`" + std::string(entry.key) + "` lists a value more than once", node.span, "list each value once");
  }
  if (complete) return true;
  tell(ProblemLevel::note, "for-each-not-expanded",
       "the values of `" + std::string(entry.key) + "` are not known, so what it makes is left out",
       node.span, "give the parameter a default, or pass it with --param");
  return false;
}

bool ForEachExpander::spend(const Entry& loop) {
  if (nodes_ <= limits_.max_loop_nodes && entries_ <= limits_.max_loop_entries) return true;
  if (!exhausted_) {
    tell(ProblemLevel::error, "for-each-limit",
         "the loops of this template make more than " + std::to_string(limits_.max_loop_entries) +
             " entries (loop-entries) or " + std::to_string(limits_.max_loop_nodes) + " nodes (loop-nodes)",
         loop.key_span, "use fewer values, or fewer loops inside one another");
  }
  exhausted_ = true;
  incomplete_ = true;
  return false;
}

const Node* ForEachExpander::substitute(const Node& node, const Binding& binding) {
  if (++nodes_ > limits_.max_loop_nodes) return &node;
  if (node.is_scalar() || node.kind == NodeKind::unknown) {
    if (node.tag == "!Ref" && node.text == binding.variable) return builder_.string(binding.value, node.span);
    const std::string_view text = substitute_text(node.text, binding);
    if (text.data() == node.text.data()) return &node;
    if (node.tag == "!Sub" && is_settled(text)) return builder_.string(text, node.span);
    Node* copy = builder_.arena().make<Node>(node);
    copy->text = text;
    return copy;
  }
  if (const auto call = as_call(node); call && call->name == "Ref" && call->text() == binding.variable) {
    return builder_.string(binding.value, node.span);
  }
  bool changed = false;
  std::vector<Entry> entries(node.children.begin(), node.children.end());
  for (Entry& entry : entries) {
    const Node* value = substitute(*entry.value, binding);
    const std::string_view key = substitute_text(entry.key, binding);
    changed = changed || value != entry.value || key.data() != entry.key.data();
    entry.value = value;
    entry.key = key;
  }
  if (!changed) return &node;
  Node* copy = builder_.arena().make<Node>(node);
  copy->children = builder_.arena().copy(entries);
  if (const auto call = as_call(*copy);
      call && call->name == "Sub" && call->text() && is_settled(*call->text()))
    return builder_.string(*call->text(), node.span);
  return copy;
}

/// The text itself where the variable isn't in it.
std::string_view ForEachExpander::substitute_text(std::string_view text, const Binding& binding) {
  std::string out;
  std::size_t done = 0;
  std::size_t at = text.find('{');
  for (; at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::size_t end = at + 1 + binding.variable.size();
    if (at == 0 || end >= text.size() || text[end] != '}') continue;
    const char mark = text[at - 1];
    if ((mark != '$' && mark != '&') || text.substr(at + 1, binding.variable.size()) != binding.variable)
      continue;
    out += text.substr(done, at - 1 - done);
    out += mark == '$' ? binding.value : binding.compact;
    done = end + 1;
  }
  if (done == 0) return text;
  out += text.substr(done);
  return builder_.arena().copy(out);
}

void ForEachExpander::tell(ProblemLevel level, std::string_view name, std::string message, text::Span span,
                           std::string help) {
  if (!told_.emplace(span, name).second) return; // copies of a body have one place
  problems_.push_back({level, std::string(name), std::move(message), span, std::move(help), {}});
}

} // namespace slsaudit::dialect::cloudformation
