// SPDX-License-Identifier: Apache-2.0
// Pieces that templates of tests are put together from.
#pragma once

#include <string>

namespace slsaudit::support {

/// What a function needs beside what is tested.
inline const std::string function_tail =
    "Code: {S3Bucket: b, S3Key: k}, Role: r, Handler: i.h, Runtime: nodejs22.x";

/// A template of one resource, `R`.
inline std::string one(const std::string& type, const std::string& properties) {
  return "Resources:\n  R: {Type: " + type + ", Properties: {" + properties + "}}\n";
}

} // namespace slsaudit::support
