#include "conformance/harness/initiator_context.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace lunsim::conform {

using pdu::Opcode;

namespace {

constexpr std::size_t kLoginRequestsMax = 32;
constexpr std::uint16_t kTsih = 0x0101;
constexpr std::string_view kChapIdentifier = "37";
constexpr std::string_view kChapChallenge = "0x4c756e73696d2d6c697374656e732121";

std::uint64_t number(const std::string& text, std::uint64_t otherwise) {
  std::uint64_t out = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && at == text.data() + text.size() ? out : otherwise;
}

bool lists(const std::string& list, std::string_view wanted) {
  return ("," + list + ",").find("," + std::string(wanted) + ",") != std::string::npos;
}

std::string least(const std::string& offered, std::uint64_t ours) {
  return std::to_string(std::min(number(offered, ours), ours));
}

bool is_declared(std::string_view key) {
  constexpr std::array<std::string_view, 9> kDeclared{
      "InitiatorName", "InitiatorAlias",           "TargetName",
      "SessionType",   "TargetPortalGroupTag",     "TargetAlias",
      "TargetAddress", "MaxRecvDataSegmentLength", "AuthMethod"};
  return std::find(kDeclared.begin(), kDeclared.end(), key) != kDeclared.end();
}

/// How an ordinary target answers an operational key.                               RFC 7143 §13
std::string ordinary_answer(const std::string& key, const std::string& offered) {
  if (key == "HeaderDigest" || key == "DataDigest")
    return lists(offered, "None") ? "None" : offered;
  if (key == "MaxConnections" || key == "MaxOutstandingR2T" || key == "iSCSIProtocolLevel")
    return least(offered, 1);
  if (key == "InitialR2T" || key == "DataPDUInOrder" || key == "DataSequenceInOrder") return "Yes";
  if (key == "ImmediateData" || key == "DefaultTime2Wait") return offered;
  if (key == "MaxBurstLength") return least(offered, 262144);
  if (key == "FirstBurstLength") return least(offered, 65536);
  if (key == "DefaultTime2Retain") return least(offered, 20);
  if (key == "ErrorRecoveryLevel") return "0";
  if (key == "TaskReporting") return lists(offered, "RFC3720") ? "RFC3720" : "Reject";
  if (key == "IFMarker" || key == "OFMarker" || key == "IFMarkInt" || key == "OFMarkInt")
    return "Reject";
  return "NotUnderstood";
}

}  // namespace

InitiatorLine* InitiatorContext::accept_within(runtime::Duration within) {
  if (!is_started_) driver_.start(portal_, target().name);
  is_started_ = true;
  const auto comes = [&] { return around_.end.has_accepted() || driver_.has_ended(); };
  around_.world.run_until(comes, std::min(around_.world.now() + within, around_.deadline));
  // What an ended program still sent may be on its way.
  if (!around_.end.has_accepted())
    around_.world.run_until([&] { return around_.end.has_accepted(); },
                            around_.world.now() + std::chrono::milliseconds(20));
  const auto id = around_.end.take_accepted();
  if (!id) return nullptr;
  lines_.push_back(
      std::make_unique<InitiatorLine>(around_, *id, static_cast<std::uint32_t>(lines_.size() + 1)));
  return lines_.back().get();
}

InitiatorLine& InitiatorContext::accept() {
  InitiatorLine* line = accept_within(patience() * 3);
  if (line == nullptr)
    unsupported(driver_.has_ended() ? "the driver made no further connection: " + driver_.end()
                                    : "no further connection came");
  return *line;
}

InitiatorContext::Knock InitiatorContext::knock() {
  InitiatorLine& line = accept();
  Seen request = line.next();
  return {line, std::move(request)};
}

InitiatorLine& InitiatorContext::session(const TargetPlan& plan) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    auto [line, first] = knock();
    Seen last;
    if (!log_in(line, std::move(first), plan, &last))
      unsupported("no login got to full feature phase: " + describe(last));
    if (!line.discovery) return line;
    serve_all(line);
    line.close();
  }
  unsupported("there was no normal session among eight");
}

