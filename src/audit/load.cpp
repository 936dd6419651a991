// SPDX-License-Identifier: Apache-2.0
#include "audit/load.hpp"

#include "audit/stacks.hpp"
#include "dialect/cloudformation/include.hpp"
#include "dialect/detect.hpp"
#include "syntax/added.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace slsaudit::audit {

namespace {

constexpr std::array<std::string_view, 6> code_extensions{".ts", ".js", ".mjs", ".cjs", ".mts", ".cts"};

bool has(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

/// Whether a line begins with this key, quoted or not.
bool has_top_level_key(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    std::size_t begin = at;
    if (begin > 0 && (text[begin - 1] == '"' || text[begin - 1] == '\'')) begin -= 1;
    if (begin > 0 && text[begin - 1] != '\n') continue;
    std::size_t end = at + key.size();
    if (end < text.size() && (text[end] == '"' || text[end] == '\'')) end += 1;
    while (end < text.size() && text[end] == ' ') end += 1;
    if (end < text.size() && text[end] == ':') return true;
  }
  return false;
}

constexpr std::string_view include_name = "AWS::Include";

/// Whether a word may be written so that it isn't seen: a character by its number, or a line's end between.
bool has_hidden_letters(std::string_view text) {
  std::size_t at = text.find('\\');
  while (at != std::string_view::npos && at + 1 < text.size()) {
    if (std::string_view("xuU\n\r").find(text[at + 1]) != std::string_view::npos) return true;
    at = text.find('\\', at + 2);
  }
  return false;
}

bool may_include(std::string_view text) {
  return has(text, include_name) || has(text, "DefinitionUri") || has_hidden_letters(text);
}

bool is_wide(std::string_view bytes) {
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") ||
         bytes.substr(0, 64).find('\0') != bytes.npos;
}

/// Said at the first key, or at whatever the document begins with.
text::Problem not_a_template(const syntax::Document& document, const std::string& why_not) {
  text::Span span{document.file, 0, 0};
  if (const syntax::Node* root = document.root) {
    const bool has_key = root->is_mapping() && !root->children.empty();
    span = has_key ? root->children.front().key_span : root->span;
    if (root->is_sequence()) span.end = std::min(span.end, span.begin + 1);
  }
  return {.level = text::ProblemLevel::error,
          .name = "not-a-template",
          .message = "this file is not a template" + (why_not.empty() ? "" : ": " + why_not),
          .span = span,
          .help = "name templates, or a directory: files in it that are none are passed over",
          .related = {}};
}

/// Whether what was read before the reader had to stop is a template's beginning.
bool began_as_template(const syntax::Document& document) {
  if (document.partial == nullptr) return false;
  syntax::Document beginning;
  beginning.file = document.file;
  beginning.format = document.format;
  beginning.root = document.partial;
  return dialect::detect(beginning).dialect.has_value();
}

class Loader {
public:
  Loader(const Input& input, const text::FileSystem& files, text::SourceMap& sources, text::Arena& arena,
         parallel::Workers& workers, syntax::Trees* trees)
      : input_(input), files_(files), sources_(sources), arena_(arena), workers_(workers), trees_(trees),
        compose_(files, sources, arena, input.limits) {}

  Loaded run() {
    std::vector<std::string> paths;
    std::ranges::remove_copy(input_.paths, std::back_inserter(paths), "-");
    Discovered discovered = discover(files_, paths, input_.exclusions, workers_);
    loaded_.systems = discovered.systems;
    loaded_.failures = std::move(discovered.failures);
    bound(discovered.files);
    read_compose_files(discovered.files);
    if (paths.size() != input_.paths.size()) read_standard_input();
    open_files(discovered.files);
    read_opened();
    const ReadSource read = [this](const dialect::LocalFile& file, const Candidate& parent) {
      return read_nested(file, parent);
    };
    loaded_.templates = load_stacks(read_, read, round_, workers_, loaded_.systems);
    // A file may be nested twice, and a file of several services is read for each.
    std::set<std::tuple<std::string_view, std::uint32_t, std::uint32_t, std::string, std::string>> told;
    for (const LoadedTemplate& loaded : loaded_.templates) {
      for (const text::Problem& problem : loaded.evaluated.problems) {
        const text::Span span = problem.span;
        const std::string_view path = span.valid() ? sources_.path(span.file) : std::string_view();
        if (told.emplace(path, span.begin, span.end, problem.name, problem.message).second) file(problem);
      }
    }
    return std::move(loaded_);
  }

private:
  void bound(std::vector<Candidate>& candidates) {
    if (candidates.size() > input_.limits.max_files) {
      loaded_.failures.push_back("there are " + std::to_string(candidates.size()) +
                                 " files to look at, of which only the limit of " +
                                 std::to_string(input_.limits.max_files) + " is read (files)");
      candidates.resize(input_.limits.max_files);
    }
    for (Candidate& candidate : candidates) candidate.root = root_of(std::move(candidate.root));
  }

