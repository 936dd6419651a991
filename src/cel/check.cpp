// SPDX-License-Identifier: Apache-2.0
#include "cel/check.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::cel {

namespace {

struct MacroShape {
  std::string_view name;
  std::size_t arguments; ///< Without the receiver.
  Macro macro;
  bool two_variables;
  bool with_filter;
};

constexpr std::array<MacroShape, 17> macro_shapes{{
    {"all", 2, Macro::all, false, false},
    {"all", 3, Macro::all, true, false},
    {"exists", 2, Macro::exists, false, false},
    {"exists", 3, Macro::exists, true, false},
    {"exists_one", 2, Macro::exists_one, false, false},
    {"exists_one", 3, Macro::exists_one, true, false},
    {"existsOne", 2, Macro::exists_one, false, false},
    {"existsOne", 3, Macro::exists_one, true, false},
    {"map", 2, Macro::map, false, false},
    {"map", 3, Macro::map, false, true},
    {"filter", 2, Macro::filter, false, false},
    {"transformList", 3, Macro::transform_list, true, false},
    {"transformList", 4, Macro::transform_list, true, true},
    {"transformMap", 3, Macro::transform_map, true, false},
    {"transformMap", 4, Macro::transform_map, true, true},
    {"transformMapEntry", 3, Macro::transform_entry, true, false},
    {"transformMapEntry", 4, Macro::transform_entry, true, true},
}};

constexpr std::array<std::string_view, 12> type_names{"bool",
                                                      "int",
                                                      "uint",
                                                      "double",
                                                      "string",
                                                      "bytes",
                                                      "list",
                                                      "map",
                                                      "null_type",
                                                      "type",
                                                      "google.protobuf.Timestamp",
                                                      "google.protobuf.Duration"};

// Recursion: the parser bounds the tree's height.
class Checker {
public:
  Checker(Draft& draft, const Environment& environment, std::vector<ParseError>& errors)
      : draft_(draft), environment_(environment), errors_(errors) {}

  void visit(std::uint32_t id) {
    switch (draft_.nodes[id].kind) {
    case NodeKind::name:
    case NodeKind::select:
      return path(id);
    case NodeKind::call:
      return call(id);
    default:
      return visit_children(id);
    }
  }

private:
  void visit_children(std::uint32_t id) {
    const Node node = draft_.nodes[id];
    for (std::size_t i = 0; i < node.child_count; ++i) visit(draft_.child(node, i));
  }

  void fail(Node& node, std::string message) {
    if (environment_.unknown_names_are_errors) {
      errors_.push_back({std::move(message), node.offset});
      return;
    }
    draft_.constants.emplace_back(Error{std::move(message)});
    node = {.kind = NodeKind::failure,
            .height = node.height,
            .offset = node.offset,
            .index = static_cast<std::uint32_t>(draft_.constants.size() - 1)};
  }

  [[nodiscard]] const std::string& name_of(const Node& node) const { return draft_.names[node.index]; }

  [[nodiscard]] const std::uint32_t* local(const Node& name) const {
    if (name.rooted) return nullptr;
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (scope->first == name_of(name)) return &scope->second;
    }
    return nullptr;
  }

  /// The dotted text of a name or a chain of selections from one; empty for anything else.
  [[nodiscard]] std::string dotted(std::uint32_t id) const {
    std::vector<std::uint32_t> chain{id};
    while (draft_.nodes[chain.back()].kind == NodeKind::select)
      chain.push_back(draft_.child(draft_.nodes[chain.back()], 0));
    const Node& root = draft_.nodes[chain.back()];
    if (root.kind != NodeKind::name || local(root) != nullptr) return {};
    std::string text = name_of(root);
    for (std::size_t i = chain.size() - 1; i-- > 0;) text += "." + name_of(draft_.nodes[chain[i]]);
    return text;
  }

  /// Whether the text names a variable or a type; the node then becomes that.
  bool resolve(Node& node, std::string_view text) {
    const auto variable = std::find(environment_.variables.begin(), environment_.variables.end(), text);
    if (variable != environment_.variables.end()) {
      node.kind = NodeKind::variable;
      node.index = static_cast<std::uint32_t>(variable - environment_.variables.begin());
      node.child_count = 0;
      return true;
    }
    const auto type = std::find(type_names.begin(), type_names.end(), text);
    if (type == type_names.end()) return false;
    draft_.constants.emplace_back(Type{std::string(*type)});
    node.kind = NodeKind::constant;
    node.index = static_cast<std::uint32_t>(draft_.constants.size() - 1);
    node.child_count = 0;
    return true;
  }

