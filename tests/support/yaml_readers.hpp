// SPDX-License-Identifier: Apache-2.0
// The reader of usual YAML beside the library, which is the judge of what a text says.
#pragma once

#include "syntax/dump.hpp"
#include "syntax/usual_yaml.hpp"
#include "syntax/yaml_library.hpp"
#include "syntax/yaml_reader.hpp"

#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace slsaudit::test {

inline std::string described(const syntax::YamlEvent& event) {
  std::ostringstream out;
  const bool closes = event.kind == syntax::YamlEventKind::close;
  out << "kind " << static_cast<int>(event.kind) << " style " << static_cast<int>(event.style) << " flow "
      << event.flow;
  // A block collection closes somewhere before what comes next; the tree ends it with its last child.
  if (!closes) out << " at " << event.begin << " to " << event.end << " column " << event.column;
  out << " tag `" << event.tag << "` anchor `" << event.anchor << "` text `" << event.text << '`';
  return out.str();
}

/// What was told.
struct Told final : syntax::YamlListener {
  struct Event {
    std::string text;
    std::uint32_t bracket = 0; ///< Where one ends that closes, or 0.
  };
  std::vector<Event> events;

  bool take(const syntax::YamlEvent& event) override {
    const bool closes = event.kind == syntax::YamlEventKind::close;
    events.push_back({described(event), closes ? event.end : 0});
    return true;
  }
};

/// A tree with its places, its comments and what was said of it.
inline std::string described(const syntax::Document& document) {
  static const std::vector<syntax::Comment> no_comments;
  std::ostringstream out;
  out << syntax::dump(document.root, {.spans = true, .styles = true});
  // Where a limit ends the reading, the library hasn't come to the comments behind it.
  for (const syntax::Comment& comment : document.root != nullptr ? document.comments : no_comments)
    out << "\n# " << comment.span.begin << '-' << comment.span.end << ' ' << comment.own_line << " `"
        << comment.text << '`';
  for (const text::Problem& problem : document.problems)
    out << "\n! " << problem.name << ' ' << problem.span.begin << '-' << problem.span.end << ' '
        << problem.message;
  return out.str();
}

struct Readers {
  bool is_usual = false;  ///< Whether the reader of usual YAML takes it.
  std::string difference; ///< Where it does, and the library says something else of it.
};

/// Of a text in UTF-8.
inline Readers compare_readers(std::string_view text, const syntax::Limits& limits = {}) {
  const syntax::YamlText prepared(text);
  if (!prepared.forbidden().empty()) return {};
  Told told;
  if (!syntax::UsualYaml(text, told).run()) return {};
  syntax::YamlLibrary library(prepared, text);
  for (std::size_t i = 0; i < told.events.size(); ++i) {
    const syntax::YamlEvent* expected = library.next();
    const std::string which = "event " + std::to_string(i) + ": ";
    if (expected == nullptr)
      return {true, which + "the library refuses: " + std::string(library.failure().problem)};
    const Told::Event& event = told.events[i];
    if (event.text != described(*expected))
      return {true, which + event.text + ", expected " + described(*expected)};
    if (event.bracket != 0 && event.bracket != expected->end)
      return {true, which + "closes at " + std::to_string(event.bracket) + ", expected " +
                        std::to_string(expected->end)};
  }
  text::SourceMap sources;
  text::Arena arena;
  const text::FileId file = sources.add("t.yaml", std::string(text));
  const std::string read = described(syntax::read_yaml(sources, arena, file, limits));
  const std::string expected = described(syntax::read_yaml_by_library(sources, arena, file, limits));
  return {true, read == expected ? "" : "read as\n" + read + "\nexpected\n" + expected};
}

} // namespace slsaudit::test
