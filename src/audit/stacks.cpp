// SPDX-License-Identifier: Apache-2.0
#include "audit/stacks.hpp"

#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/cloudformation/sam_config.hpp"
#include "dialect/json_properties.hpp"
#include "dialect/sam/lower.hpp"
#include "dialect/serverless/lower.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace slsaudit::audit {

namespace {

bool same_problem(const text::Problem& left, const text::Problem& right) {
  return left.span == right.span && left.name == right.name && left.message == right.message;
}

/// Each problem once, in the order of the text: a later step may pass on what an earlier one has told.
text::Problems in_order(text::Problems all) {
  std::ranges::stable_sort(all, [](const text::Problem& left, const text::Problem& right) {
    return std::tie(left.span, left.name, left.message) < std::tie(right.span, right.name, right.message);
  });
  all.erase(std::unique(all.begin(), all.end(), same_problem), all.end());
  return all;
}

/// Where a stack's template is: what its URL says, or the asset that the CDK notes beside it.
value::Value location_of(const dialect::Resource& resource) {
  const value::Value asset = resource.metadata.get("aws:asset:path");
  if (asset.as_string() && resource.metadata.get("aws:asset:property").as_string() == "TemplateURL")
    return asset;
  return resource.properties.get("TemplateURL");
}

/// How a URL may end in a file's path, the longest first: "mom/sqs.yaml" and "sqs.yaml" of
/// "https://${Bucket}.s3.amazonaws.com/mom/sqs.yaml". Nothing for what isn't written out to its end.
std::vector<std::string> ends_of(const value::Value& url) {
  std::string_view end = url.as_string().value_or("");
  if (const auto parts = url.parts(); !parts.empty() && !parts.back().is_reference)
    end = parts.back().literal;
  if (const std::size_t scheme = end.find("://"); scheme != std::string_view::npos)
    end.remove_prefix(scheme + 3);
  constexpr std::size_t most = 8;
  std::vector<std::string> ends;
  for (std::size_t slash = end.find('/'); slash != std::string_view::npos && ends.size() < most;
       slash = end.find('/')) {
    end.remove_prefix(slash + 1);
    if (!end.empty() && dialect::is_local(end)) ends.emplace_back(end);
  }
  return ends;
}

/// Whether a template takes what a stack passes, and gets all that it needs.
bool takes(const Source& child, const value::Value& passed) {
  if (passed.is_present() && !passed.is_map()) return false;
  const syntax::Node* declared = child.document.root->get("Parameters");
  for (const value::Member& member : passed.members()) {
    if (declared == nullptr || declared->find(member.key) == nullptr) return false;
  }
  if (declared == nullptr) return true;
  return std::ranges::all_of(declared->children, [&](const syntax::Entry& entry) {
    return entry.value->find("Default") != nullptr || passed.get(entry.key).is_present();
  });
}

/// Tells whether a template asks for other files, and has none for it.
class NoFiles final : public text::FileSystem {
public:
  [[nodiscard]] bool asked() const { return asked_; }
  [[nodiscard]] text::Result<std::string> read(const std::string& path, std::size_t) const override {
    return none(path);
  }
  [[nodiscard]] bool is_file(const std::string&) const override { return !note(); }
  [[nodiscard]] bool is_directory(const std::string&) const override { return !note(); }
  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string& path) const override {
    (void)note();
    return text::Failure{path};
  }
  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override {
    return none(path);
  }

private:
  bool note() const { return asked_ = true; }
  text::Result<std::string> none(const std::string& path) const {
    (void)note();
    return text::Failure{path};
  }
  mutable bool asked_ = false;
};

/// What follows takes time and memory for each of them.
void limit_resources(dialect::Lowered& lowered, std::size_t most) {
  if (lowered.resources.size() <= most) return;
  lowered.problems.push_back({text::ProblemLevel::error,
                              "too-many-resources",
                              "the template has " + std::to_string(lowered.resources.size()) +
                                  " resources, of which only the limit of " + std::to_string(most) +
                                  " is looked at (resources)",
                              lowered.resources[most].id_span,
                              "split the template",
                              {}});
  lowered.resources.resize(most);
}

