// SPDX-License-Identifier: Apache-2.0
// Prints the median microseconds that reading one template into a tree takes.
#include "syntax/reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) {
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::vector<double> times;
  for (int i = 0; i < 31; ++i) {
    slsaudit::text::SourceMap sources;
    slsaudit::text::Arena arena;
    std::string bytes = text.str();
    const auto start = std::chrono::steady_clock::now();
    const auto document = slsaudit::syntax::read(sources, arena, argv[1], std::move(bytes));
    times.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    if (document.root == nullptr) {
      return 1;
    }
  }
  std::nth_element(times.begin(), times.begin() + 15, times.end());
  std::printf("%.1f\n", times[15]);
  return 0;
}
