// SPDX-License-Identifier: Apache-2.0
#include "dialect/template.hpp"

namespace slsaudit::dialect {

std::string_view name(Dialect dialect) {
  switch (dialect) {
  case Dialect::cloudformation:
    return "cloudformation";
  case Dialect::sam:
    return "sam";
  case Dialect::serverless:
    return "serverless";
  }
  return "";
}

} // namespace slsaudit::dialect
