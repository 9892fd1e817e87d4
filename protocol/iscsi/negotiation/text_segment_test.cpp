#include "protocol/iscsi/negotiation/text_segment.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/negotiation/text_transfer.hpp"

namespace {
using namespace lunsim::negotiation;

/// A literal with its embedded nulls.
template <std::size_t n>
std::string text(const char (&literal)[n]) {
  return std::string(literal, n - 1);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(text_segment)

BOOST_AUTO_TEST_CASE(pairs_come_in_their_order_with_their_offsets) {
  const std::string segment = text("HeaderDigest=None\0MaxBurstLength=512\0");
  const auto pairs = parse_text(segment);
  BOOST_REQUIRE(pairs.has_value());
  BOOST_REQUIRE(pairs->size() == 2u);
  BOOST_TEST((*pairs)[0].key == "HeaderDigest");
  BOOST_TEST((*pairs)[0].value == "None");
  BOOST_TEST((*pairs)[1].value == "512");
  BOOST_TEST((*pairs)[1].byte_offset == 18u);
}

BOOST_AUTO_TEST_CASE(an_empty_segment_has_no_pairs) { BOOST_TEST(parse_text("").value().empty()); }

BOOST_AUTO_TEST_CASE(later_equal_signs_belong_to_the_value) {
  const std::string segment = text("CHAP_R=0bZg==\0TargetAlias=\0");
  const auto pairs = parse_text(segment).value();
  BOOST_TEST(pairs[0].value == "0bZg==");
  BOOST_TEST(pairs[1].value == "");
}

BOOST_AUTO_TEST_CASE(broken_structure_is_refused_with_its_place) {
  BOOST_TEST(parse_text("InitialR2T=Yes").error().byte_offset == 14u);   // no null at the end
  BOOST_TEST(parse_text(text("A=1\0B=2")).error().byte_offset == 7u);
  BOOST_TEST(parse_text(text("A=1\0nothing\0")).error().byte_offset == 4u);
  BOOST_TEST(parse_text(text("A=1\0\0")).error().byte_offset == 4u);   // an empty item
  BOOST_TEST(!parse_text(text("=1\0")));
  BOOST_TEST(parse_text(text("A=1\0")).has_value());
}

BOOST_AUTO_TEST_CASE(a_key_is_a_label_of_at_most_63_characters) {
  const std::string longest = "X-" + std::string(61, 'a');
  BOOST_TEST(parse_text(longest + "=1" + std::string(1, '\0')).has_value());
  BOOST_TEST(!parse_text(longest + "b=1" + std::string(1, '\0')));
  for (const auto* key : {"Max Burst", "Max,Burst", "Max/Burst", "Max\tBurst", "M\xc3\xa4x", "X#",
                          "A#b", "Max:Burst", "[Max]", "Max~"}) {
    BOOST_TEST_CONTEXT(key) BOOST_TEST(!is_key_label(key));
  }
  for (const auto* key :
       {"CHAP_A", "X-com.example.a+b@c-d", "X#NodeArchitecture", "SRP_s", "headerdigest"}) {
    BOOST_TEST_CONTEXT(key) BOOST_TEST(is_key_label(key));
  }
}

BOOST_AUTO_TEST_CASE(a_value_is_at_most_255_bytes_unless_its_key_says_more) {
  const auto segment = [](std::string key, std::size_t n, char c = '1') {
    return key + "=" + std::string(n, c) + std::string(1, '\0');
  };
  BOOST_TEST(parse_text(segment("X-a", 255)).has_value());
  BOOST_TEST(!parse_text(segment("X-a", 256)));
  BOOST_TEST(parse_text(segment("CHAP_N", 255)).has_value());
  BOOST_TEST(!parse_text(segment("CHAP_N", 256)));
  BOOST_TEST(parse_text(segment("CHAP_C", 2050)).has_value());
  BOOST_TEST(!parse_text(segment("CHAP_C", 2051)));
  BOOST_TEST(!parse_text(segment("CHAP_I", 2050)));
}

BOOST_AUTO_TEST_CASE(an_unknown_key_may_carry_a_long_encoded_value) {
  const std::string value = "0x" + std::string(kEncodedValueBytesMax - 2, 'a');
  BOOST_TEST(parse_text("X-a=" + value + std::string(1, '\0')).has_value());
  BOOST_TEST(!parse_text("X-a=" + value + "a" + std::string(1, '\0')));
}

BOOST_AUTO_TEST_CASE(control_characters_are_refused_and_utf8_is_not) {
  BOOST_TEST(!parse_text(text("InitiatorAlias=a\nb\0")));
  BOOST_TEST(!parse_text(text("InitiatorAlias=a\x7f\0")));
  BOOST_TEST(parse_text(text("InitiatorAlias=Rechner \xc3\xa4\0")).has_value());
}

BOOST_AUTO_TEST_CASE(bytes_and_pairs_are_bounded) {
  std::string many;
  for (std::size_t i = 0; i < kPairsMax; ++i) many += text("a=b\0");
  BOOST_TEST(parse_text(many).value().size() == kPairsMax);
  BOOST_TEST(!parse_text(many + text("a=b\0")));
  const std::string pair = "X-a=" + std::string(250, 'v') + std::string(1, '\0');
  std::string large;
  while (large.size() + pair.size() <= kLogicalTextBytesMax) large += pair;
  BOOST_TEST(parse_text(large).has_value());
  BOOST_TEST(!parse_text(large + pair));
}

BOOST_AUTO_TEST_CASE(what_is_built_is_read_back) {
  TextBuilder builder;
  builder.add("AuthMethod", "CHAP,None");
  builder.add_number("MaxBurstLength", 16777215);
  BOOST_TEST(builder.text() == text("AuthMethod=CHAP,None\0MaxBurstLength=16777215\0"));
  const auto pairs = parse_text(builder.text()).value();
  BOOST_TEST(find_pair(pairs, "MaxBurstLength")->value == "16777215");
  BOOST_TEST(find_pair(pairs, "maxburstlength") == nullptr);
  BOOST_TEST(builder.take().size() == 45u);
  BOOST_TEST(builder.empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(text_transfer)

BOOST_AUTO_TEST_CASE(continued_parts_make_one_text_wherever_they_are_cut) {
  const std::string whole = text("InitiatorName=iqn.a\0SessionType=Discovery\0");
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    TextAssembler assembler;
    BOOST_TEST((assembler.append(std::string_view(whole).substr(0, cut), true) ==
                TextAssembler::Progress::more));
    BOOST_TEST(assembler.is_partial());
    BOOST_TEST((assembler.append(std::string_view(whole).substr(cut), false) ==
                TextAssembler::Progress::complete));
    BOOST_TEST(assembler.text() == whole);
    BOOST_TEST(!assembler.is_partial());
  }
}

BOOST_AUTO_TEST_CASE(the_next_text_begins_anew) {
  TextAssembler assembler;
  assembler.append("first", false);
  assembler.append("second", false);
  BOOST_TEST(assembler.text() == "second");
}

BOOST_AUTO_TEST_CASE(a_text_that_never_ends_is_dropped_at_the_bound) {
  TextAssembler assembler(100);
  BOOST_TEST((assembler.append(std::string(100, 'a'), true) == TextAssembler::Progress::more));
  BOOST_TEST((assembler.append("b", true) == TextAssembler::Progress::too_long));
  BOOST_TEST(assembler.text().empty());
}

BOOST_AUTO_TEST_CASE(a_long_text_leaves_in_parts_of_a_data_segment) {
  const std::string whole(2 * kLoginTextBytesMax + 1, 'x');
  TextSplitter splitter;
  splitter.load(whole);
  std::string gathered;
  for (const bool continues : {true, true, false}) {
    const auto part = splitter.next();
    BOOST_TEST(part.continues == continues);
    BOOST_TEST(part.text.size() <= kLoginTextBytesMax);
    gathered += part.text;
  }
  BOOST_TEST(gathered == whole);
  BOOST_TEST(!splitter.has_more());
  BOOST_TEST(splitter.next().text.empty());
}

BOOST_AUTO_TEST_CASE(a_text_of_exactly_one_segment_does_not_continue) {
  TextSplitter splitter;
  splitter.load(std::string(kLoginTextBytesMax, 'x'));
  BOOST_TEST(!splitter.next().continues);
}

BOOST_AUTO_TEST_SUITE_END()
