// SPDX-License-Identifier: Apache-2.0
// Audits every file of a collection of public templates, one process each: none may crash, hang or take too
// much memory, and nearly all must load.
//
//   corpus_sweep SLSAUDIT COLLECTION [SECONDS MEGABYTES]
//
// COLLECTION holds index.tsv (path, kind, …) and malformed/expected.tsv (path, expect, at, …). Without it the
// sweep has nothing to do and says so.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

struct Run {
  int exit_code = -1; ///< Or minus the signal's number.
  double seconds = 0;
  double megabytes = 0;
  std::string output; ///< Standard error and output together.
};

constexpr std::size_t kept_output = 64 * 1024;

Run run(const std::vector<std::string>& command, double limit_seconds) {
  int ends[2] = {-1, -1};
  if (pipe(ends) != 0) {
    std::perror("pipe");
    std::exit(2);
  }
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    alarm(static_cast<unsigned>(limit_seconds * 4)); // kills what hangs for good
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
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
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
  const bool exited = run.exit_code == 0 || run.exit_code == 1 || run.exit_code == 3;
  if (exited && run.seconds <= seconds && run.megabytes <= megabytes) {
    return true;
  }
  std::printf("FAILED %s: exit %d, %.2f s, %.0f MB\n%s\n", path.c_str(), run.exit_code, run.seconds,
              run.megabytes, exited ? "" : run.output.c_str());
  return false;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::fprintf(stderr, "usage: corpus_sweep SLSAUDIT COLLECTION [SECONDS MEGABYTES]\n");
    return 2;
  }
  const std::string tool = argv[1];
  const std::string root = argv[2];
  const double seconds = argc == 5 ? std::atof(argv[3]) : 5;
  const double megabytes = argc == 5 ? std::atof(argv[4]) : 500;
  Tally tally;
  for (const auto& row : table(root + "/index.tsv")) {
    const Run result = run({tool, "check", "--no-color", root + "/" + row[0]}, seconds);
    ++tally.files;
    tally.failed += judge(row[0], result, seconds, megabytes) ? 0 : 1;
    if (row.size() > 1 && (row[1] == "sam" || row[1] == "cfn" || row[1] == "sls")) {
      ++tally.templates;
      if (result.exit_code == 3) {
        ++tally.with_errors;
        std::printf("not loaded whole: %s\n", row[0].c_str());
      }
    }
  }
  for (const auto& row : table(root + "/malformed/expected.tsv")) {
    const Run result = run({tool, "check", "--no-color", root + "/malformed/" + row[0]}, seconds);
    ++tally.files;
    bool good = judge(row[0], result, seconds, megabytes);
    if (good && row.size() > 1 && ((row[1] == "error") != (result.exit_code == 3)) && row[1] != "either") {
      std::printf("FAILED malformed/%s: expected %s, exit %d\n%s\n", row[0].c_str(), row[1].c_str(),
                  result.exit_code, result.output.c_str());
      good = false;
    }
    tally.failed += good ? 0 : 1;
  }
  if (tally.files == 0) {
    std::printf("no collection of templates at %s: nothing to sweep\n", root.c_str());
    return 77; // skipped
  }
  const double loaded =
      tally.templates == 0 ? 0 : 100.0 * (tally.templates - tally.with_errors) / tally.templates;
  std::printf("%d files, %d failed; %d templates, %.1f %% load without an error\n", tally.files, tally.failed,
              tally.templates, loaded);
  return tally.failed == 0 && loaded >= 97 ? 0 : 1;
}