  [[nodiscard]] std::string root_of(std::string found) const {
    return input_.allow_outside ? "/" : std::move(found);
  }

  void read_compose_files(std::vector<Candidate>& candidates) {
    compose_.replace(candidates);
    for (text::Problem& problem : compose_.problems) file(std::move(problem));
    loaded_.failures.insert(loaded_.failures.end(), compose_.failures.begin(), compose_.failures.end());
  }

  void read_standard_input() {
    const std::string name = text::normalize_path(input_.standard_input_name);
    const std::string directory = text::parent_path(name);
    const std::string root = repository_root(files_, directory);
    // A name that ends in .ts names what the text was printed from: the text itself is JSON or YAML.
    read_bytes({name == "." ? "-" : name, true, 0, root_of(root.empty() ? directory : root)},
               input_.standard_input);
  }

  /// A file whose text is known and whose tree is not.
  struct Opened {
    Candidate candidate;
    bool looks = false; ///< Like a template.
    syntax::Added added;
    syntax::Document document;
    std::vector<rules::Suppression> suppressions{};
    std::shared_ptr<const syntax::Trees::Tree> known{}; ///< Of an earlier run.
    bool is_reused = false;
    std::string bytes{};                  ///< For a later run, if there may be one.
    std::shared_ptr<text::Arena> nodes{}; ///< Of the document, where no run after this one wants it.
    std::string canonical{};              ///< Path; empty where it is none of the disk's.
    dialect::Detected detected{};
    bool may_include = false; ///< Other files, as templates of CloudFormation and SAM do.
  };

  /// What is known of a file before those in front of it are.
  struct Fetched {
    bool is_wanted = false;
    std::string failure;
    bool looks = false; ///< Like a template.
    std::string bytes;  ///< For a later run, if there may be one.
    std::optional<syntax::Decoded> decoded;
  };

  /// Waiting for the disk, and decoding, take no look at other files.
  void open_files(const std::vector<Candidate>& candidates) {
    std::vector<Fetched> fetched(candidates.size());
    workers_.each(candidates.size(), [&](std::size_t i) { fetched[i] = fetch(candidates[i]); });
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (!fetched[i].failure.empty()) loaded_.failures.push_back(std::move(fetched[i].failure));
      if (fetched[i].is_wanted) open(candidates[i], std::move(fetched[i]));
    }
  }

  [[nodiscard]] Fetched fetch(const Candidate& candidate) const {
    Fetched fetched;
    const bool is_code = std::ranges::any_of(
        code_extensions, [&](std::string_view extension) { return candidate.path.ends_with(extension); });
    if (is_code && !candidate.named) {
      const auto text = files_.read(candidate.path, input_.limits.max_bytes);
      if (!text.ok() || !has(text.value(), "service") || !has(text.value(), "provider")) return fetched;
    }
    if (is_code) {
      fetched.failure = candidate.path + " is a program, and slsaudit runs none; print what it makes and " +
                        "pass that: serverless print --format json | slsaudit check - --stdin-filename " +
                        text::join_path(text::parent_path(candidate.path), "serverless.json");
      return fetched;
    }
    auto bytes = files_.read(candidate.path, input_.limits.max_bytes);
    if (!bytes.ok()) {
      fetched.failure = bytes.error();
    } else if (candidate.named || may_be_template(bytes.value())) {
      fetched = fetched_as(candidate, std::move(bytes).value());
    }
    return fetched;
  }

