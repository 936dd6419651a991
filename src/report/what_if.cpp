// SPDX-License-Identifier: Apache-2.0
#include "report/what_if.hpp"

#include "analysis/analyses.hpp"
#include "report/json_parts.hpp"
#include "report/redact.hpp"

namespace slsaudit::report {

namespace {

std::string place_of(const text::SourceMap& sources, text::Span span) {
  const text::Position at = sources.position(span.file, span.begin);
  return std::string(sources.path(span.file)) + ":" + std::to_string(at.line);
}

std::string headline(const WhatIfInput& input) {
  const graph::Node& node = input.system.node(input.answer.node);
  std::string text = "What if " + analysis::quoted(analysis::shown_name(node)) + " (" + node.type + ") ";
  switch (input.answer.mishap) {
  case analysis::Mishap::fail:
    return text + "fails";
  case analysis::Mishap::slow:
    return text + "gets slow";
  case analysis::Mishap::compromise:
    return text + "is taken over";
  }
  return text;
}

void add_place(Json& json, const text::SourceMap& sources, text::Span span) {
  if (!span.valid()) return;
  const text::Position at = sources.position(span.file, span.begin);
  json["path"] = std::string(sources.path(span.file));
  json["line"] = at.line;
  json["column"] = at.column;
}

Json node_json(const WhatIfInput& input, graph::NodeId id) {
  const graph::Node& node = input.system.node(id);
  Json json{{"id", std::string(analysis::shown_name(node))}, {"type", node.type}};
  add_place(json, input.sources, analysis::id_span(node));
  return json;
}

Json item_json(const WhatIfInput& input, const analysis::Consequence& item) {
  Json json;
  json["node"] = item.node.valid() ? node_json(input, item.node) : Json();
  json["text"] = redact(item.text);
  if (item.seconds) json["seconds"] = *item.seconds;
  json["certain"] = item.certain;
  json["evidence"] = Json::array();
  for (const analysis::Step& step : item.steps) {
    Json entry{{"text", redact(step.text)}};
    add_place(entry, input.sources, step.span);
    json["evidence"].push_back(std::move(entry));
  }
  return json;
}

void print_item(const WhatIfInput& input, const analysis::Consequence& item, std::ostream& out) {
  out << "  - " << redact(item.text) << (item.certain ? "" : " (as far as is granted or hinted)") << '\n';
  constexpr std::size_t shown = 4;
  for (std::size_t i = 0; i < item.steps.size() && i < shown; ++i) {
    const analysis::Step& step = item.steps[i];
    out << "      " << redact(step.text);
    if (step.span.valid()) out << "  [" << place_of(input.sources, step.span) << ']';
    out << '\n';
  }
  if (item.steps.size() > shown) out << "      and " << item.steps.size() - shown << " more\n";
}

} // namespace

void render_what_if_text(const WhatIfInput& input, std::ostream& out) {
  out << headline(input) << '\n';
  for (const analysis::Chapter& chapter : input.answer.chapters) {
    out << '\n' << chapter.title << ": ";
    if (chapter.items.empty()) {
      out << "nothing that is known\n";
      continue;
    }
    out << chapter.items.size() << '\n';
    for (const analysis::Consequence& item : chapter.items) print_item(input, item, out);
  }
}

void render_what_if_json(const WhatIfInput& input, std::ostream& out) {
  Json json{{"format", "slsaudit-what-if"},
            {"format_version", 1},
            {"event", std::string(analysis::name(input.answer.mishap))},
            {"node", node_json(input, input.answer.node)},
            {"chapters", Json::array()}};
  for (const analysis::Chapter& chapter : input.answer.chapters) {
    Json entry{
        {"name", std::string(chapter.name)}, {"title", std::string(chapter.title)}, {"items", Json::array()}};
    for (const analysis::Consequence& item : chapter.items) entry["items"].push_back(item_json(input, item));
    json["chapters"].push_back(std::move(entry));
  }
  write_json(json, out);
}

} // namespace slsaudit::report
