// SPDX-License-Identifier: Apache-2.0
// A template of any dialect, as CloudFormation resources.
//
// Lowering goes in two steps. A dialect turns the author's tree into a `Lowered` template: CloudFormation sections and
// resources, still as nodes with intrinsics in them (what `slsaudit expand` prints). `cloudformation::evaluate` then
// works out parameters, conditions and intrinsics and gives a `Template`: resources whose properties are values. Graph,
// analyses and rules see only Templates.
#pragma once

#include "syntax/node.hpp"
#include "value/value.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace slsaudit::dialect {

enum class Dialect : std::uint8_t { cloudformation, sam, serverless };
[[nodiscard]] std::string_view name(Dialect dialect); ///< "cloudformation", "sam", "serverless"

/// What the author wrote that a lowered resource comes from.
struct Author {
  std::string_view id;   ///< Logical id of the SAM resource, or key of the Serverless Framework function.
  std::string_view type; ///< "AWS::Serverless::Function", "serverless function" …; empty in CloudFormation.
  text::Span span;       ///< The key of that resource or function, or of the event, policy … that made this one.
  bool generated = false; ///< The dialect added the resource: nobody wrote one. Findings must say how to change it.
  std::string_view feature; ///< Of a generated one: the property that made it or would change it ("Policies").
};

struct LoweredResource {
  std::string_view logical_id;
  text::Span id_span;                ///< The key in Resources, or the author's nearest key.
  const syntax::Node* body = nullptr; ///< Mapping with Type, Properties, DependsOn, Condition …
  Author author;
};

/// A section or file whose text gets into resources from outside of them: values that stand in `span` came through
/// `origin`.
struct Passage {
  text::Span span;
  value::Origin origin;
};

/// The keys of sections whose settings several resources inherit, where written: "Globals", "Globals.Function" …;
/// "provider", "provider.tracing" …; "plugins.NAME", "transforms.NAME"; and "stages.NAME", "stages account".
using Sections = std::map<std::string_view, text::Span>;

/// What a Serverless Framework service keeps where it can't be read.
struct OutOfSight {
  bool functions = false;   ///< There are more functions than are in sight.
  bool names = false;       ///< There are, or may be, more resources.
  std::string_view runtime; ///< Where no function is in sight: what the provider gives them all, if that is known …
  text::Span runtime_span;  ///< … and where it says so.
};

struct Lowered {
  Dialect dialect = Dialect::cloudformation;
  text::FileId file;
  std::string_view service;                  ///< Serverless Framework: the service's name, where known.
  std::string_view own_roles; ///< Serverless Framework: what gives a function a role of its own, "framework" or "plugin".
  std::vector<std::string_view> stack_names; ///< How other templates may call this one's stack to take its outputs.
  Sections sections;
  OutOfSight unread;
  std::vector<text::Span> loops; ///< Bodies of `Fn::ForEach`: what they make shares their text.
  const syntax::Node* parameters = nullptr;  ///< Sections as written (or made); null when there is none.
  const syntax::Node* mappings = nullptr;
  const syntax::Node* conditions = nullptr;
  const syntax::Node* outputs = nullptr;
  const syntax::Node* metadata = nullptr;
  const syntax::Node* custom = nullptr; ///< Serverless Framework: settings of the author's own, as written.
  /// The first transform that may add or change anything and that we can't run (a macro, AWS::Include of sections);
  /// empty when there is none. Names that are declared nowhere are then no finding.
  std::string_view macro;
  /// Names below what is no section (`Resorces`): one finding tells of them all.
  std::vector<std::string_view> misplaced;
  std::vector<LoweredResource> resources; ///< In source order; generated ones follow what made them.
  std::vector<Passage> passages;          ///< Of several that hold a value's text, the first counts.
  std::unordered_map<const syntax::Node*, value::Origin> variables; ///< What a variable gave. Looked up, never listed.
  text::Problems problems;
};

/// What a parameter is taken to be in one of several possible worlds: exactly one value, or none of some.
struct Choice {
  std::optional<std::string> value;
  std::vector<std::string> excluded; ///< Counts where there is no `value`.
  friend bool operator==(const Choice&, const Choice&) = default;
};
using Choices = std::map<std::string, Choice, std::less<>>; ///< By parameter or pseudo-parameter.

