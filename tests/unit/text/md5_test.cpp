// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/md5.hpp"

using namespace slsaudit;

TEST_CASE("MD5 of the texts that its RFC gives, and of those around the size of a block") {
  struct Row {
    std::string text;
    std::string digest;
  };
  const auto row = GENERATE(values<Row>({
      {"", "d41d8cd98f00b204e9800998ecf8427e"},
      {"abc", "900150983cd24fb0d6963f7d28e17f72"},
      {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
      {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
       "57edf4a22be3c955ac49da2e2107b67a"},
      {std::string(55, 'a'), "ef1772b6dff9a122358552954ad0df65"},
      {std::string(56, 'a'), "3b0c8ac703f828b04c6c197006d17218"},
      {std::string(64, 'a'), "014842d480b571495a4a0363793f7367"},
  }));
  CHECK(text::md5_hex(row.text) == row.digest);
}
