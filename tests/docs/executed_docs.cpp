// SPDX-License-Identifier: Apache-2.0
// Runs the commands that the README and docs show, and compares what they print.
//
//   executed_docs SLSAUDIT ROOT FILE.md...
//
// A block fenced with ```console (or more backticks) holds commands after "$ " and their output. A line "…"
// stands for any lines; times
// ("3 ms") are not compared. Commands that don't begin with "slsaudit" or "./build/release/bin/slsaudit" are
// shown only.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Shown {
  std::string file;
  int line = 0;
  std::string command;
  std::vector<std::string> output;
};

std::vector<Shown> read(const std::string& path) {
  std::vector<Shown> all;
  std::ifstream file(path);
  bool inside = false;
  std::size_t fence = 0; // backticks of the one that is open
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    // A fence ends at one that is as long: output may hold shorter ones.
    const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
    if (ticks >= 3 && (fence == 0 || (ticks >= fence && ticks == line.size()))) {
      inside = fence == 0 && line.substr(ticks) == "console";
      fence = fence == 0 ? ticks : 0;
    } else if (inside && line.rfind("$ ", 0) == 0) {
      all.push_back({path, number, line.substr(2), {}});
    } else if (inside && !all.empty()) {
      all.back().output.push_back(line);
    }
  }
  return all;
}

/// Digits before " ms" or " s" at the end of a line become "N".
std::string without_time(const std::string& line) {
  for (const std::string unit : {" ms", " s"}) {
    if (line.size() > unit.size() && line.compare(line.size() - unit.size(), unit.size(), unit) == 0) {
      std::size_t begin = line.size() - unit.size();
      while (begin > 0 &&
             (std::isdigit(static_cast<unsigned char>(line[begin - 1])) != 0 || line[begin - 1] == '.')) {
        --begin;
      }
      return line.substr(0, begin) + "N";
    }
  }
  return line;
}

std::vector<std::string> run(const std::string& command) {
  std::vector<std::string> lines;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    return lines;
  }
  std::string text;
  char buffer[4096];
  for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    text.append(buffer, count);
  }
  pclose(pipe);
  std::istringstream split(text);
  for (std::string line; std::getline(split, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// Whether `actual` is `expected`, whose "…" lines stand for any lines. Both without trailing empty lines.
bool agrees(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  std::vector<bool> reachable(actual.size() + 1,
                              false); // after the lines so far, which prefixes of actual are matched
  reachable[0] = true;
  for (const std::string& line : expected) {
    std::vector<bool> next(actual.size() + 1, false);
    for (std::size_t i = 0; i <= actual.size(); ++i) {
      if (line == "…") {
        next[i] = reachable[i] || (i > 0 && next[i - 1]);
      } else if (i < actual.size() && reachable[i] && without_time(line) == without_time(actual[i])) {
        next[i + 1] = true;
      }
    }
    reachable = next;
  }
  return reachable[actual.size()];
}

void trim(std::vector<std::string>& lines) {
  while (!lines.empty() && lines.back().empty()) {
    lines.pop_back();
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: executed_docs SLSAUDIT ROOT FILE.md...\n");
    return 2;
  }
  const std::string tool = argv[1];
  int failed = 0;
  int executed = 0;
  for (int i = 3; i < argc; ++i) {
    for (Shown shown : read(argv[i])) {
      std::string command = shown.command;
      const std::string prefix = "./build/release/bin/";
      if (command.rfind(prefix, 0) == 0) {
        command = command.substr(prefix.size());
      }
      if (command.rfind("slsaudit", 0) != 0) {
        continue;
      }
      ++executed;
      const std::string piped = "| slsaudit ";
      for (std::size_t at = command.find(piped); at != std::string::npos; at = command.find(piped, at + 1))
        command.replace(at, piped.size(), "| '" + tool + "' ");
      command = "cd '" + std::string(argv[2]) + "' && '" + tool + "'" +
                command.substr(std::string("slsaudit").size());
      std::vector<std::string> actual = run(command);
      trim(actual);
      trim(shown.output);
      if (!agrees(shown.output, actual)) {
        ++failed;
        std::printf("%s:%d: `%s` prints something else:\n", shown.file.c_str(), shown.line,
                    shown.command.c_str());
        for (const std::string& line : actual) {
          std::printf("%s\n", line.c_str());
        }
      }
    }
  }
  std::printf("%d commands of the documentation run, %d differ\n", executed, failed);
  return failed == 0 && executed > 0 ? 0 : 1;
}
