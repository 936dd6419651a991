// SPDX-License-Identifier: Apache-2.0
// YAML by libyaml, which reads all that there is, and says what is wrong.
// docs/decisions/0001-template-readers.md says why. Internal to this folder.
#pragma once

#include "syntax/yaml_events.hpp"
#include "syntax/yaml_text.hpp"

#include <memory>
#include <string_view>

namespace slsaudit::syntax {

class YamlLibrary {
public:
  /// Both must outlive this object.
  YamlLibrary(const YamlText& prepared, std::string_view text);
  ~YamlLibrary();
  YamlLibrary(const YamlLibrary&) = delete;
  YamlLibrary& operator=(const YamlLibrary&) = delete;

  /// The next event, whose texts stay until the one after it; null where the text is wrong.
  [[nodiscard]] const YamlEvent* next();

  /// What is wrong, once next() has failed.
  struct Failure {
    std::string_view problem; ///< Both are the library's own.
    std::string_view context;
    std::size_t at = 0; ///< Byte offsets.
    std::size_t context_at = 0;
  };
  [[nodiscard]] Failure failure() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace slsaudit::syntax
