// SPDX-License-Identifier: Apache-2.0
// The values of a configuration file, read one by one; what is wrong is collected with its place. Internal to
// the reader of the configuration.
#pragma once

#include "syntax/node.hpp"
#include "text/source_map.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::audit {

/// "slsaudit.yaml:3:5"
[[nodiscard]] std::string place_of(const text::SourceMap& sources, text::Span span);

class ValueReader {
public:
  explicit ValueReader(const text::SourceMap& sources) : sources_(sources) {}

  /// "slsaudit.yaml:3:5: error: …", in the order of the text.
  [[nodiscard]] std::vector<std::string> errors();

protected:
  using Node = syntax::Node;

  std::string word(const Node& node, const std::string& what);
  /// A list of words, or one.
  std::vector<std::string> words(const Node& node, const std::string& what);
  std::optional<bool> boolean(const Node& node, const std::string& what);
  std::optional<std::string> choice(const Node& node, const std::string& what,
                                    const std::vector<std::string_view>& choices);
  std::optional<std::string> date(const Node& node, const std::string& what);
  std::optional<std::int64_t> integer(const Node& node, std::string_view what, std::int64_t least,
                                      std::int64_t most);
  std::optional<double> quantity(const Node& node, std::optional<double> (*parse)(std::string_view),
                                 std::string_view expected);
  /// As rules write it; empty where it is none. Lists hold no lists.
  [[nodiscard]] static std::string literal(const Node& node);

  void unknown_key(const syntax::Entry& entry, std::string_view where,
                   const std::vector<std::string_view>& names);
  /// "EXPECTED, not `…`"
  void wrong(const Node& node, const std::string& expected);
  void report(text::Span span, const std::string& message);
  [[nodiscard]] std::string place(text::Span span) const { return place_of(sources_, span); }

private:
  struct Error {
    std::uint32_t offset = 0;
    std::string line;
  };

  const text::SourceMap& sources_;
  std::vector<Error> errors_;
};

} // namespace slsaudit::audit