RawPdu InitiatorContext::login_response(InitiatorLine& line, const Seen& request, const Pairs& keys,
                                        bool transit) {
  RawPdu out = line.reply(request.pdu, Opcode::login_response);
  for (std::size_t i = 8; i < 14; ++i) out.put(i, static_cast<std::uint8_t>(request.pdu.bhs[i]));
  const std::uint64_t stage = request.get("CSG");
  out.set("CSG", stage).set("T", transit ? 1 : 0).set("NSG", transit ? request.get("NSG") : 0);
  const std::uint64_t asked = request.get("TSIH");
  line.tsih = asked != 0 ? static_cast<std::uint16_t>(asked) : kTsih;
  out.set("TSIH", transit && request.get("NSG") == 3 ? line.tsih : asked);
  if (!keys.empty()) out.with_text(keys);
  line.stamp(out);
  line.results.insert(line.results.end(), keys.begin(), keys.end());
  return out;
}

Seen InitiatorContext::next_login(InitiatorLine& line, RawPdu response) {
  line.send(response);
  Seen seen = line.next();
  if (seen.is(Opcode::login_request)) login_requests_.push_back(seen);
  return seen;
}

Pairs InitiatorContext::answers_to(InitiatorLine& line, const Pairs& offers,
                                   const TargetPlan& plan) const {
  Pairs out;
  const bool is_first = !value_of(line.results, "MaxRecvDataSegmentLength");
  for (const auto& [key, offered] : offers) {
    if (is_declared(key) || value_of(line.results, key)) continue;
    const auto planned = value_of(plan.answers, key);
    const std::string answer = planned.value_or(ordinary_answer(key, offered));
    if (!answer.empty()) out.emplace_back(key, answer);
  }
  if (!is_first) return out;
  out.emplace_back("MaxRecvDataSegmentLength", std::to_string(plan.max_recv_bytes));
  if (!value_of(line.results, "TargetPortalGroupTag") && !line.discovery)
    out.emplace_back("TargetPortalGroupTag", "1");
  out.insert(out.end(), plan.declares.begin(), plan.declares.end());
  return out;
}

/// The security stage, from the request that names AuthMethod to the one that proves; leaves with
/// `request` being the next to be answered in another stage.
bool InitiatorContext::secure(InitiatorLine& line, Seen& request, const TargetPlan& plan) {
  const std::string methods = value_of(request.pdu.pairs(), "AuthMethod").value_or("");
  const bool by_chap = !credentials().user.empty() && lists(methods, "CHAP");
  const bool transit = request.get("T") == 1;
  if (!by_chap) {
    Pairs keys;
    if (!methods.empty()) keys.emplace_back("AuthMethod", "None");
    if (!line.discovery) keys.emplace_back("TargetPortalGroupTag", "1");
    if (!methods.empty() && !lists(methods, "None")) return false;
    const bool is_over = transit && request.get("NSG") == 3;
    RawPdu response = login_response(line, request, keys, transit);
    if (is_over) line.send(response);
    if (!is_over) request = next_login(line, std::move(response));
    line.full_feature = is_over;
    return true;
  }
  const auto ours = [&plan](std::string_view key, std::string otherwise) {
    return std::pair<std::string, std::string>(key, value_of(plan.chap, key).value_or(otherwise));
  };
  request = next_login(
      line, login_response(line, request, {{"AuthMethod", "CHAP"}, {"TargetPortalGroupTag", "1"}},
                           false));
  if (!request.is(Opcode::login_request)) return false;
  request = next_login(
      line, login_response(line, request,
                           {ours("CHAP_A", "5"), ours("CHAP_I", std::string(kChapIdentifier)),
                            ours("CHAP_C", std::string(kChapChallenge))},
                           false));
  if (!request.is(Opcode::login_request)) return false;
  const Pairs proof = request.pdu.pairs();
  Pairs keys;
  const auto identifier = value_of(proof, "CHAP_I");
  const auto challenge = value_of(proof, "CHAP_C");
  if (identifier && challenge) {
    const auto answer = chap_proof("5", *identifier, *challenge, target().mutual_secret);
    keys = {ours("CHAP_N", target().chap_name), ours("CHAP_R", answer.value_or("0x00"))};
  }
  line.offers.insert(line.offers.end(), proof.begin(), proof.end());
  const bool goes_on = request.get("T") == 1;
  request = next_login(line, login_response(line, request, keys, goes_on));
  return true;
}