class Assembler {
public:
  Assembler(Sources& sources, const ReadSource& read, const Surroundings& surroundings,
            parallel::Workers& workers)
      : sources_(sources), read_(read), round_(surroundings), workers_(workers), candidates_(sources.size()) {
  }

  std::vector<LoadedTemplate> run(std::size_t& systems) {
    const std::vector<char> is_ready = load_candidates();
    // The list grows while nested templates are read that no argument has named.
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (i == alone_.size()) alone_.emplace_back();
      if (i >= is_ready.size() || is_ready[i] == 0) alone_[i] = load(i, round_.input.given, round_);
      for (const Child& child : children_of(i, alone_[i])) {
        nested_.resize(sources_.size());
        if (child.source == i || sources_[child.source].candidate.system != sources_[i].candidate.system)
          continue;
        nested_[child.source] = true;
      }
    }
    nested_.resize(sources_.size());
    seen_.resize(sources_.size());
    leave_out_parts();
    loaded_.reserve(sources_.size());
    std::vector<std::size_t> roots;
    for (const bool in_circle : {false, true}) { // files that nest each other in a circle have no root
      for (std::size_t i = 0; i < candidates_; ++i) {
        if (!seen_[i] && (in_circle || !nested_[i])) expand(i, roots);
      }
    }
    if (round_.input.isolated) {
      systems = roots.size();
    }
    return std::move(loaded_);
  }

