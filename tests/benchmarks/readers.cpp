// SPDX-License-Identifier: Apache-2.0
// Prints how fast candidates read the same templates, for docs/decisions/0001-template-readers.md:
//   bench_readers FILE...        names that end in .json count as JSON, all others as YAML
#include "syntax/reader.hpp"

#include <nlohmann/json.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>
#include <yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

using Texts = std::vector<std::string>;

/// Best of seven runs. `read` gives any number that depends on what was read, so that nothing is optimised
/// away.
template <class Read> void measure(const char* name, const Texts& texts, Read read) {
  if (texts.empty()) return;
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  double best = 1e9;
  std::size_t sum = 0;
  for (int run = 0; run < 7; ++run) {
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& text : texts) sum += read(text);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::printf("%-32s %7.1f MB/s (%zu files, %zu)\n", name, static_cast<double>(bytes) / best / 1e6,
              texts.size(), sum);
}

std::size_t libyaml_events(const std::string& text) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return 0;
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::size_t count = 0;
  yaml_event_t event;
  for (bool done = false; !done && yaml_parser_parse(&parser, &event) != 0; ++count) {
    done = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return count;
}

struct Handler final : YAML::EventHandler {
  using Mark = YAML::Mark;
  using Anchor = YAML::anchor_t;
  using Style = YAML::EmitterStyle::value;
  std::size_t count = 0;
  void OnDocumentStart(const Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const Mark& /*mark*/, Anchor /*anchor*/) override { ++count; }
  void OnAlias(const Mark& /*mark*/, Anchor /*anchor*/) override { ++count; }
  void OnScalar(const Mark& /*mark*/, const std::string& /*tag*/, Anchor /*anchor*/,
                const std::string& value) override {
    count += value.size();
  }
  void OnSequenceStart(const Mark& /*mark*/, const std::string& /*tag*/, Anchor /*anchor*/,
                       Style /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const Mark& /*mark*/, const std::string& /*tag*/, Anchor /*anchor*/,
                  Style /*style*/) override {}
  void OnMapEnd() override {}
};

std::size_t yaml_cpp_events(const std::string& text) {
  Handler handler;
  try {
    std::istringstream stream(text);
    YAML::Parser(stream).HandleNextDocument(handler);
  } catch (const YAML::Exception&) {
    return 0;
  }
  return handler.count;
}

/// Counts the characters that the library takes, which is how its events could be given places.
struct CountingIterator {
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  const char* at;
  std::size_t* count;
  reference operator*() const { return *at; }
  CountingIterator& operator++() {
    ++at;
    ++*count;
    return *this;
  }
  friend bool operator==(CountingIterator a, CountingIterator b) { return a.at == b.at; }
  friend bool operator!=(CountingIterator a, CountingIterator b) { return a.at != b.at; }
};

struct Sax {
  const std::size_t& position;
  std::vector<std::pair<std::size_t, std::string>> kept{};
  bool keep(std::string text) {
    kept.emplace_back(position, std::move(text));
    return true;
  }
  bool null() { return keep({}); }
  bool boolean(bool /*value*/) { return keep({}); }
  bool number_integer(std::int64_t /*value*/) { return keep({}); }
  bool number_unsigned(std::uint64_t /*value*/) { return keep({}); }
  bool number_float(double /*value*/, const std::string& text) { return keep(text); }
  bool string(std::string& text) { return keep(std::move(text)); }
  bool key(std::string& text) { return keep(std::move(text)); }
  bool binary(std::vector<std::uint8_t>& /*bytes*/) { return true; }
  bool start_object(std::size_t /*size*/) { return keep({}); }
  bool end_object() { return true; }
  bool start_array(std::size_t /*size*/) { return keep({}); }
  bool end_array() { return true; }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*why*/) {
    return false;
  }
};

std::size_t nlohmann_sax(const std::string& text) {
  std::size_t count = 0;
  Sax sax{count};
  nlohmann::json::sax_parse(CountingIterator{text.data(), &count},
                            CountingIterator{text.data() + text.size(), &count}, &sax);
  return sax.kept.size();
}

std::size_t ours(const char* path, const std::string& text) {
  slsaudit::text::SourceMap sources;
  slsaudit::text::Arena arena;
  const auto document = slsaudit::syntax::read(sources, arena, path, text);
  return document.root != nullptr ? document.root->children.size() : 0;
}

} // namespace

int main(int argc, char** argv) {
  Texts yaml;
  Texts json;
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    (path.ends_with(".json") ? json : yaml).push_back(bytes.str());
  }
  measure("YAML: libyaml events", yaml, libyaml_events);
  measure("YAML: yaml-cpp events", yaml, yaml_cpp_events);
  measure("YAML: ours", yaml, [](const std::string& text) { return ours("t.yaml", text); });
  measure("JSON: nlohmann SAX, counting", json, nlohmann_sax);
  measure("JSON: libyaml events", json, libyaml_events);
  measure("JSON: ours", json, [](const std::string& text) { return ours("t.json", text); });
  return 0;
}
