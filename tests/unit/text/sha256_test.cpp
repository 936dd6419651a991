// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/sha256.hpp"

#include <random>

using namespace slsaudit;

TEST_CASE("SHA-256 of the texts that its standard gives, and of those around the size of a block") {
  struct Row {
    std::string text;
    std::string digest;
  };
  const auto row = GENERATE(values<Row>({
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopq"
       "r"
       "stnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {std::string(55, 'a'), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
      {std::string(56, 'a'), "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
      {std::string(63, 'a'), "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
      {std::string(64, 'a'), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
      {std::string(65, 'a'), "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
      {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  }));
  CHECK(text::hex(text::sha256(row.text)) == row.digest);
  for (const std::size_t piece : {1U, 3U, 63U, 64U, 65U}) {
    text::Sha256 sum;
    for (std::size_t at = 0; at < row.text.size(); at += piece) sum.add(row.text.substr(at, piece));
    CHECK(text::hex(sum.finish()) == row.digest);
  }
}

TEST_CASE("the processor's instructions give what the arithmetic gives") {
  std::mt19937 random(1);
  std::string blocks(100 * text::sha256_block, '\0');
  for (char& c : blocks) c = static_cast<char>(random() & 0xffU);
  text::Sha256State first{};
  for (std::uint32_t& word : first) word = static_cast<std::uint32_t>(random());
  text::Sha256State second = first;
  if (!text::add_sha256_blocks_by_instructions(second, blocks.data(), 100)) return; // there are none here
  text::add_sha256_blocks(first, blocks.data(), 100);
  CHECK(first == second);
}
