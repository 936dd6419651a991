// SPDX-License-Identifier: Apache-2.0
// Works out the framework's variables over the service's tree, from what is known without deploying.
//
// A node is resolved when somebody asks for it, once. What can't be known becomes an unknown node with its
// reason; a string of which only a part is known becomes {"Fn::Join": ["", […]]} (inside Fn::Sub: variables
// of the Fn::Sub). Nodes without variables are shared with the author's tree; what a whole-value variable
// gives keeps the span of where it was written, in the service file or in an included one.
#pragma once

#include "dialect/serverless/dotenv.hpp"
#include "dialect/serverless/lower.hpp"
#include "dialect/serverless/variable.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_map>

namespace slsaudit::dialect::serverless {

using syntax::Node;

/// What one source gave. `missing` lets the next fallback speak; an unknown node doesn't.
struct Found {
  const Node* node = nullptr;   ///< Null: missing.
  std::string why_missing;      ///< Of a missing one: what to say when no fallback speaks.
  bool wrong = false;           ///< Missing for certain, and the author could have seen it: worth a finding.
  const Node* within = nullptr; ///< Of a missing one: the nearest that is there.
  std::string step;             ///< And the key that it lacks, or has no value at.
};

class Resolver {
public:
  Resolver(const syntax::Document& document, text::Arena& arena, const Inputs& inputs, const Project& project,
           text::Problems& problems, const ComposedService* composed = nullptr);

  /// The whole tree below `node` with every variable worked out.
  [[nodiscard]] const Node* expand(const Node* node);
  /// Resolves what `expand` would, and makes nothing of it: for parts that may contain themselves.
  void check(const Node* node);
  /// Only the node itself: its children may hold variables.
  [[nodiscard]] const Node* head(const Node* node);
  /// The node at `a.b.0` below `from` (heads resolved on the way), or missing.
  [[nodiscard]] Found look_up(const Node* from, std::string_view path);

  [[nodiscard]] const Node* stage(); ///< --stage, provider.stage or "dev"; unknown where a variable hides it.
  [[nodiscard]] const Node* region();
  [[nodiscard]] const syntax::Builder& builder() const { return builder_; }
  /// Files that were read, and what whole-value variables gave.
  void tell_origins(Lowered& lowered);

private:
  struct Expanded {
    const Node* node = nullptr; ///< Null: being worked out.
    std::size_t size = 1;       ///< Nodes, each use counted.
    std::size_t depth = 1;
  };
  struct Included {
    const Node* root = nullptr; ///< Null: could not be read.
    std::string reason;
    bool absent = false; ///< No such file: a fallback may speak.
    std::string written; ///< How it was named first.
  };
  using FromSource = Found (Resolver::*)(const SourceText&, text::Span);
  struct SourceRow {
    std::string_view type;
    FromSource from;
  };
  static const std::vector<SourceRow>& sources();

  Expanded expand_bounded(const Node* node, bool in_sub);
  Expanded expand_children(const Node* node, bool of_sub);
  void join_substitution(std::vector<syntax::Entry>& entries) const;
  const Node* head_in(const Node* node, bool in_sub);
  const Node* scalar(const Node* node, bool in_sub);
  const Node* traced(const Node* node, const Node* found);
  const Node* embedded(const Node* node, const std::vector<Piece>& pieces, bool in_sub);
  const Node* substitution(const Node* node, const std::vector<const Node*>& parts) const;
  Found variable(std::string_view inside, text::Span at);
  Found alternative(std::string_view text, text::Span at);
  Found dispatch(const SourceText& source, text::Span at);
  /// Fills `out` with the text, its own variables replaced. What stands in the way is returned: unknown or
  /// missing.
  std::optional<Found> plain_text(std::string_view text, text::Span at, std::string& out);
  std::string_view resolved_key(const syntax::Entry& entry);

  Found from_self(const SourceText& source, text::Span at);
  Found from_opt(const SourceText& source, text::Span at);
  Found from_env(const SourceText& source, text::Span at);
  Found from_sls(const SourceText& source, text::Span at);
  Found from_param(const SourceText& source, text::Span at);
  Found from_file(const SourceText& source, text::Span at);
  Found from_aws(const SourceText& source, text::Span at);
  Found from_str_to_bool(const SourceText& source, text::Span at);
  Found from_stack(const SourceText& source, text::Span at);
  Found from_store(const SourceText& source, text::Span at);
  Found from_construct(const SourceText& source, text::Span at);
  Found from_deployment(const SourceText& source, text::Span at);
  [[nodiscard]] char pinned_version() const;

  [[nodiscard]] bool uses_dotenv();
  [[nodiscard]] Environment dotenv(const std::string& name) const;
  /// From `.env.<stage>` and `.env`; missing where neither has it.
  Found from_dotenv(const std::string& name, text::Span at);
  const Included& include(std::string_view path, text::Span at);
  /// Says of what is missing below a mapping where that comes from, if another file than `home` has it.
  void blame(Found& found, std::string_view address, text::FileId home) const;
  Included read_included(const std::string& path, std::string_view as_written, text::Span at);
  const Node* raw_setting(std::string_view key); ///< `provider.<key>` as written.
  [[nodiscard]] bool is_being_resolved(std::string_view key);
  const Node* written_setting(std::string_view key); ///< Resolved; null while it is being resolved.
  const Node* setting(std::string_view key, const std::optional<std::string>& given,
                      std::string_view fallback);
  Found unknown(std::string_view text, std::string_view reason, text::Span at) const;
  const Node* exceeded(std::string_view limit, std::string reason, std::string_view text, text::Span at);
  const Node* too_deep(std::string_view text, text::Span at);
  /// Bytes that a part adds to a text.
  [[nodiscard]] std::size_t length_of(const Node& part) const;
  const Node* too_long(text::Span at);
  void report(text::ProblemLevel level, std::string name, std::string message, text::Span at,
              std::string help);

  syntax::Builder builder_;
  const Node* root_;
  const Inputs& inputs_;
  const Project& project_;
  text::Problems& problems_;
  const ComposedService* composed_ = nullptr;            ///< Null: no compose file names the service.
  std::unordered_map<const Node*, const Node*> heads_;   ///< Looked up, never listed. Null: being worked out.
  std::unordered_map<const Node*, Expanded> expansions_; ///< As above.
  std::map<std::string, Included> included_;
  std::vector<Passage> passages_;
  std::unordered_map<const Node*, std::size_t> lengths_; ///< Of texts with parts that aren't known: bytes.
  std::unordered_map<const Node*, value::Origin> variables_; ///< By what they gave; looked up, never listed.
  std::map<std::string, const Node*, std::less<>> settings_; ///< stage and region; null: being worked out.
  std::optional<Environment> dotenv_;                        ///< Of `.env`; nothing before it is asked for.
  std::optional<Environment> stage_dotenv_; ///< Of `.env.<stage>`; nothing while the stage is worked out.
  std::set<std::string_view> exceeded_;     ///< Names of limits, which are literals.
  std::size_t depth_ = 0;
};

} // namespace slsaudit::dialect::serverless
