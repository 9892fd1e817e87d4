#include "conformance/harness/outcome.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

Objection another_kind(const Seen& seen) { return {describe(seen), ""}; }

std::string hex_list(const std::vector<std::uint8_t>& values) {
  std::string out;
  for (const std::uint8_t one : values)
    out += fmt::format("{}{:02X}h", out.empty() ? "" : ", ", one);
  return out;
}

bool is_among(const std::vector<std::uint8_t>& values, std::uint64_t value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

bool carries_text(const Seen& seen) {
  return seen.is(Opcode::login_response) || seen.is(Opcode::text_response);
}

std::uint64_t status_class(const Seen& seen) { return seen.get("Status-Class"); }

}  // namespace

Outcome Outcome::loosely(std::string why) const {
  Outcome copy = *this;
  copy.grade = Verdict::pass_loose;
  copy.remark = std::move(why);
  return copy;
}

Outcome Outcome::with_warning(std::string why) const {
  Outcome copy = *this;
  copy.grade = Verdict::warn;
  copy.remark = std::move(why);
  return copy;
}

Outcome pdu_of(Opcode opcode, std::vector<FieldValue> fields) {
  std::string name(pdu::name_of(opcode));
  for (const FieldValue& one : fields) name += fmt::format(", {} {:#x}", one.field, one.value);
  return {std::move(name), [opcode, fields = std::move(fields)](const Seen& seen) -> Objection {
            if (!seen.is(opcode)) return another_kind(seen);
            for (const FieldValue& one : fields)
              if (seen.get(one.field) != one.value)
                return {fmt::format("{} is {:#x}, not {:#x}", one.field, seen.get(one.field),
                                    one.value),
                        one.field};
            return {};
          }};
}

Outcome login_goes_on() {
  return {"a Login Response with status class 00h", [](const Seen& seen) -> Objection {
            if (!seen.is(Opcode::login_response)) return another_kind(seen);
            if (status_class(seen) == 0) return {};
            return {fmt::format("the login is refused with status {:02X}{:02X}h",
                                status_class(seen), seen.get("Status-Detail")),
                    "Status-Class"};
          }};
}

Outcome login_done() {
  return {"a Login Response that enters full feature phase", [](const Seen& seen) -> Objection {
            if (Objection no = login_goes_on().objection(seen); !no.what.empty()) return no;
            if (seen.get("T") == 1 && seen.get("NSG") == 3) return {};
            return {"the login does not enter full feature phase", "T"};
          }};
}

Outcome login_refused(std::uint8_t wanted, std::vector<std::uint8_t> details) {
  std::string name = fmt::format("a Login Response with status class {:02X}h", wanted);
  if (!details.empty()) name += ", detail " + hex_list(details);
  return {std::move(name), [wanted, details = std::move(details)](const Seen& seen) -> Objection {
            if (!seen.is(Opcode::login_response)) return another_kind(seen);
            if (status_class(seen) != wanted)
              return {fmt::format("Status-Class is {:02X}h", status_class(seen)), "Status-Class"};
            if (is_among(details, seen.get("Status-Detail"))) return {};
            return {fmt::format("Status-Detail is {:02X}h", seen.get("Status-Detail")),
                    "Status-Detail"};
          }};
}

Outcome login_refused() {
  return {"a Login Response that refuses", [](const Seen& seen) -> Objection {
            if (!seen.is(Opcode::login_response)) return another_kind(seen);
            if (status_class(seen) != 0) return {};
            return {"the login goes on: Status-Class is 00h", "Status-Class"};
          }};
}

Outcome rejected(std::vector<std::uint8_t> reasons) {
  std::string name = reasons.empty() ? "a Reject" : "a Reject with reason " + hex_list(reasons);
  return {std::move(name), [reasons = std::move(reasons)](const Seen& seen) -> Objection {
            if (!seen.is(Opcode::reject)) return another_kind(seen);
            if (is_among(reasons, seen.get("Reason"))) return {};
            return {fmt::format("the Reject's reason is {:02X}h", seen.get("Reason")), "Reason"};
          }};
}

Outcome ends() {
  return {"the end of the connection", [](const Seen& seen) -> Objection {
            return seen.is_over() ? Objection{} : another_kind(seen);
          }};
}

Outcome silent() {
  return {"silence", [](const Seen& seen) -> Objection {
            return seen.kind == Seen::Kind::silence ? Objection{} : another_kind(seen);
          }};
}

Outcome answers(std::string key, std::vector<std::string> values) {
  std::string name = fmt::format("{}={}", key, fmt::join(values, " or "));
  return {std::move(name),
          [key = std::move(key), values = std::move(values)](const Seen& seen) -> Objection {
            if (!carries_text(seen)) return another_kind(seen);
            if (seen.is(Opcode::login_response) && status_class(seen) != 0)
              return login_goes_on().objection(seen);
            const std::string value = value_of(seen.pdu.pairs(), key).value_or("");
            if (std::find(values.begin(), values.end(), value) != values.end()) return {};
            if (value.empty()) return {key + " is not answered", ""};
            return {fmt::format("{}={}", key, value), key};
          }};
}

Outcome answers_number(std::string key, std::uint64_t first, std::uint64_t last) {
  std::string name = fmt::format("{}={}..{}", key, first, last);
  return {std::move(name), [key = std::move(key), first, last](const Seen& seen) -> Objection {
            if (!carries_text(seen)) return another_kind(seen);
            if (seen.is(Opcode::login_response) && status_class(seen) != 0)
              return login_goes_on().objection(seen);
            const std::string value = value_of(seen.pdu.pairs(), key).value_or("");
            if (value.empty()) return {key + " is not answered", ""};
            const bool is_hex = value.starts_with("0x") || value.starts_with("0X");
            const char* begin = value.data() + (is_hex ? 2 : 0);
            const char* end = value.data() + value.size();
            std::uint64_t number = 0;
            const auto [at, error] = std::from_chars(begin, end, number, is_hex ? 16 : 10);
            const bool is_number = error == std::errc{} && at == end;
            if (is_number && first <= number && number <= last) return {};
            return {fmt::format("{}={}", key, value), key};
          }};
}

Outcome such_that(std::string name, std::function<Objection(const Seen&)> objection) {
  return {std::move(name), std::move(objection)};
}

}  // namespace lunsim::conform
