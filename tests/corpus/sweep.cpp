// SPDX-License-Identifier: Apache-2.0
// Audits every file of a collection of public templates, one process each: none may crash, hang or take too
// much memory, nearly all must load, and what is wrong with the malformed ones must be said where it is. All
// that is printed must be valid UTF-8 without control characters, and JSON where it says so.
//
//   corpus_sweep SLSAUDIT COLLECTION [SECONDS MEGABYTES]
//
// COLLECTION (or $SLSAUDIT_SHARED/corpus where that is set) holds index.tsv (path, kind, …) and
// malformed/expected.tsv (path, expect, at, …). Without it the sweep has nothing to do and says so.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

struct Run {
  int exit_code = -1; ///< Or minus the signal's number.
  double seconds = 0; ///< Of processor time: on a busy machine the clock tells little.
  double megabytes = 0;
  std::string output; ///< Standard error and output together.
};

constexpr std::size_t kept_output = 16U << 20U;

/// Where slsaudit speaks from another place than the collection names, or has nothing to say.
struct Exception {
  std::string_view path;
  std::string_view at; ///< What is checked instead; empty: no place.
  std::string_view reason;
};
constexpr auto exceptions = std::to_array<Exception>({
    {"cfn-condition-cycle.yaml", "3:3", "the condition's name is the narrowest place that names the circle"},
    {"cfn-dependson-cycle.yaml", "3:3", "a circle of dependencies is told at its first resource"},
    {"cfn-nested-cycle-a.yaml", "", "a nested template is read where it lies, never through its parent"},
    {"cfn-nested-cycle-b.yaml", "", "as above"},
    {"cfn-nested-self.yaml", "", "as above"},
    {"encoding-utf16be-no-bom.yaml", "", "decoded: nothing is wrong"},
    {"encoding-utf16le-bom.yaml", "", "decoded: nothing is wrong"},
    {"sam-no-transform.yaml", "4:11", "the type that needs the transform is the place"},
    {"sls-file-cycle/serverless.yml", "7:12", "the other circle is told in the file that closes it, a.yml"},
    {"sls-variable-syntax/serverless.yml", "9:6", "the framework takes `${` and `${}` for plain text"},
});

Run run(const std::vector<std::string>& command, double limit_seconds) {
  int ends[2] = {-1, -1};
  if (pipe(ends) != 0) {
    std::perror("pipe");
    std::exit(2);
  }
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    alarm(static_cast<unsigned>(limit_seconds * 10)); // kills what hangs for good
    std::vector<char*> arguments;
    for (const std::string& word : command) {
      arguments.push_back(const_cast<char*>(word.c_str())); // NOLINT: execv's signature
    }
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  Run result;
  char buffer[8192];
  for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof buffer)) > 0;) {
    if (result.output.size() < kept_output) {
      result.output.append(buffer, static_cast<std::size_t>(count));
    }
  }
  close(ends[0]);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  result.seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  result.megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

std::vector<std::vector<std::string>> table(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line); // the header
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::istringstream split(line);
    for (std::string cell; std::getline(split, cell, '\t');) {
      cells.push_back(cell);
    }
    if (!cells.empty()) {
      rows.push_back(cells);
    }
  }
  return rows;
}

struct Tally {
  int files = 0;
  int failed = 0;      ///< Crashed, hung, or took too much.
  int templates = 0;   ///< Well-formed ones.
  int with_errors = 0; ///< Of those, the ones that did not load whole.
};

bool judge(const std::string& path, const Run& run, double seconds, double megabytes) {
  // Sanitizers end a program with 1, too.
  const bool sanitized = run.output.find("Sanitizer: ") != std::string::npos ||
                         run.output.find(": runtime error: ") != std::string::npos;
  const bool exited = !sanitized && (run.exit_code == 0 || run.exit_code == 1 || run.exit_code == 3);
  if (exited && run.seconds <= seconds && run.megabytes <= megabytes) {
    return true;
  }
  std::printf("FAILED %s: exit %d, %.2f s, %.0f MB\n%s\n", path.c_str(), run.exit_code, run.seconds,
              run.megabytes, exited ? "" : run.output.c_str());
  return false;
}