  // Of a.b.c, the longest beginning that is declared is the variable; the rest selects.
  void path(std::uint32_t id) {
    for (std::uint32_t at = id;; at = draft_.child(draft_.nodes[at], 0)) {
      Node& node = draft_.nodes[at];
      if (node.kind == NodeKind::name) {
        if (const std::uint32_t* slot = local(node)) {
          node.kind = NodeKind::local;
          node.index = *slot;
        } else if (!resolve(node, name_of(node))) {
          fail(node, "unknown name `" + name_of(node) + "`");
        }
        return;
      }
      if (node.kind != NodeKind::select) return visit(at);
      const std::string text = dotted(at);
      if (!text.empty() && resolve(node, text)) return;
    }
  }

  void call(std::uint32_t id) {
    Node& node = draft_.nodes[id];
    const std::string name = name_of(node);
    if (!node.receiver) {
      if (name == "has" && node.child_count == 1) return has(id);
      return function(id, name);
    }
    if (const std::string space = dotted(draft_.child(node, 0)); !space.empty()) {
      const std::string full = space + "." + name;
      if (full == "cel.bind" && node.child_count == 4) return bind(id);
      if (find_host(full, false) != nullptr || find_builtin(full, false) != nullptr) {
        ++node.first_child;
        --node.child_count;
        node.receiver = false;
        return function(id, full);
      }
    }
    for (const MacroShape& shape : macro_shapes) {
      if (shape.name == name && shape.arguments + 1 == node.child_count) return loop(id, shape);
    }
    function(id, name);
  }

  void has(std::uint32_t id) {
    Node& node = draft_.nodes[id];
    const Node operand = draft_.nodes[draft_.child(node, 0)];
    if (operand.kind != NodeKind::select) return fail_always(node, "`has` needs a field: has(x.name)");
    node = operand;
    node.kind = NodeKind::has;
    visit(draft_.child(operand, 0));
  }

  void fail_always(const Node& node, std::string message) {
    errors_.push_back({std::move(message), node.offset});
  }

  bool declare(std::uint32_t id) {
    const Node& node = draft_.nodes[id];
    if (node.kind != NodeKind::name || node.rooted) {
      fail_always(node, "a new name is expected here");
      return false;
    }
    scopes_.emplace_back(name_of(node), static_cast<std::uint32_t>(scopes_.size()));
    draft_.locals = std::max(draft_.locals, static_cast<std::uint32_t>(scopes_.size()));
    return true;
  }

  void loop(std::uint32_t id, const MacroShape& shape) {
    Node& node = draft_.nodes[id];
    const std::uint32_t range = draft_.child(node, 0);
    visit(range);
    const std::size_t outer = scopes_.size();
    const std::uint32_t variables = shape.two_variables ? 2 : 1;
    for (std::uint32_t i = 1; i <= variables; ++i) {
      if (!declare(draft_.child(node, i))) return scopes_.resize(outer);
    }
    node.kind = NodeKind::loop;
    node.detail = static_cast<std::uint8_t>(shape.macro);
    node.two_variables = shape.two_variables;
    node.with_filter = shape.with_filter;
    node.index = static_cast<std::uint32_t>(outer);
    node.first_child += variables; // the range moves next to the bodies
    node.child_count -= variables;
    draft_.children[node.first_child] = range;
    for (std::uint32_t i = 1; i < node.child_count; ++i) visit(draft_.child(draft_.nodes[id], i));
    scopes_.resize(outer);
  }

  void bind(std::uint32_t id) {
    Node& node = draft_.nodes[id];
    visit(draft_.child(node, 2));
    const std::size_t outer = scopes_.size();
    if (!declare(draft_.child(node, 1))) return;
    node.kind = NodeKind::bind;
    node.index = static_cast<std::uint32_t>(outer);
    node.first_child += 2;
    node.child_count -= 2;
    visit(draft_.child(node, 1));
    scopes_.resize(outer);
  }

