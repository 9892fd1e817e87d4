// The ordinary login of a connection: security by CHAP if it must be, then the operational stage,
// as an honest initiator goes through it. RFC 7143 §6.3, §12.1.3
#include <algorithm>
#include <array>

#include "conformance/harness/connection.hpp"
#include "protocol/iscsi/login/chap.hpp"
#include "protocol/iscsi/negotiation/binary_value.hpp"

namespace lunsim::conform {
namespace {

constexpr int kRoundsMax = 12;

/// Keys that want no answer.
bool is_declarative(std::string_view key) {
  constexpr std::array<std::string_view, 8> kDeclared{
      "TargetPortalGroupTag", "TargetAlias",   "TargetName",  "TargetAddress",
      "InitiatorAlias",       "InitiatorName", "SessionType", "MaxRecvDataSegmentLength"};
  return std::find(kDeclared.begin(), kDeclared.end(), key) != kDeclared.end();
}

std::string first_of_list(const std::string& list) { return list.substr(0, list.find(',')); }

}  // namespace

const Seen& LoginResult::said(std::string_view key) const {
  for (auto at = responses.rbegin(); at != responses.rend(); ++at)
    if (value_of(at->pdu.pairs(), key)) return *at;
  return last;
}

RawPdu Connection::login_request(const LoginStep& step) {
  RawPdu request(pdu::Opcode::login_request);
  request.set("I", 1).set("T", step.transit ? 1 : 0).set("C", step.continues ? 1 : 0);
  request.set("CSG", step.csg).set("NSG", step.transit ? step.nsg : 0);
  for (std::size_t i = 0; i < 6; ++i)
    request.put(8 + i, static_cast<std::uint8_t>(isid >> (8 * (5 - i))));
  request.set("TSIH", tsih).set("Initiator Task Tag", login_tag_).set("CID", cid);
  request.set("CmdSN", cmd_sn).set("ExpStatSN", exp_stat_sn);
  if (!step.keys.empty()) request.with_text(step.keys);
  return request;
}

Seen Connection::login_step(const LoginStep& step) {
  send(login_request(step));
  return next();
}

Pairs Connection::names(const LoginPlan& plan) const {
  Pairs out{{"InitiatorName", plan.initiator.value_or(around_.target.initiator)}};
  out.emplace_back("SessionType", plan.discovery ? "Discovery" : "Normal");
  if (!plan.discovery || plan.target)
    out.emplace_back("TargetName", plan.target.value_or(around_.target.name));
  return out;
}

/// Sends one step and takes the whole answer, over continued PDUs too. False if the login is over.
bool Connection::collect(const LoginStep& step, LoginResult& result) {
  result.last = login_step(step);
  for (int round = 0; round < kRoundsMax; ++round) {
    if (!result.last.is(pdu::Opcode::login_response)) return false;
    if (result.last.get("Status-Class") != 0) return false;
    const Pairs some = result.last.pdu.pairs();
    result.answers.insert(result.answers.end(), some.begin(), some.end());
    result.responses.push_back(result.last);
    if (result.last.get("C") == 0) return true;
    LoginStep empty{.csg = step.csg, .nsg = 0, .transit = false};
    result.last = login_step(empty);
  }
  return false;
}

bool Connection::log_in_by_chap(const LoginPlan& plan, const Credentials& who,
                                LoginResult& result) {
  LoginStep step{.csg = 0, .nsg = 1, .transit = false, .keys = names(plan)};
  step.keys.emplace_back("AuthMethod", "CHAP");
  if (!collect(step, result)) return false;
  step.keys = {{"CHAP_A", "5"}};
  if (!collect(step, result)) return false;
  const auto proof = chap_proof(result.value("CHAP_A"), result.value("CHAP_I"),
                                result.value("CHAP_C"), who.secret);
  if (!proof) return false;
  step.keys = {{"CHAP_N", who.user}, {"CHAP_R", *proof}};
  step.transit = true;
  if (!collect(step, result)) return false;
  return result.last.get("T") == 1;
}

bool Connection::negotiate(Pairs offers, LoginResult& result) {
  Pairs said = offers;
  LoginStep step{.csg = 1, .nsg = 3, .transit = true, .keys = std::move(offers)};
  for (int round = 0; round < kRoundsMax; ++round) {
    const std::size_t known = result.answers.size();
    if (!collect(step, result)) return false;
    if (result.last.get("T") == 1) return result.last.get("NSG") == 3;
    step.keys.clear();
    for (std::size_t i = known; i < result.answers.size(); ++i) {
      const auto& [key, value] = result.answers[i];
      if (is_declarative(key) || value_of(said, key)) continue;
      step.keys.emplace_back(key, first_of_list(value));
      said.emplace_back(key, value);
    }
  }
  return false;
}

LoginResult Connection::login(const LoginPlan& plan) {
  LoginResult result;
  if (plan.isid) isid = *plan.isid;
  tsih = plan.tsih;
  cid = plan.cid;
  cmd_sn = plan.cmd_sn;
  const std::string target = plan.target.value_or(around_.target.name);
  const bool by_chap = plan.chap || (!plan.discovery && around_.target.wants_chap(target));
  Pairs offers = plan.keys;
  if (by_chap) {
    if (!log_in_by_chap(plan, plan.chap.value_or(around_.target.chap), result)) return result;
  } else {
    const LoginStep first{.csg = 0, .nsg = 1, .transit = true, .keys = [&] {
                            Pairs keys = names(plan);
                            keys.emplace_back("AuthMethod", "None");
                            return keys;
                          }()};
    if (!collect(first, result)) return result;
    if (result.last.get("T") == 0) return result;
  }
  result.ok = negotiate(std::move(offers), result);
  full_feature = result.ok;
  if (result.ok)
    use_digests(result.value("HeaderDigest") == "CRC32C", result.value("DataDigest") == "CRC32C");
  return result;
}

std::optional<std::string> chap_proof(const std::string& algorithm, const std::string& identifier,
                                      const std::string& challenge, const std::string& secret) {
  const auto bytes = negotiation::decode_binary(challenge, login::kChapBytesMax);
  const auto id = login::parse_identifier(identifier);
  if (!bytes || !id) return std::nullopt;
  login::ChapAlgorithm known = login::ChapAlgorithm::md5;
  if (algorithm == "6") known = login::ChapAlgorithm::sha1;
  if (algorithm == "7") known = login::ChapAlgorithm::sha256;
  if (algorithm == "8") known = login::ChapAlgorithm::sha3_256;
  const auto proof = login::chap_response(known, *id, secret, *bytes);
  return proof ? std::optional(negotiation::encode_hex(*proof)) : std::nullopt;
}

}  // namespace lunsim::conform
