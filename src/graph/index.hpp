// SPDX-License-Identifier: Apache-2.0
// From what values say (references, ARNs, URLs, physical names) to the resources they mean, over all
// templates.
#pragma once

#include "graph/spelling.hpp"
#include "graph/system.hpp"
#include "graph/types.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace slsaudit::graph {

/// What a pattern in a policy's Resource covers.
struct Match {
  std::vector<NodeId> nodes; ///< Sorted.
  bool vague = false;        ///< Everything (of `service`, where that is known): no single resource is named.
  std::string service;       ///< Empty: every service.
};

/// An ARN whose pieces before the resource's name are known.
struct NamedArn {
  const TypeInfo* info = nullptr;
  std::string_view name; ///< The name, maybe with wildcards.
  std::size_t end = 0;   ///< Where the name ends in the spelling: what follows is an index, a key, a version.
};

class Index {
public:
  explicit Index(const std::vector<dialect::Template>& templates);

  [[nodiscard]] NodeId find(std::size_t template_index, std::string_view logical_id) const;
  /// What a reference within a text means: a resource of the template, or through parameters and outputs of
  /// nested stacks one of another.
  [[nodiscard]] NodeId referenced(std::size_t template_index, const value::Part& reference) const;
  [[nodiscard]] NodeId referenced(std::size_t template_index, const Token& token) const {
    return by_token(template_index, token);
  }
  /// The template that gives what a reference takes from an export, a stored parameter or an output; nothing
  /// where no template here gives it, or several do.
  [[nodiscard]] std::optional<std::size_t> template_behind(std::size_t template_index,
                                                           const value::Part& reference) const;
  /// What one value means; of a conditional value, what all its alternatives mean, if they agree.
  [[nodiscard]] NodeId resolve(std::size_t template_index, const value::Value& value) const;
  /// A resource of that type by its physical name, spelled as `spell` does.
  [[nodiscard]] NodeId named(std::size_t template_index, std::string_view type, std::string_view name) const;
  [[nodiscard]] Match match(std::size_t template_index, const value::Value& pattern) const;
  /// The same of what is no choice between several, and has been spelled.
  [[nodiscard]] Match match(std::size_t template_index, const value::Value& pattern,
                            const Spelling& spelling) const;
  [[nodiscard]] const dialect::Resource& resource(NodeId id) const { return *nodes_[id.index()].resource; }
  [[nodiscard]] std::size_t template_of(NodeId id) const { return nodes_[id.index()].template_index; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

private:
  struct Entry {
    const dialect::Resource* resource = nullptr;
    std::size_t template_index = 0;
    const TypeInfo* info = nullptr; ///< Of its type; null for a type without a row.
  };
  /// A value and the template it stands in.
  struct Place {
    std::size_t template_index = 0;
    value::Value value;
  };
  struct Named {
    std::string name;
    bool local = false;
    NodeId node;
  };

  void add_resource(NodeId id);
  void add_name(NodeId id, const TypeInfo& info);
  void add_with_stack_name(NodeId id, const TypeInfo& info, std::string text);
  void add_outputs(std::size_t template_index, const dialect::Template& source);
  /// `spelled` is how the value is spelled, where that is known already; else null.
  [[nodiscard]] NodeId named_by(const Place& place, int depth, const Spelling* spelled) const;
  [[nodiscard]] NodeId resolve_one(Place place, int depth = 0, const Spelling* spelled = nullptr) const;
  [[nodiscard]] std::optional<Place> behind(std::size_t template_index, const value::Part& reference) const;
  [[nodiscard]] std::optional<Place> stored_parameter(std::string_view name) const;
  [[nodiscard]] NodeId by_spelling(std::size_t template_index, std::string_view text, int depth) const;
  [[nodiscard]] NodeId by_arn(std::size_t template_index, std::string_view text, int depth) const;
  [[nodiscard]] NodeId by_token(std::size_t template_index, const Token& token, int depth = 0) const;
  void add_nesting(std::size_t template_index, const dialect::Template& nested);
  [[nodiscard]] std::optional<Place> passed(std::size_t template_index, std::string_view parameter) const;
  [[nodiscard]] std::optional<Place> output(std::size_t template_index, std::string_view stack,
                                            std::string_view attribute) const;
  /// `scope` is the template whose own references the name holds.
  void add_meaning(std::optional<std::size_t> scope, const TypeInfo& info, std::string_view name, NodeId id);
  [[nodiscard]] NodeId by_name(std::size_t template_index, std::string_view family,
                               std::string_view name) const;
  void match_names(Match& match, std::size_t template_index, const NamedArn& arn) const;
  /// Whether anything has that name: most texts are none.
  [[nodiscard]] bool is_name(std::string_view name) const;

  std::vector<Entry> nodes_;
  std::vector<std::string_view> stacks_; ///< By template: what the stack is called; empty where not known.
  std::vector<std::unordered_map<std::string_view, NodeId>> logical_; ///< By template.
  std::unordered_map<std::string, NodeId>
      names_; ///< Scope, family, name; invalid where two resources share it.
  std::unordered_set<std::size_t> named_hashes_;                 ///< Of all these names.
  std::unordered_map<std::string, std::vector<Named>> families_; ///< Sorted by name, for wildcards.
  std::unordered_map<std::string, Place> exports_;
  std::unordered_set<std::string> shared_exports_; ///< Those that several templates have.
  std::vector<std::optional<Place>>
      passed_; ///< By template: the parameters of a nested one, as its parent's.
  std::unordered_map<std::string, Place> nested_outputs_; ///< Of nested stacks, by parent, stack and name.
  std::unordered_map<std::string, Place>
      outputs_; ///< By stack and output; an absent value where two stacks share the name.
  std::unordered_map<std::string, Place>
      parameters_; ///< SSM parameters' values by name without a leading slash.
};

/// Takes an ARN apart by the table of types: every row that it may name.
[[nodiscard]] std::vector<NamedArn> name_arn(std::string_view spelled);

} // namespace slsaudit::graph
