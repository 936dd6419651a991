// SPDX-License-Identifier: Apache-2.0
// What --verbose tells on standard error.
#pragma once

#include <memory>
#include <ostream>
#include <string>

namespace slsaudit::cli {

class Log {
public:
  /// Says nothing unless `on`.
  Log(std::ostream& out, bool on);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  void info(const std::string& message);

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace slsaudit::cli