private:
  /// A stack of a template whose own template is a file here.
  struct Child {
    std::size_t source = 0;
    std::string_view stack;
    text::Span at;
  };
  struct Pending {
    Child child;
    std::optional<std::size_t> parent;
    std::size_t depth = 0;
  };

  /// Many threads may work at templates that look at no other file. One does at those that seem to: what they
  /// read joins the map in one order. Tells which are ready: not those that it turns out of.
  std::vector<char> load_candidates() {
    alone_.resize(candidates_);
    std::vector<char> is_ready(candidates_); // no bits: each is written by a thread of its own
    std::vector<text::Arena*> arenas;
    for (std::size_t i = 0; i < candidates_; ++i) arenas.push_back(&round_.arena.part());
    std::vector<std::size_t> independent;
    std::vector<std::size_t> looking;
    for (std::size_t i = 0; i < candidates_; ++i)
      (seems_to_look(sources_[i]) ? looking : independent).push_back(i);
    const std::size_t first = looking.empty() ? 0 : 1; // a single template needs no second thread
    workers_.each(first + independent.size(), [&](std::size_t item) {
      if (item < first) {
        for (const std::size_t i : looking) {
          alone_[i] = load(i, round_.input.given, round_);
          is_ready[i] = 1;
        }
        return;
      }
      const std::size_t i = independent[item - first];
      const NoFiles none;
      const Surroundings alone{round_.input, none, round_.texts, *arenas[i], round_.compose};
      alone_[i] = load(i, round_.input.given, alone);
      is_ready[i] = none.asked() ? 0 : 1;
    });
    return is_ready;
  }

  /// At other files.
  bool seems_to_look(const Source& source) const {
    return source.dialect == dialect::Dialect::serverless &&
           round_.texts.text(source.document.file).find("${file(") != std::string_view::npos;
  }

  static dialect::Lowered lower(const Source& source, const dialect::Inputs& inputs,
                                const Surroundings& round, text::Arena& nodes) {
    switch (source.dialect) {
    case dialect::Dialect::cloudformation:
      return dialect::cloudformation::lower(source.document, nodes, inputs, round.input.limits);
    case dialect::Dialect::sam:
      return dialect::sam::lower(source.document, nodes, inputs, round.input.limits);
    case dialect::Dialect::serverless:
      break;
    }
    return dialect::serverless::lower(source.document, nodes, inputs, project_of(source.candidate, round),
                                      round.compose.find(source.candidate.path));
  }

  LoadedTemplate load(std::size_t index, const dialect::Inputs& inputs, const Surroundings& round) const {
    const Source& source = sources_[index];
    LoadedTemplate loaded;
    loaded.system = source.candidate.system;
    const std::shared_ptr<text::Arena> nodes = round.arena.shorter();
    loaded.lowered = lower(source, inputs, round, *nodes);
    loaded.nodes = {source.nodes, nodes};
    limit_resources(loaded.lowered, round.input.limits.max_resources);
    // One file of settings for all templates round it, that is only read: any thread may look at it.
    if (source.dialect != dialect::Dialect::serverless)
      dialect::cloudformation::add_sam_stages(project_of(source.candidate, round_), source.candidate.path,
                                              round.arena, loaded.lowered.sections);
    auto& passages = loaded.lowered.passages;
    passages.insert(passages.end(), source.included.begin(), source.included.end());
    loaded.evaluated = dialect::cloudformation::evaluate(loaded.lowered, round.arena, inputs);
    dialect::read_json_properties(loaded.evaluated, round.texts, round.arena);
    text::Problems all = source.document.problems;
    for (const text::Problems* more : {&loaded.lowered.problems, &loaded.evaluated.problems})
      all.insert(all.end(), more->begin(), more->end());
    loaded.evaluated.problems = in_order(std::move(all));
    return loaded;
  }

  /// A file of resources that a service reads by `${file(…)}` looks like a template, and is none: what it
  /// says is part of the service, whose variables and other files it needs.
  void leave_out_parts() {
    std::map<std::string, std::size_t> parts;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const Source& source = sources_[i];
      if (source.dialect == dialect::Dialect::cloudformation && !source.canonical.empty() &&
          source.document.root->get("AWSTemplateFormatVersion") == nullptr)
        parts.emplace(source.canonical, i);
    }
    for (std::size_t i = 0; i < sources_.size() && !parts.empty(); ++i) {
      if (sources_[i].dialect != dialect::Dialect::serverless) continue;
      for (const dialect::Passage& passage : alone_[i].lowered.passages) {
        if (!passage.span.valid()) continue;
        const auto read = round_.files.canonical(std::string(round_.texts.path(passage.span.file)));
        const auto part = read.ok() ? parts.find(read.value()) : parts.end();
        if (part == parts.end()) continue;
        if (sources_[part->second].candidate.system == sources_[i].candidate.system)
          seen_[part->second] = true;
      }
    }
  }

  std::vector<Child> children_of(std::size_t index, LoadedTemplate& loaded) {
    std::vector<Child> children;
    for (const dialect::Resource& resource : loaded.evaluated.resources) {
      if (resource.type != "AWS::CloudFormation::Stack") continue;
      const value::Value location = location_of(resource);
      const auto written = location.as_string();
      if (!written || !dialect::is_local(*written)) {
        if (const auto child = uploaded(index, resource, location))
          children.push_back({*child, resource.logical_id, location.span()});
        continue;
      }
      const std::string path(*written);
      // By value: reading a file may move what there is.
      const Candidate candidate = sources_[index].candidate;
      const auto found = dialect::find_local(project_of(candidate, round_), path);
      const std::string stack = "the nested stack `" + std::string(resource.logical_id) + "` stays unknown: ";
      if (!found.ok()) {
        tell(loaded, text::ProblemLevel::note, "nested-not-read", stack + found.error(), location.span());
        continue;
      }
      const auto child = read_(found.value(), candidate);
      if (child) {
        children.push_back({*child, resource.logical_id, location.span()});
      } else {
        tell(loaded, text::ProblemLevel::note, "nested-not-read", stack + "`" + path + "` is no template",
             location.span());
      }
    }
    return children;
  }

  /// The template that is uploaded to where a stack's URL says: the file of that name beside the stack's own,
  /// where it takes just what the stack passes.
  std::optional<std::size_t> uploaded(std::size_t index, const dialect::Resource& resource,
                                      const value::Value& url) {
    const Candidate candidate = sources_[index].candidate;
    for (const std::string& end : ends_of(url)) {
      const auto found = dialect::find_local(project_of(candidate, round_), end);
      if (!found.ok()) continue;
      const auto child = read_(found.value(), candidate);
      if (!child || *child == index || sources_[*child].dialect == dialect::Dialect::serverless) return {};
      return takes(sources_[*child], resource.properties.get("Parameters")) ? child : std::nullopt;
    }
    return {};
  }

  static void tell(LoadedTemplate& loaded, text::ProblemLevel level, std::string name, std::string message,
                   text::Span span) {
    loaded.evaluated.problems.push_back({level, std::move(name), std::move(message), span, "", {}});
    loaded.evaluated.problems = in_order(std::move(loaded.evaluated.problems));
  }

  /// A template and all that it nests, depth first.
  void expand(std::size_t root, std::vector<std::size_t>& roots) {
    const std::size_t system = round_.input.isolated ? roots.size() : sources_[root].candidate.system;
    roots.push_back(root);
    std::vector<Pending> pending{{{root, {}, {}}, std::nullopt, 0}};
    while (!pending.empty()) {
      const Pending next = pending.back();
      pending.pop_back();
      const std::size_t index = loaded_.size();
      add(next, system);
      auto children = children_of(next.child.source, loaded_[index]);
      std::ranges::reverse(children); // the last in is the first out
      for (const Child& child : children) {
        if (may_nest(index, child, next.depth)) pending.push_back({child, index, next.depth + 1});
      }
    }
  }

  void add(const Pending& next, std::size_t system) {
    seen_.resize(sources_.size());
    seen_[next.child.source] = true;
    LoadedTemplate loaded;
    if (next.parent) {
      const auto passed = passed_by(loaded_[*next.parent].evaluated, next.child.stack);
      loaded = load(next.child.source, inputs_of_nested(round_.input.given, passed), round_);
      loaded.parent = next.parent;
      loaded.stack = next.child.stack;
      nested_count_ += 1;
    } else {
      loaded = std::move(alone_[next.child.source]); // a root once
    }
    loaded.system = system;
    loaded_.push_back(std::move(loaded));
    origin_.push_back(next.child.source);
  }

  bool may_nest(std::size_t parent, const Child& child, std::size_t depth) {
    LoadedTemplate& loaded = loaded_[parent];
    for (std::optional<std::size_t> above = parent; above; above = loaded_[*above].parent) {
      if (origin_[*above] != child.source) continue;
      tell(loaded, text::ProblemLevel::finding, "nested-cycle",
           "the stack `" + std::string(child.stack) + "` nests the template that it is part of", child.at);
      return false;
    }
    const dialect::Limits& limits = round_.input.limits;
    const bool too_deep = depth >= limits.max_stack_depth;
    if (!too_deep && nested_count_ < limits.max_nested_stacks) return true;
    tell(loaded, text::ProblemLevel::error, "nested-not-read",
         "the nested stack `" + std::string(child.stack) + "` is not followed: " +
             (too_deep ? "more than " + std::to_string(limits.max_stack_depth) +
                             " stacks lie within each other (stack-depth)"
                       : "there are more than " + std::to_string(limits.max_nested_stacks) +
                             " of them (nested-stacks)"),
         child.at);
    return false;
  }

  Sources& sources_;
  const ReadSource& read_;
  const Surroundings& round_;
  parallel::Workers& workers_;
  std::size_t candidates_; ///< How many of the sources were asked for.
  std::deque<LoadedTemplate> alone_;
  std::vector<bool> nested_; ///< By source.
  std::vector<bool> seen_;   ///< By source.
  std::vector<LoadedTemplate> loaded_;
  std::vector<std::size_t> origin_; ///< The source of each of them.
  std::size_t nested_count_ = 0;
};

} // namespace

dialect::Project project_of(const Candidate& candidate, const Surroundings& surroundings) {
  return {surroundings.files, surroundings.texts, text::parent_path(candidate.path), candidate.root,
          surroundings.input.limits};
}

std::vector<LoadedTemplate> load_stacks(Sources& sources, const ReadSource& read,
                                        const Surroundings& surroundings, parallel::Workers& workers,
                                        std::size_t& systems) {
  return Assembler(sources, read, surroundings, workers).run(systems);
}

dialect::Inputs inputs_of_nested(const dialect::Inputs& given, const value::Value& parameters) {
  dialect::Inputs inputs = given;
  inputs.parameters.clear();
  inputs.choices.clear();
  inputs.passed = parameters;
  for (const value::Member& member : parameters.members()) {
    if (const auto text = member.value.as_string())
      inputs.parameters.emplace(std::string(member.key), std::string(*text));
  }
  return inputs;
}

value::Value passed_by(const dialect::Template& parent, std::string_view stack) {
  const auto found = std::ranges::find(parent.resources, stack, &dialect::Resource::logical_id);
  return found != parent.resources.end() ? found->properties.get("Parameters") : value::Value{};
}

} // namespace slsaudit::audit