/// What the deployer would give: from the command line, parameter files and configuration. The environment is passed
/// in, never read.
struct Inputs {
  std::map<std::string, std::string> parameters; ///< --param, --params: CloudFormation parameters, framework params.
  std::map<std::string, std::string> options;    ///< Serverless Framework `${opt:…}`.
  std::map<std::string, std::string> environment; ///< Serverless Framework `${env:…}`; empty unless allowed.
  std::optional<std::string> stage;              ///< --stage; the framework's default is "dev".
  std::optional<std::string> region;             ///< --region
  /// Of a nested stack, what its parent passes: a map by parameter, whose references are the parent's. A parameter that
  /// it does not name has its default.
  std::optional<value::Value> passed;
  Choices choices; ///< Of the world that the template is evaluated in; empty in the one where nothing is assumed.
};

struct Parameter {
  std::string_view name;
  text::Span name_span;
  std::string_view type;            ///< "String", "Number", "CommaDelimitedList", "AWS::SSM::Parameter::Value<…>" …
  value::Value default_value;       ///< Absent when there is none.
  std::vector<value::Value> allowed_values;
  bool no_echo = false;
  value::Value value;               ///< What Ref gives: known, or symbolic (a parameter reference).
};

struct Output {
  std::string_view name;
  text::Span name_span;     ///< Invalid where the framework adds it.
  value::Value value;
  value::Value export_name; ///< Absent when it is not exported.
  std::string_view condition;
};

struct Resource {
  std::string_view logical_id;
  text::Span id_span;
  text::Span span;                   ///< The whole body.
  std::string_view type;
  text::Span type_span;
  value::Value properties;           ///< A map, maybe empty; unknown under a macro we don't know.
  value::Value metadata;
  value::Value update_policy;
  std::string_view condition;        ///< Name of the condition it is made under; empty when always.
  std::vector<std::string_view> depends_on;
  std::string_view deletion_policy;  ///< "Delete", "Retain", "Snapshot" …; empty when not said or not known.
  std::string_view update_replace_policy;
  bool deletion_known = true; ///< False where a DeletionPolicy is written and can't be known.
  Author author;
};

/// How a template comes to be a nested stack.
struct Nesting {
  std::size_t parent = 0;   ///< Index of the parent's template among those of its system, below the own one.
  std::string_view stack;   ///< Logical id of the resource there that deploys it.
  value::Value parameters;  ///< What the parent passes, by parameter; references in it are the parent's.
};

/// What conditions compare a parameter (or a pseudo-parameter) with.
struct Comparison {
  std::string_view name;
  std::vector<std::string_view> constants; ///< Sorted, each once.
};

/// A text among settings that no resource comes of.
struct Setting {
  std::string_view name; ///< Its key, or that of the list it stands in.
  std::string_view text;
  text::Span span;
};

/// None of it is a node: trees may go before it does.
struct Template {
  Dialect dialect = Dialect::cloudformation;
  text::FileId file;
  std::string_view service;
  std::string_view own_roles;
  std::vector<std::string_view> stack_names;
  Sections sections;
  OutOfSight unread;
  std::vector<text::Span> loops; ///< Bodies of `Fn::ForEach`.
  std::vector<std::string_view> undeclared; ///< Names that something refers to and nothing declares, each once.
  std::vector<Parameter> parameters;
  std::map<std::string_view, std::optional<bool>> conditions; ///< Decided or not.
  std::map<std::string_view, text::Span> used_conditions; ///< Those that a resource depends on, with their keys.
  std::vector<Comparison> comparisons; ///< By name: of parameters that nobody has given.
  std::vector<Resource> resources; ///< A resource whose condition is known to be false is left out.
  std::vector<Output> outputs;
  std::vector<Setting> custom; ///< Serverless Framework: the author's own settings, less what has a tag.
  text::Problems problems;         ///< Of lowering and evaluating.
  std::optional<Nesting> nesting;  ///< Set by who reads the templates of a system.
};

} // namespace slsaudit::dialect