  [[nodiscard]] Fetched fetched_as(const Candidate& candidate, std::string bytes) const {
    Fetched fetched;
    fetched.is_wanted = true;
    fetched.looks = looks_like_template(bytes);
    if (trees_ != nullptr)
      fetched.bytes = std::move(bytes);
    else
      fetched.decoded = syntax::decode(candidate.path, std::move(bytes), input_.limits);
    return fetched;
  }

  void open(const Candidate& candidate, Fetched fetched) {
    Opened& opened = opened_.emplace_back(Opened{candidate, fetched.looks, {}, {}});
    if (trees_ != nullptr) {
      opened.known = trees_->find(sources_, candidate.path, fetched.bytes, input_.limits);
      opened.is_reused = opened.known != nullptr;
      if (opened.is_reused) return;
      fetched.decoded = syntax::decode(candidate.path, fetched.bytes, input_.limits);
      opened.bytes = std::move(fetched.bytes);
    }
    opened.added = syntax::add(sources_, *std::move(fetched.decoded), input_.limits);
  }

  /// Reading takes no look at other files, so that many can be read at once; what comes of it does.
  void read_opened() {
    std::vector<Opened> opened = std::exchange(opened_, {});
    std::vector<text::Arena*> arenas;
    for (std::size_t i = 0; i < opened.size(); ++i) arenas.push_back(&arena_.part());
    workers_.each(opened.size(), [&](std::size_t i) { read(opened[i], *arenas[i]); });
    for (Opened& file : opened) {
      if (file.known != nullptr) remember(file);
      loaded_.suppressions.emplace(file.document.file, std::move(file.suppressions));
      recognize(file);
    }
  }

  void read(Opened& opened, text::Arena& arena) const {
    read_tree(opened, arena);
    if (auto canonical = files_.canonical(opened.candidate.path); canonical.ok())
      opened.canonical = std::move(canonical).value();
    opened.suppressions = rules::read_suppressions(opened.document, sources_);
    if (opened.document.root != nullptr) opened.detected = dialect::detect(opened.document);
    opened.may_include = may_include(sources_.text(opened.document.file));
  }

  void read_tree(Opened& opened, text::Arena& arena) const {
    if (opened.known == nullptr && trees_ != nullptr) {
      auto tree = std::make_shared<syntax::Trees::Tree>();
      tree->bytes = std::move(opened.bytes);
      tree->limits = input_.limits;
      tree->added = std::move(opened.added);
      tree->file = sources_.shared(tree->added.file);
      tree->document = syntax::read(sources_, tree->arena, tree->added, input_.limits);
      opened.known = std::move(tree);
    }
    if (opened.known != nullptr) {
      opened.document = opened.known->document;
      return;
    }
    opened.nodes = arena.shorter();
    opened.document = syntax::read(sources_, *opened.nodes, opened.added, input_.limits);
  }

  /// For a later run, and as long as this one's results are looked at.
  void remember(const Opened& opened) {
    if (!opened.is_reused) trees_->keep(opened.candidate.path, opened.known);
    loaded_.trees.push_back(opened.known);
  }

  void read_bytes(const Candidate& candidate, std::string bytes) {
    open(candidate, fetched_as(candidate, std::move(bytes)));
    read_opened();
  }

  void recognize(Opened& opened) {
    const Candidate& candidate = opened.candidate;
    syntax::Document& document = opened.document;
    if (opened.detected.dialect) {
      add(opened, *opened.detected.dialect);
      return;
    }
    const bool meant = candidate.named || opened.looks || began_as_template(document);
    const bool broken = std::ranges::any_of(
        document.problems, [](const text::Problem& p) { return p.level == text::ProblemLevel::error; });
    for (text::Problem& problem : document.problems) {
      if (problem.level == text::ProblemLevel::finding) continue;
      if (!meant) problem.level = text::ProblemLevel::note;
      file(std::move(problem));
    }
    if (candidate.named && !broken)
      loaded_.errors.push_back(not_a_template(document, opened.detected.why_not));
  }