/// Neither a control character other than line ends and tabs, nor anything that isn't UTF-8.
bool is_printable(const std::string& text) {
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
  });
  nlohmann::json string = text;
  try {
    return !controls && !string.dump().empty();
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Whether the output names the place: "path:3:7", or any column where only "3:" is given.
bool names_place(const std::string& output, const std::string& path, std::string_view at) {
  const std::string place = path + ":" + std::string(at);
  const bool whole_line = at.back() == ':';
  for (std::size_t found = output.find(place); found != std::string::npos;
       found = output.find(place, found + 1)) {
    const char next = found + place.size() < output.size() ? output[found + place.size()] : '\n';
    if ((next >= '0' && next <= '9') == whole_line) {
      return true;
    }
  }
  return false;
}

class Sweep {
public:
  Sweep(std::string tool, std::string root, double seconds, double megabytes)
      : tool_(std::move(tool)), root_(std::move(root)), seconds_(seconds), megabytes_(megabytes),
        scratch_(std::filesystem::temp_directory_path() / ("corpus-sweep-" + std::to_string(getpid()))) {
    std::filesystem::create_directory(scratch_);
  }
  Sweep(const Sweep&) = delete;
  Sweep& operator=(const Sweep&) = delete;
  ~Sweep() { std::filesystem::remove_all(scratch_); }

  void well_formed(const std::vector<std::string>& row) {
    const Run result = audit(row[0], seconds_, megabytes_);
    if (row.size() > 1 && (row[1] == "sam" || row[1] == "cfn" || row[1] == "sls")) {
      ++tally.templates;
      if (result.exit_code == 3) {
        ++tally.with_errors;
        std::printf("not loaded whole: %s\n", row[0].c_str());
      }
    }
  }

  /// Bounds are narrower here: these files are small.
  void malformed(const std::vector<std::string>& row) {
    const int failed = tally.failed;
    const std::string path = "malformed/" + row[0];
    const Run result = audit(path, seconds_ * 2 / 5, megabytes_ * 2 / 5);
    if (tally.failed > failed) return;
    const std::string& expected = row[1];
    std::string_view at = row.size() > 2 ? std::string_view(row[2]) : std::string_view();
    for (const Exception& exception : exceptions) {
      if (exception.path == row[0]) at = exception.at;
    }
    std::string wrong;
    if (expected != "either" && (expected == "error") != (result.exit_code == 3)) {
      wrong = "expected " + expected + ", exit " + std::to_string(result.exit_code);
    } else if (!at.empty() && !names_place(result.output, root_ + "/" + path, at)) {
      wrong = "nothing is said at " + std::string(at);
    }
    if (wrong.empty()) return;
    std::printf("FAILED %s: %s\n%s\n", path.c_str(), wrong.c_str(), result.output.substr(0, 4000).c_str());
    ++tally.failed;
  }

  /// All at once, as one system: the templates found by walking.
  void whole() {
    tally.files -= 1;
    audit(".", seconds_ * 6, megabytes_ * 2);
  }

  Tally tally;

private:
  Run audit(const std::string& path, double seconds, double megabytes) {
    const std::string json = (scratch_ / "report.json").string();
    const std::string sarif = (scratch_ / "report.sarif").string();
    Run result = run({tool_, "check", "--no-color", "--verbose", "--report", "json=" + json, "--report",
                      "sarif=" + sarif, path == "." ? root_ : root_ + "/" + path},
                     seconds);
    ++tally.files;
    slowest = std::max(slowest, result.seconds);
    largest = std::max(largest, result.megabytes);
    bool good = judge(path, result, seconds, megabytes);
    if (good && !is_printable(result.output)) {
      std::printf("FAILED %s: control characters or invalid UTF-8 in the output\n", path.c_str());
      good = false;
    }
    for (const std::string& report : {json, sarif}) {
      const std::string text = contents(report);
      if (good && (!is_printable(text) || !nlohmann::json::accept(text))) {
        std::printf("FAILED %s: %s is not clean JSON\n", path.c_str(), report.c_str());
        good = false;
      }
      std::filesystem::remove(report);
    }
    tally.failed += good ? 0 : 1;
    return result;
  }

  std::string tool_;
  std::string root_;
  double seconds_;
  double megabytes_;
  std::filesystem::path scratch_;

public:
  double slowest = 0;
  double largest = 0;
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::fprintf(stderr, "usage: corpus_sweep SLSAUDIT COLLECTION [SECONDS MEGABYTES]\n");
    return 2;
  }
  const std::string tool = argv[1];
  const char* shared = std::getenv("SLSAUDIT_SHARED");
  const std::string given = shared != nullptr ? std::string(shared) + "/corpus" : argv[2];
  std::error_code absent;
  // Reports name paths without "..".
  const std::filesystem::path canonical = std::filesystem::canonical(given, absent);
  const std::string root = absent ? given : canonical.string();
  const double seconds = argc == 5 ? std::atof(argv[3]) : 5;
  const double megabytes = argc == 5 ? std::atof(argv[4]) : 500;
  Sweep sweep(tool, root, seconds, megabytes);
  for (const auto& row : table(root + "/index.tsv")) sweep.well_formed(row);
  for (const auto& row : table(root + "/malformed/expected.tsv")) sweep.malformed(row);
  const Tally& tally = sweep.tally;
  if (tally.files == 0) {
    std::printf("no collection of templates at %s: nothing to sweep\n", root.c_str());
    return 77; // skipped
  }
  std::printf("slowest %.2f s, largest %.0f MB\n", sweep.slowest, sweep.largest);
  sweep.whole();
  const double loaded =
      tally.templates == 0 ? 0 : 100.0 * (tally.templates - tally.with_errors) / tally.templates;
  std::printf("%d files, %d failed; %d templates, %.1f %% load without an error\n", tally.files, tally.failed,
              tally.templates, loaded);
  return tally.failed == 0 && loaded >= 97 ? 0 : 1;
}
