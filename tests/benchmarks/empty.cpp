// SPDX-License-Identifier: Apache-2.0
// A program that does nothing but link what slsaudit links: what the loader costs.
#include <spdlog/spdlog.h>
#include <yaml-cpp/yaml.h>
#include <yaml.h>

int main(int argc, char**) {
  // Never true; keeps the linker from dropping the libraries.
  if (argc > 1000) {
    int major = 0;
    yaml_get_version(&major, &major, &major);
    spdlog::info("{}", YAML::Load("a: 1")["a"].as<int>() + major);
  }
  return 0;
}
