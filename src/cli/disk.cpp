// SPDX-License-Identifier: Apache-2.0
#include "cli/disk.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>

namespace slsaudit::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t min_width = 60;
constexpr std::uint32_t max_width = 160;
constexpr std::uint32_t margin = 8; ///< Line number and bar beside a code line.

bool wants_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (no_color != nullptr && *no_color != 0) return false;
  return isatty(STDOUT_FILENO) == 1 && (term == nullptr || std::string_view(term) != "dumb");
}

std::uint32_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 120;
  return std::clamp<std::uint32_t>(size.ws_col, min_width, max_width) - margin;
}

std::string today() {
  const std::chrono::year_month_day date(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

text::Failure cannot_write(const std::string& path) {
  return {"cannot write " + path};
}

text::Result<bool> write_directly(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return cannot_write(path);
  return true;
}

} // namespace

text::Result<bool> write_atomically(const std::string& path, const std::string& bytes) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) return text::Failure{"cannot write " + path + ": it is a directory"};
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_directly(path, bytes);
  // A link stays one: its target is what gets replaced.
  const fs::path target = fs::exists(status) ? fs::canonical(path, error) : fs::path(path);
  const std::string temporary = fmt::format("{}.{}.tmp", target.string(), getpid());
  auto written = write_directly(temporary, bytes);
  if (!written.ok()) return cannot_write(path);
  if (fs::exists(status)) fs::permissions(temporary, status.permissions(), error);
  fs::rename(temporary, target, error);
  if (!error) return true;
  const std::string reason = error.message();
  fs::remove(temporary, error);
  return text::Failure{"cannot write " + path + ": " + reason};
}

World real_world() {
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  static const text::DiskFileSystem files;
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  const auto revision = [](const std::string& name) { return git::open_revision(".", name); };
  const auto references = [] { return git::reference_names("."); };
  return {std::cin, std::cout,      std::cerr,        files,       write_atomically, seconds,
          today,    wants_colour(), terminal_width(), environment, revision,         references};
}

} // namespace slsaudit::cli
