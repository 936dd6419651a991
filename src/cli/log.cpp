// SPDX-License-Identifier: Apache-2.0
#include "cli/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

namespace slsaudit::cli {

struct Log::State {
  explicit State(std::ostream& out)
      : logger("slsaudit", std::make_shared<spdlog::sinks::ostream_sink_st>(out, true)) {}
  spdlog::logger logger;
};

Log::Log(std::ostream& out, bool on) {
  if (!on) return;
  state_ = std::make_unique<State>(out);
  state_->logger.set_pattern("[%l] %v");
}

Log::~Log() = default;

void Log::info(const std::string& message) {
  if (state_) state_->logger.info("{}", message);
}

} // namespace slsaudit::cli
