// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/screen.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace slsaudit::report;

namespace {

struct Case {
  const char* text;
  const char* escaped;
};

void check(std::string (*escape)(std::string_view), const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(escape(one.text) == one.escaped);
  }
}

} // namespace

TEST_CASE("no log takes text for a command of its build server") {
  check(printable, {{"::error::x", "\\u{3a}:error::x"},
                    {"  \t::set-output name=a::b", "   \\u{3a}:set-output name=a::b"},
                    {"a\n::error::x", "a\n\\u{3a}:error::x"},
                    {"a AWS::Lambda::Function", "a AWS::Lambda::Function"},
                    {"a ##[add-mask]b", "a #\\u{23}[add-mask]b"},
                    {"##vso[task.setvariable]", "#\\u{23}vso[task.setvariable]"},
                    {"## heading [1]", "## heading [1]"}});
  CHECK(screen_line("x ##[group]").text == "x #\\u{23}[group]");
  CHECK(screen_line("x ##[group]").columns.back() == 16);
}

TEST_CASE("hidden characters are seen") {
  check(one_line, {{"a\r\nb", "a\\u{d} b"},
                   {"soft\xC2\xADhyphen", "soft\\u{ad}hyphen"},
                   {"\xE2\x81\xA6isolate\xE2\x81\xA9", "\\u{2066}isolate\\u{2069}"},
                   {"\xEF\xBF\xBF", "\\u{ffff}"},
                   {"\xF0\x9F\xBF\xBE", "\\u{1fffe}"},
                   {"\xED\xA0\x80", "\\u{ed}\\u{a0}\\u{80}"},
                   {"\xC0\xAF", "\\u{c0}\\u{af}"}});
  CHECK(one_line(std::string_view("a\0b", 3)) == "a\\u{0}b");
}

TEST_CASE("markdown words start nothing") {
  check(markdown_text, {{"plain words, 5 s (at least)", "plain words, 5 s (at least)"},
                        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
                        {"[a](http://b) ![c](d)", "\\[a\\](http:&#8203;//b) \\!\\[c\\](d)"},
                        {"a | b", "a \\| b"},
                        {"a\nb", "a b"},
                        {"# x", "\\# x"},
                        {"- x", "\\- x"},
                        {"1. x", "1\\. x"},
                        {"v1.2", "v1.2"},
                        {"*a* _b_ ~c~ `d`", "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\`"},
                        {"&amp; \\", "&amp;amp; \\\\"},
                        {"@team a@b.c", "@&#8203;team a@&#8203;b.c"},
                        {"#12 GH-12 !12", "#&#8203;12 GH&#8203;-12 !&#8203;12"},
                        {"WWW.example.com", "WWW&#8203;.example.com"},
                        {"$x$ ${AWS::Region}", "&#36;x&#36; &#36;{AWS::Region}"},
                        {"\xE2\x80\xAE", "\\\\u{202e}"}});
}

TEST_CASE("code of markdown ends where it should") {
  check(markdown_code, {{"Orders", "`Orders`"},
                        {"", ""},
                        {"a`b", "<code>a\\`b</code>"},
                        {"a|b", "<code>a\\|b</code>"},
                        {" a", "<code> a</code>"},
                        {"<b>@me", "`<b>@me`"},
                        {"a\nb", "`a b`"}});
  check(markdown_prose, {{"`Orders` hides [x] for 5 s", "`Orders` hides \\[x\\] for 5 s"},
                         {"an odd ` stays", "an odd \\` stays"},
                         {"`a``b`", "`a`\\`b\\`"},
                         {"`` `<i>`", "\\`\\` `<i>`"},
                         {"`a", "\\`a"}});
  CHECK(markdown_block("a: ```\n\nb", "  ") == "  ````\n  a: ```\n  \n  b\n  ````\n");
  CHECK(markdown_block("") == "```\n```\n");
}

TEST_CASE("XML and HTML hold what they can hold") {
  check(xml_text, {{"<a b=\"c\">'&amp;", "&lt;a b=&quot;c&quot;&gt;&#39;&amp;amp;"},
                   {"]]>", "]]&gt;"},
                   {"a\nb\x1b", "a\nb\\u{1b}"}});
  check(xml_attribute, {{"a\nb", "a&#10;b"}});
}

TEST_CASE("workflow commands keep their values to themselves") {
  check(workflow_message, {{"100% a\r\nb: c, d", "100%25 a\\u{d}%0Ab: c, d"},
                           {"::error::x\n::error::y", "\\u{3a}:error::x%0A\\u{3a}:error::y"}});
  check(workflow_property, {{"a:b,c=d%0A\n", "a%3Ab%2Cc=d%250A%0A"}});
}

TEST_CASE("CSV starts no formula") {
  check(csv_field, {{"plain", "plain"},
                    {"a,b", "\"a,b\""},
                    {"say \"x\"", "\"say \"\"x\"\"\""},
                    {"=1+2", "'=1+2"},
                    {"  =1", "'  =1"},
                    {"-x", "'-x"},
                    {"+x", "'+x"},
                    {"@SUM(A1)", "'@SUM(A1)"},
                    {"\t=1", "' =1"},
                    {"=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\""},
                    {"\xEF\xBC\x9D"
                     "1",
                     "'\xEF\xBC\x9D"
                     "1"},
                    {"a\nb", "a b"},
                    {"", ""}});
}

TEST_CASE("JSON gives hidden characters back") {
  check(json_text, {{"{\n  \"a\": \"\xC3\xA9\"\n}", "{\n  \"a\": \"\xC3\xA9\"\n}"},
                    {"\"\xE2\x80\xAE\"", "\"\\u202e\""},
                    {"\"\xC2\x9B\x7F\"", "\"\\u009b\\u007f\""},
                    {"\"\xF3\xA0\x80\x81\"", "\"\\udb40\\udc01\""},
                    {"\"\xFF\"", "\"\\ufffd\""}});
}

TEST_CASE("SARIF messages link nowhere, and paths are URIs") {
  check(sarif_text, {{"`a[0]` is (b)", "`a[0]` is (b)"}, {"[x](http://y)", "\\[x\\](http://y)"}});
  check(uri_path, {{"a/b c%d#e?f:g", "a/b%20c%25d%23e%3Ff%3Ag"}, {"\xC3\xA9", "%C3%A9"}});
}
