// SPDX-License-Identifier: Apache-2.0
#include "cli/disk.hpp"

#include "cli/build.hpp"
#include "cli/terminal.hpp"
#include "cli/watcher.hpp"
#include "dialect/limits.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <poll.h>
#include <streambuf>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace slsaudit::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t min_width = 60;
constexpr std::uint32_t max_width = 160;
constexpr std::uint32_t margin = 8; ///< Line number and bar beside a code line.

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

text::Failure cannot_write(const std::string& path, int error) {
  return {"cannot write " + path + ": " + std::generic_category().message(error)};
}

/// All bytes; 0, or what errno says.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) { // a terminal or pipe that somebody has made non-blocking
      pollfd ready{descriptor, POLLOUT, 0};
      (void)poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

/// 0, or what errno says.
int write_file(const std::string& path, const std::string& bytes) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return errno;
  const int failed = write_all(descriptor, bytes);
  // Of a full disk or quota some file systems tell on closing only.
  const int closed = close(descriptor) == 0 ? 0 : errno;
  return failed != 0 ? failed : closed;
}

text::Result<bool> write_directly(const std::string& path, const std::string& bytes) {
  const int failed = write_file(path, bytes);
  if (failed != 0 && failed != EPIPE) return cannot_write(path, failed);
  return true;
}

std::string too_much(std::size_t most) {
  return "it would get more bytes than the limit of " + std::to_string(most) + " (output)";
}

/// Standard output, which remembers why it fails: a stream only knows that it did.
class OutputBuffer : public std::streambuf {
public:
  OutputBuffer() : bytes_(1U << 16U) { empty(); }
  void limit(std::size_t most) { left_ = limit_ = most; }
  [[nodiscard]] std::size_t limit() const { return limit_; }
  /// Empty when nothing failed, or only because the reader has gone, as in `slsaudit … | head`.
  [[nodiscard]] std::string failure() const {
    if (failed_ == EFBIG && left_ == 0) return too_much(limit_);
    return failed_ == 0 || failed_ == EPIPE ? "" : std::generic_category().message(failed_);
  }

protected:
  int sync() override {
    const std::string_view bytes(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    if (failed_ == 0) failed_ = write_all(STDOUT_FILENO, bytes.substr(0, left_));
    if (failed_ == 0 && bytes.size() > left_) failed_ = EFBIG;
    left_ -= std::min(left_, bytes.size());
    empty();
    return failed_ == 0 ? 0 : -1;
  }
  int_type overflow(int_type character) override {
    if (sync() != 0) return traits_type::eof();
    if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    return sputc(traits_type::to_char_type(character));
  }

private:
  void empty() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }

  std::vector<char> bytes_;
  std::size_t limit_ = dialect::Limits().max_output;
  std::size_t left_ = limit_;
  int failed_ = 0;
};

/// Where a standard stream is closed, the next file that is opened would take its place, and a report could
/// be written into it.
void occupy_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) != -1) continue;
    // Opened for the other direction, so that using it still fails.
    if (open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
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
  if (const int failed = write_file(temporary, bytes); failed != 0) {
    fs::remove(temporary, error);
    return cannot_write(path, failed);
  }
  if (fs::exists(status)) fs::permissions(temporary, status.permissions(), error);
  fs::rename(temporary, target, error);
  if (!error) return true;
  const std::string reason = error.message();
  fs::remove(temporary, error);
  return text::Failure{"cannot write " + path + ": " + reason};
}

text::Result<bool> keep_file(const std::string& path, const std::string& bytes) {
  std::string temporary = path + ".XXXXXX";
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC); // new, and nobody else's
  if (descriptor < 0) return cannot_write(path, errno);
  int failed = write_all(descriptor, bytes);
  if (close(descriptor) != 0 && failed == 0) failed = errno;
  if (failed == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) failed = errno;
  if (failed == 0) return true;
  (void)unlink(temporary.c_str());
  return cannot_write(path, failed);
}

text::Result<bool> make_own_directory(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return true;
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    if (mkdir(path.substr(0, end).c_str(), 0700) == 0 || errno == EEXIST) continue;
    return text::Failure{"cannot make " + path + ": " + std::generic_category().message(errno)};
  }
  if (fs::is_directory(path, error)) return true;
  return text::Failure{"cannot make " + path + ": it is not a directory"};
}

std::size_t remove_unused_files(const std::string& directory, bool (*is_own)(std::string_view name),
                                int days) {
  DIR* const open_directory = opendir(directory.c_str());
  if (open_directory == nullptr) return 0;
  const int place = dirfd(open_directory);
  const std::time_t oldest = std::time(nullptr) - std::time_t{days} * 24 * 60 * 60;
  std::size_t removed = 0;
  while (const dirent* const entry = readdir(open_directory)) {
    if (!is_own(entry->d_name)) continue;
    struct stat status {};
    if (fstatat(place, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
      continue;
    if (std::max(status.st_mtime, status.st_atime) >= oldest) continue;
    if (unlinkat(place, entry->d_name, 0) == 0) removed += 1;
  }
  (void)closedir(open_directory);
  return removed;
}

World real_world() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN); // a file that may grow no longer is a failed write, too
  occupy_closed_streams();
  std::ios::sync_with_stdio(false);
  static const text::DiskFileSystem files;
  static OutputBuffer buffer;
  static std::ostream out(&buffer);
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  const auto write = [](const std::string& path, const std::string& bytes) -> text::Result<bool> {
    if (bytes.size() > buffer.limit())
      return text::Failure{"cannot write " + path + ": " + too_much(buffer.limit())};
    return write_atomically(path, bytes);
  };
  World world{std::cin, out, std::cerr, files, write, seconds, today};
  world.limit_output = [](std::size_t most) { buffer.limit(most); };
  world.environment = environment;
  world.revision = [](const std::string& name) { return git::open_revision(".", name); };
  world.references = [] { return git::reference_names("."); };
  world.terminal = isatty(STDOUT_FILENO) == 1;
  world.error_terminal = isatty(STDERR_FILENO) == 1;
  world.output_failure = [] { return buffer.failure(); };
  world.colour = Terminal(world).colours();
  world.width = terminal_width();
  world.watch = make_disk_watcher;
  world.leave = [](std::shared_ptr<const void> made) {
    static auto* const left = new std::vector<std::shared_ptr<const void>>; // is never taken to pieces either
    left->push_back(std::move(made));
  };
  world.program = program_identity;
  world.make_directory = make_own_directory;
  world.keep = keep_file;
  world.remove_unused = remove_unused_files;
  return world;
}

} // namespace slsaudit::cli
