// SPDX-License-Identifier: Apache-2.0
// Over a collection of public templates: of the references that name something in the same system, how many
// come to nothing? Each topmost directory that holds templates is a system.
//
//   corpus_references COLLECTION
//
// What counts: Ref, Fn::GetAtt and ${…} of Fn::Sub that name a resource of their template, as they are
// written (lost ones are those whose resource no value of that resource refers to); parameters of nested
// stacks that the parent passes, and outputs of stacks that are read here; imports of exports, `${cf:…}` and
// compose outputs of services, stored parameters, and ARNs that end in a physical name, where a template of
// the same system has that export, stack, parameter or name.
#include "audit/pipeline.hpp"
#include "dialect/cloudformation/call.hpp"
#include "graph/index.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace slsaudit; // NOLINT: a program of one file

constexpr double most_unresolved = 5; ///< Of a hundred.

struct Count {
  int all = 0;
  int lost = 0;
};

struct Tally {
  std::map<std::string, Count> by_kind;
  std::map<std::string, Count> by_place; ///< By file.
  std::vector<std::string> examples;

  void add(const std::string& kind, const std::string& place, bool resolved, const std::string& what) {
    for (Count* count : {&by_kind[kind], &by_place[place]}) {
      ++count->all;
      if (!resolved) ++count->lost;
    }
    if (!resolved) examples.push_back(place + ": " + kind + " " + what);
  }
};

// --- what is written ---

/// Names that Ref, GetAtt and Sub give in a tree. What stands in a Fn::If may be on the side that isn't
/// taken, and what has been replaced as a whole by a macro or module isn't there to be referred from.
// Recursion is bounded as the reader's: 200 levels.
void written_names(const syntax::Node& node, std::set<std::string>& names) {
  const auto call = dialect::cloudformation::as_call(node);
  if (call && (call->name == "If" || call->name == "Transform")) return;
  const auto add = [&](std::string_view name) {
    if (!name.starts_with("AWS::")) names.emplace(name.substr(0, name.find('.')));
  };
  if (call && (call->name == "Ref" || call->name == "GetAtt")) {
    if (const auto text = call->text()) add(*text);
    const auto list = call->list();
    if (list && !list->empty() && (*list)[0].value->is_scalar()) add((*list)[0].value->text);
    return;
  }
  if (call && call->name == "Sub") {
    const auto list = call->list();
    const syntax::Node* text = list && !list->empty() ? (*list)[0].value : call->argument;
    const syntax::Node* own = list && list->size() > 1 ? (*list)[1].value : nullptr;
    if (own != nullptr) written_names(*own, names);
    for (std::size_t at = text->text.find("${"); at != std::string_view::npos;
         at = text->text.find("${", at + 2)) {
      const std::size_t end = text->text.find('}', at);
      if (end == std::string_view::npos) break;
      const std::string_view name = text->text.substr(at + 2, end - at - 2);
      if (!name.starts_with('!') && (own == nullptr || own->find(name) == nullptr)) add(name);
    }
    return;
  }
  for (const syntax::Entry& entry : node.children) written_names(*entry.value, names);
}

// --- what came of it ---

template <typename Visit> void each_text(const value::Value& value, const Visit& visit) {
  for (const value::Value& alternative : value.alternatives()) {
    if (!alternative.is_list() && !alternative.is_map()) visit(alternative);
    for (const value::Value& item : alternative.items()) each_text(item, visit);
    for (const value::Member& member : alternative.members()) each_text(member.value, visit);
  }
}

class Measure {
public:
  Measure(const graph::System& system, const std::vector<const dialect::Lowered*>& lowered,
          const text::SourceMap& sources, const std::string& root, Tally& tally)
      : system_(system), lowered_(lowered), sources_(sources), root_(root), tally_(tally) {
    for (const dialect::Template& source : system.templates) {
      for (const dialect::Output& output : source.outputs)
        if (output.export_name.is_present()) exports_.insert(output.export_name.display(2048));
      for (const std::string_view stack : source.stack_names) stacks_.emplace(stack);
      for (const dialect::Resource& resource : source.resources) {
        const graph::TypeInfo* info = graph::type_info(resource.type);
        if (info == nullptr || info->name_property.empty()) continue;
        const auto name = resource.properties.get(info->name_property).as_string();
        if (name) names_[std::string(info->service)].emplace(*name);
      }
    }
  }