bool InitiatorContext::log_in(InitiatorLine& line, Seen first, const TargetPlan& plan, Seen* last) {
  line.window = plan.window;
  line.stat_sn = plan.stat_sn;
  login_requests_.clear();
  Seen request = std::move(first);
  if (request.is(Opcode::login_request)) login_requests_.push_back(request);
  Seen unused;
  Seen& end = last != nullptr ? *last : unused;
  while (login_requests_.size() < kLoginRequestsMax) {
    end = request;
    if (!request.is(Opcode::login_request)) return false;
    const Pairs said = request.pdu.pairs();
    line.offers.insert(line.offers.end(), said.begin(), said.end());
    line.discovery = value_of(line.offers, "SessionType").value_or("Normal") == "Discovery";
    if (request.get("C") == 1) {
      request = next_login(line, login_response(line, request, {}, false));
      continue;
    }
    if (request.get("CSG") == 0) {
      if (!secure(line, request, plan)) return false;
      if (line.full_feature) return true;
      continue;
    }
    const Pairs keys = answers_to(line, said, plan);
    const bool transit = request.get("T") == 1 && request.get("NSG") == 3;
    RawPdu response = login_response(line, request, keys, transit);
    if (!transit) {
      request = next_login(line, std::move(response));
      continue;
    }
    line.send(response);
    line.use_digests(value_of(line.results, "HeaderDigest") == "CRC32C",
                     value_of(line.results, "DataDigest") == "CRC32C");
    line.full_feature = true;
    return true;
  }
  return false;
}

void InitiatorContext::expect_leaves(InitiatorLine& line, std::string_view after) {
  const runtime::TimePoint until = around_.world.now() + patience();
  Seen seen;
  while (around_.world.now() < until) {
    seen = line.next(until - around_.world.now());
    const bool leaves = seen.is_over() || seen.is(Opcode::logout_request);
    if (leaves) return judged();
    if (seen.kind == Seen::Kind::silence)
      fail(fmt::format("the initiator goes on after {}", after), seen);
  }
  fail(fmt::format("the initiator goes on after {}", after), seen);
}

void InitiatorContext::expect_answers_ping(InitiatorLine& line, std::string_view after) {
  const std::uint32_t tag = line.next_transfer_tag();
  line.issue(nop_in(tag));
  const Seen seen = serve_until(line, [tag](const RawPdu& pdu) {
    return pdu.opcode() == Opcode::nop_out && pdu.get("Target Transfer Tag") == tag;
  });
  expect(seen, {pdu_of(Opcode::nop_out)}, fmt::format("a ping of ours after {}", after));
}

void InitiatorContext::expect_goes_on(InitiatorLine& line, std::string_view after,
                                      bool may_give_up) {
  const auto goes_on = [](const RawPdu& pdu) {
    return pdu.opcode() == Opcode::scsi_command || pdu.opcode() == Opcode::logout_request;
  };
  Seen seen;
  if (!held_.empty()) seen = line.next(patience() / 3);
  serve_held(line);
  const bool is_other = seen.kind == Seen::Kind::pdu && !goes_on(seen.pdu);
  if (is_other) serve(line, seen);
  if (is_other || seen.kind == Seen::Kind::silence) seen = serve_until(line, goes_on);
  if (seen.kind == Seen::Kind::pdu) return judged();
  if (seen.is_over()) {
    around_.world.run_until([&] { return driver_.has_ended(); }, around_.world.now() + patience());
    if (driver_.has_ended() && (may_give_up || driver_.ended_well())) return judged();
  }
  fail(fmt::format("the initiator does not go on after {}: {}", after, describe(seen)), seen);
}

void InitiatorContext::expect_comes_back_or_ends(const Seen& last) {
  const auto does = [&] { return around_.end.has_accepted() || driver_.has_ended(); };
  const runtime::TimePoint until = around_.world.now() + patience() * 3;
  if (around_.world.run_until(does, std::min(until, around_.deadline))) return judged();
  fail("the initiator hangs after its connection was lost", last);
}

void InitiatorContext::close_all() {
  for (const auto& line : lines_)
    if (line->is_open()) line->close();
}

}  // namespace lunsim::conform
