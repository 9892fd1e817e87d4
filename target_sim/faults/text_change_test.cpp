#include "target_sim/faults/text_change.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using lunsim::pdu::Direction;
using lunsim::target_sim::changed_text;
using lunsim::target_sim::TextChange;
using lunsim::target_sim::TextMemory;
using Kind = TextChange::Kind;

namespace {

/// Pairs, each ended by a stroke that stands for the null byte.
std::string text(std::string out) {
  std::replace(out.begin(), out.end(), '|', '\0');
  return out;
}
const std::string kText = text("A=1|B=0x0aff|A=2|");

std::string changed(TextChange change, const TextMemory& memory = {}) {
  return changed_text({&change, 1}, kText, memory);
}
TextChange change(Kind kind, std::string key, std::string value = {}) {
  TextChange out;
  out.kind = kind;
  out.key = std::move(key);
  out.value = std::move(value);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_changes)

BOOST_AUTO_TEST_CASE(each_kind_changes_what_it_says) {
  BOOST_TEST(changed(change(Kind::set, "A", "x")) == text("A=x|B=0x0aff|A=2|"));
  BOOST_TEST(changed(change(Kind::add, "C", "y")) == text("A=1|B=0x0aff|A=2|C=y|"));
  BOOST_TEST(changed(change(Kind::remove, "A")) == text("B=0x0aff|"));
  BOOST_TEST(changed(change(Kind::repeat, "B")) == text("A=1|B=0x0aff|B=0x0aff|A=2|"));
  BOOST_TEST(changed(change(Kind::rename, "B", "b")) == text("A=1|b=0x0aff|A=2|"));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_there_changes_nothing) {
  for (const Kind kind : {Kind::set, Kind::remove, Kind::repeat, Kind::rename, Kind::encode})
    BOOST_TEST(changed(change(kind, "Z", "hex")) == kText);
}

BOOST_AUTO_TEST_CASE(a_binary_value_is_spelled_otherwise) {
  const auto spelled = [](std::string how) {
    const std::string text = changed(change(Kind::encode, "B", std::move(how)));
    return std::string(lunsim::target_sim::text_value(text, "B"));
  };
  BOOST_TEST(spelled("base64") == "0bCv8=");
  BOOST_TEST(spelled("BASE64") == "0BCv8=");
  BOOST_TEST(spelled("HEX") == "0X0AFF");
  BOOST_TEST(spelled("hex") == "0x0aff");
}

BOOST_AUTO_TEST_CASE(what_was_said_before_can_be_said_again) {
  TextMemory memory;
  const std::string said = text("A=earlier|");
  memory.keep(Direction::receive, std::as_bytes(std::span{said.data(), said.size()}));
  TextChange reflect = change(Kind::set, "A");
  reflect.received = "A";
  BOOST_TEST(changed(reflect, memory) == text("A=earlier|B=0x0aff|A=2|"));
  reflect.received.clear();
  reflect.sent = "A";  // never sent: nothing to say
  BOOST_TEST(changed(reflect, memory) == kText);
}

BOOST_AUTO_TEST_SUITE_END()