  void run() {
    for (std::size_t i = 0; i < system_.templates.size(); ++i) {
      for (const dialect::Resource& resource : system_.templates[i].resources) {
        compare_with_written(i, resource);
        each_text(resource.properties, [&](const value::Value& text) { look(i, resource, text); });
      }
    }
  }

private:
  std::string place(std::size_t i) const {
    const std::string path(sources_.path(system_.templates[i].file));
    return path.starts_with(root_) ? path.substr(root_.size() + 1) : path;
  }

  void compare_with_written(std::size_t i, const dialect::Resource& resource) {
    const auto& all = lowered_[i]->resources;
    const auto body = std::find_if(all.begin(), all.end(), [&](const dialect::LoweredResource& lowered) {
      return lowered.logical_id == resource.logical_id;
    });
    const syntax::Node* properties = body == all.end() ? nullptr : body->body->get("Properties");
    if (properties == nullptr || resource.properties.is_unknown()) return;
    std::set<std::string> written;
    written_names(*properties, written);
    std::set<std::string> found;
    each_text(resource.properties, [&](const value::Value& text) {
      for (const value::Part& part : text.parts()) {
        using value::ReferenceKind;
        if (part.kind == ReferenceKind::resource || part.kind == ReferenceKind::attribute)
          found.emplace(part.name);
      }
    });
    for (const std::string& name : written) {
      if (!system_.find(i, name).valid()) continue;
      tally_.add("resource", place(i), found.contains(name),
                 name + " in " + std::string(resource.logical_id));
    }
  }

  void look(std::size_t i, const dialect::Resource& resource, const value::Value& text) {
    using value::ReferenceKind;
    const std::string in = " in " + std::string(resource.logical_id);
    for (const value::Part& part : text.parts()) {
      const std::string name(part.name);
      const bool behind = system_.index->template_behind(i, part).has_value();
      if (part.kind == ReferenceKind::import_value && exports_.contains(name))
        tally_.add("import", place(i), behind, name + in);
      if (part.kind == ReferenceKind::output && stacks_.contains(name))
        tally_.add("stack output", place(i), behind, name + "." + std::string(part.attribute) + in);
      if (part.kind == ReferenceKind::attribute && part.attribute.starts_with("Outputs.") &&
          is_nested(i, name))
        tally_.add("nested output", place(i), behind, name + "." + std::string(part.attribute) + in);
      if (part.kind == ReferenceKind::parameter && is_passed(i, name))
        tally_.add("nested parameter", place(i), behind, name + in);
      if (part.kind == ReferenceKind::dynamic && part.name.find("ssm:") != std::string_view::npos &&
          names_["ssm"].contains(name.substr(name.find("ssm:") + 4)))
        tally_.add("stored parameter", place(i), behind, name + in);
    }
    look_at_arn(i, in, text);
  }

  /// A written ARN whose service has a resource here of just the name that it ends in.
  void look_at_arn(std::size_t i, const std::string& in, const value::Value& text) {
    const auto spelling = graph::spell(text);
    if (!spelling) return;
    const auto arn = graph::parse_arn(spelling->text);
    if (!arn) return;
    const std::string rest(arn->resource);
    for (const std::string& name : names_[std::string(arn->service)]) {
      const bool ends =
          rest.ends_with(name) && (rest.size() == name.size() || rest[rest.size() - name.size() - 1] == '/' ||
                                   rest[rest.size() - name.size() - 1] == ':');
      if (!ends || name.find('*') != std::string::npos) continue;
      const bool found =
          system_.index->resolve(i, text).valid() || !system_.index->match(i, text).nodes.empty();
      tally_.add("ARN", place(i), found, text.display() + in);
      return;
    }
  }

  bool is_nested(std::size_t parent, const std::string& stack) const {
    return std::any_of(
        system_.templates.begin(), system_.templates.end(), [&](const dialect::Template& other) {
          return other.nesting && other.nesting->parent == parent && other.nesting->stack == stack;
        });
  }