  /// Keeps what was read for fixes: of a few files, since trees take ten times the room of
  /// their text. What isn't kept is read again where it is wanted.
  void keep(const Opened& opened) {
    constexpr std::size_t most_text = 64U << 10U; // of all that are kept
    const syntax::Document& document = opened.document;
    if (opened.nodes != nullptr) {
      const std::size_t size = sources_.text(document.file).size();
      if (kept_text_ + size > most_text) return;
      kept_text_ += size;
      loaded_.nodes.push_back(opened.nodes);
    }
    syntax::Document& as_read = loaded_.documents[document.file];
    as_read.file = document.file;
    as_read.format = document.format;
    as_read.root = document.root;
  }

  void add(Opened& opened, dialect::Dialect dialect) {
    keep(opened);
    const Candidate& candidate = opened.candidate;
    syntax::Document document = std::move(opened.document);
    std::vector<dialect::Passage> included;
    if (dialect != dialect::Dialect::serverless) {
      const dialect::Project project = project_of(candidate, round_);
      dialect::cloudformation::Includer includer(project, opened.nodes != nullptr ? *opened.nodes : arena_,
                                                 document.problems);
      if (opened.may_include) document.root = includer.expand(*document.root);
      included = includer.passages();
    }
    const std::string& name = opened.canonical;
    if (!name.empty()) by_name_.try_emplace(name, read_.size());
    read_.push_back(
        {candidate, name, std::move(document), dialect, std::move(included), std::move(opened.nodes)});
  }

  /// The template of a nested stack: one that was read before, or one more.
  std::optional<std::size_t> read_nested(const dialect::LocalFile& nested, const Candidate& parent) {
    const auto known = by_name_.find(nested.canonical);
    if (known != by_name_.end()) return known->second;
    const std::size_t count = read_.size();
    auto bytes = files_.read(nested.path, input_.limits.max_bytes);
    Candidate candidate = parent;
    candidate.path = nested.path;
    candidate.named = false;
    if (bytes.ok()) read_bytes(candidate, std::move(bytes).value());
    if (read_.size() > count) return count;
    by_name_[nested.canonical] = std::nullopt;
    return std::nullopt;
  }

  /// Problems that are findings stay with the template: rules judge them.
  void file(text::Problem problem) {
    if (problem.level == text::ProblemLevel::error)
      loaded_.errors.push_back(std::move(problem));
    else if (problem.level == text::ProblemLevel::note)
      loaded_.notes.push_back(std::move(problem));
  }

  const Input& input_;
  const text::FileSystem& files_;
  text::SourceMap& sources_;
  text::Arena& arena_;
  parallel::Workers& workers_;
  syntax::Trees* trees_; ///< Null: nothing is remembered.
  ComposeFiles compose_;
  const Surroundings round_{input_, files_, sources_, arena_, compose_};
  std::vector<Opened> opened_;
  std::size_t kept_text_ = 0; ///< Bytes of files whose trees are kept.
  Sources read_;
  std::map<std::string, std::optional<std::size_t>> by_name_; ///< Of files that are no templates: nothing.
  Loaded loaded_;
};

} // namespace

bool may_be_template(std::string_view text) {
  if (is_wide(text)) return true; // decoded before it is looked at
  if (has(text, "Resources") || has(text, "AWSTemplateFormatVersion") || has(text, "AWS::")) return true;
  return has(text, "service") && (has(text, "provider") || has(text, "functions"));
}

bool looks_like_template(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (has(text, "AWSTemplateFormatVersion") || has_top_level_key(text, "Resources")) return true;
  if (has(text, "AWS::") && has(text, "\"Resources\"")) return true;
  return has_top_level_key(text, "service") && has_top_level_key(text, "provider");
}

Loaded load(const Input& input, const text::FileSystem& files, text::SourceMap& sources, text::Arena& arena) {
  parallel::Workers alone;
  return load(input, files, sources, arena, alone);
}

Loaded load(const Input& input, const text::FileSystem& files, text::SourceMap& sources, text::Arena& arena,
            parallel::Workers& workers, syntax::Trees* trees) {
  return Loader(input, files, sources, arena, workers, trees).run();
}

} // namespace slsaudit::audit