  [[nodiscard]] const Function* find_host(std::string_view name, bool receiver) const {
    for (const Function& each : environment_.functions) {
      if (each.name == name && each.receiver_style == receiver) return &each;
    }
    return nullptr;
  }

  void function(std::uint32_t id, const std::string& name) {
    visit_children(id);
    Node& node = draft_.nodes[id];
    const Function* host = find_host(name, node.receiver);
    const Builtin* builtin = host == nullptr ? find_builtin(name, node.receiver) : nullptr;
    if (host == nullptr && builtin == nullptr) return unknown_function(node, name);
    const std::size_t least = host != nullptr ? host->min_arguments : builtin->min_arguments;
    const std::size_t most = host != nullptr ? host->max_arguments : builtin->max_arguments;
    if (node.child_count < least || node.child_count > most) return wrong_count(node, name, least, most);
    DraftCallee callee{.name = name,
                       .function = host != nullptr
                                       ? static_cast<std::uint32_t>(host - environment_.functions.data())
                                       : index_of(*builtin),
                       .host = host != nullptr,
                       .any_pattern = false,
                       .regex = std::nullopt};
    if (builtin != nullptr && name == "matches" && !compile_pattern(node, callee)) return;
    draft_.callees.push_back(std::move(callee));
    node.kind = NodeKind::invoke;
    node.index = static_cast<std::uint32_t>(draft_.callees.size() - 1);
  }

  void unknown_function(Node& node, const std::string& name) {
    const bool other_style =
        find_host(name, !node.receiver) != nullptr || find_builtin(name, !node.receiver) != nullptr;
    if (!other_style) return fail(node, "unknown function `" + name + "`");
    fail(node, node.receiver ? "`" + name + "` is called as " + name + "(x)"
                             : "`" + name + "` is called as x." + name + "()");
  }

  void wrong_count(Node& node, const std::string& name, std::size_t least, std::size_t most) {
    const std::size_t hidden = node.receiver ? 1 : 0;
    std::string wanted = std::to_string(least - std::min(least, hidden));
    if (most > 100) {
      wanted += " or more";
    } else if (most != least) {
      wanted += " to " + std::to_string(most - hidden);
    }
    wanted += wanted == "1" ? " argument, not " : " arguments, not ";
    fail(node, "`" + name + "` takes " + wanted + std::to_string(node.child_count - hidden));
  }

  bool compile_pattern(const Node& node, DraftCallee& callee) {
    const Node& pattern = draft_.nodes[draft_.child(node, 1)];
    if (const std::string* text = text_of(pattern)) {
      std::string error; // told where it is evaluated
      callee.regex = Regex::compile(*text, error);
      callee.any_pattern = !callee.regex;
      return true;
    }
    if (pattern.kind != NodeKind::constant || !draft_.constants[pattern.index].string()) {
      callee.any_pattern = true;
      return true;
    }
    std::string error;
    callee.regex = Regex::compile(*draft_.constants[pattern.index].string(), error);
    if (!callee.regex) {
      fail_always(pattern, "invalid pattern: " + error);
      return false;
    }
    return true;
  }

  /// Of a variable that is always the same text; null for others.
  [[nodiscard]] const std::string* text_of(const Node& node) const {
    if (node.kind != NodeKind::variable) return nullptr;
    const std::string& name = environment_.variables[node.index];
    const auto found =
        std::ranges::find(environment_.texts, name, &std::pair<std::string, std::string>::first);
    return found != environment_.texts.end() ? &found->second : nullptr;
  }

  Draft& draft_;
  const Environment& environment_;
  std::vector<ParseError>& errors_;
  std::vector<std::pair<std::string, std::uint32_t>> scopes_;
};

} // namespace

void check(Draft& draft, const Environment& environment, std::vector<ParseError>& errors) {
  const std::size_t before = errors.size();
  draft.variables = environment.variables;
  Checker(draft, environment, errors).visit(draft.root);
  std::stable_sort(errors.begin() + static_cast<std::ptrdiff_t>(before), errors.end(),
                   [](const ParseError& a, const ParseError& b) { return a.offset < b.offset; });
}

} // namespace slsaudit::cel