  bool is_passed(std::size_t i, const std::string& parameter) const {
    const auto& nesting = system_.templates[i].nesting;
    return nesting && nesting->parameters.get(parameter).is_present();
  }

  const graph::System& system_;
  const std::vector<const dialect::Lowered*>& lowered_;
  const text::SourceMap& sources_;
  const std::string& root_;
  Tally& tally_;
  std::set<std::string> exports_;
  std::set<std::string> stacks_;
  std::map<std::string, std::set<std::string>> names_; ///< Physical ones, by service.
};

void measure(const std::string& directory, const std::string& root, Tally& tally) {
  text::SourceMap sources;
  text::Arena arena;
  audit::Input input;
  input.paths = {directory};
  audit::Loaded loaded = audit::load(input, text::DiskFileSystem(), sources, arena);
  std::vector<std::vector<const dialect::Lowered*>> lowered(loaded.systems);
  for (const audit::LoadedTemplate& source : loaded.templates)
    lowered[source.system].push_back(&source.lowered);
  std::erase_if(lowered, [](const auto& system) { return system.empty(); });
  const auto systems = audit::build_systems(loaded.templates, loaded.systems, arena); // a copy
  for (std::size_t i = 0; i < systems.size(); ++i)
    Measure(systems[i], lowered[i], sources, root, tally).run();
}

/// Topmost directories of the index's templates.
std::set<std::string> directories(const std::string& root) {
  std::set<std::string> all;
  std::ifstream index(root + "/index.tsv");
  std::string line;
  std::getline(index, line); // the header
  while (std::getline(index, line)) {
    std::istringstream cells(line);
    std::string path;
    std::string kind;
    std::getline(cells, path, '\t');
    std::getline(cells, kind, '\t');
    if (kind == "sam" || kind == "cfn" || kind == "sls" || kind == "sls-compose")
      all.insert(std::filesystem::path(path).parent_path().string());
  }
  std::set<std::string> topmost;
  for (const std::string& directory : all) { // sorted: ancestors come first
    std::filesystem::path above = std::filesystem::path(directory).parent_path();
    while (!above.empty() && !topmost.contains(above.string())) above = above.parent_path();
    if (above.empty()) topmost.insert(directory);
  }
  return topmost;
}

double percent(const Count& count) {
  return count.all == 0 ? 0 : 100.0 * count.lost / count.all;
}

} // namespace

int main(int argc, char** argv) {
  const char* shared = std::getenv("SLSAUDIT_SHARED");
  const std::string given = shared != nullptr ? std::string(shared) + "/corpus" : argc > 1 ? argv[1] : "";
  std::error_code absent;
  const std::filesystem::path canonical = std::filesystem::canonical(given, absent);
  if (absent || !std::filesystem::exists(canonical / "index.tsv")) {
    std::printf("no collection of templates at %s: nothing to measure\n", given.c_str());
    return 77; // skipped
  }
  Tally tally;
  const std::string root = canonical.string();
  for (const std::string& directory : directories(root)) measure(root + "/" + directory, root, tally);
  for (const std::string& example : tally.examples) std::printf("unresolved %s\n", example.c_str());
  std::vector<std::pair<std::string, Count>> places(tally.by_place.begin(), tally.by_place.end());
  std::stable_sort(places.begin(), places.end(),
                   [](const auto& left, const auto& right) { return left.second.lost > right.second.lost; });
  for (std::size_t i = 0; i < places.size() && i < 10 && places[i].second.lost > 0; ++i)
    std::printf("worst %s: %d of %d\n", places[i].first.c_str(), places[i].second.lost, places[i].second.all);
  Count sum;
  for (const auto& [kind, count] : tally.by_kind) {
    std::printf("%s: %d of %d unresolved (%.2f %%)\n", kind.c_str(), count.lost, count.all, percent(count));
    sum.all += count.all;
    sum.lost += count.lost;
  }
  std::printf("references within a system: %d of %d unresolved (%.2f %%; at most %.0f)\n", sum.lost, sum.all,
              percent(sum), most_unresolved);
  return sum.all > 0 && percent(sum) <= most_unresolved ? 0 : 1;
}
