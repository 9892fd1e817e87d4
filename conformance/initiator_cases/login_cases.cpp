// The Login Requests of an initiator, looked at: RFC 7143 §6.3, §11.12. The target is honest; each
// case looks at one thing.
#include <functional>
#include <set>

#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;
using Requests = std::vector<Seen>;
/// Judges all Login Requests of one login.
using LoginLook = std::function<void(InitiatorContext&, const Requests&)>;

struct Login {
  std::string id;
  std::vector<std::string> requirements;
  std::string purpose, observed;
  InitiatorMutant mutant;
  LoginLook look;
};

void looked_at(InitiatorCaseList& cases, Login login) {
  add(cases, login.id)
      .requirements(login.requirements)
      .purpose(login.purpose)
      .observed(login.observed)
      .mutant(login.mutant.name, login.mutant.what, login.mutant.make)
      .body([look = login.look](InitiatorContext& c) {
        auto [line, first] = c.knock();
        c.expect(first, {pdu_of(Opcode::login_request)}, "the first PDU of a connection");
        c.log_in(line, first, {});
        look(c, c.login_requests());
      });
}

/// A field is the same in all requests of the login.
void constant(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
              const std::string& field, InitiatorMutant mutant) {
  looked_at(cases, {std::move(id), std::move(requirements),
                    field + " is the same in all Login Requests of a login.",
                    "All Login Requests of an ordinary login.", std::move(mutant),
                    [field](InitiatorContext& c, const Requests& all) {
                      if (all.size() < 2) c.unsupported("the login is a single request");
                      for (const Seen& one : all)
                        c.check(one.get(field) == all[0].get(field),
                                fmt::format("{} changes from {:#x} to {:#x}", field,
                                            all[0].get(field), one.get(field)),
                                one, field);
                    }});
}

std::uint64_t isid_of(const Seen& seen) {
  std::uint64_t out = 0;
  for (std::size_t i = 8; i < 14; ++i) out = out << 8 | static_cast<std::uint8_t>(seen.pdu.bhs[i]);
  return out;
}

void has_key(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
             const std::string& key, InitiatorMutant mutant) {
  looked_at(cases,
            {std::move(id), std::move(requirements),
             "The first Login Request of a connection carries " + key + ".",
             "The text of the first Login Request.", std::move(mutant),
             [key](InitiatorContext& c, const Requests& all) {
               Pairs said;
               for (const Seen& one : all) {
                 const Pairs some = one.pdu.pairs();
                 said.insert(said.end(), some.begin(), some.end());
                 if (one.get("C") == 0) break;
               }
               if (value_of(said, "SessionType").value_or("") == "Discovery" && key == "TargetName")
                 c.unsupported("the driver opens a discovery session first");
               c.check(value_of(said, key).has_value(), key + " is missing", all[0],
                       "DataSegmentLength");
             }});
}

void add_headers(InitiatorCaseList& cases) {
  looked_at(cases, {"rfc7143/11.12/login_comes_first",
                    {"7143-11.12-1"},
                    "After the connection stands the initiator begins with a Login Request.",
                    "The first PDU of a connection.",
                    {"begins_with_text", "begins with a Text Request",
                     sends(Opcode::login_request, "Opcode", 0x04)},
                    [](InitiatorContext& c, const Requests&) { c.judged(); }});
  looked_at(cases,
            {"rfc7143/11.12.4/versions_are_zero",
             {"7143-11.12.4-1"},
             "Version-max and Version-min are 0.",
             "All Login Requests of a login.",
             {"asks_for_version_1", "offers version 1 only",
              sends(Opcode::login_request, "Version-min", 1)},
             [](InitiatorContext& c, const Requests& all) {
               for (const Seen& one : all) {
                 c.check(one.get("Version-max") == 0, "Version-max is not 0", one, "Version-max");
                 c.check(one.get("Version-min") == 0, "Version-min is not 0", one, "Version-min");
               }
             }});
  looked_at(cases, {"rfc7143/11.12.6/new_session_has_tsih_0",
                    {"7143-11.12.6-1"},
                    "The first connection of a session logs in with TSIH 0.",
                    "The first Login Request.",
                    {"begins_with_a_tsih", "begins a session with TSIH 9",
                     sends(Opcode::login_request, "TSIH", 9)},
                    [](InitiatorContext& c, const Requests& all) {
                      c.check(all[0].get("TSIH") == 0, "TSIH is not 0", all[0], "TSIH");
                    }});
  constant(cases, "rfc7143/11.12.6/tsih_stays", {"7143-11.12.6-3"}, "TSIH",
           {"changes_tsih", "changes TSIH within the login",
            sends_from(2, Opcode::login_request, "TSIH", 9)});
  constant(cases, "rfc7143/11.12.7/cid_stays", {"7143-11.12.7-2"}, "CID",
           {"changes_cid", "changes CID within the login",
            sends_from(2, Opcode::login_request, "CID", 99)});
  constant(cases, "rfc7143/11.12.4.1/version_max_stays", {"7143-11.12.4.1-2"}, "Version-max",
           {"changes_version_max", "changes Version-max within the login",
            sends_from(2, Opcode::login_request, "Version-max", 3)});
  constant(cases, "rfc7143/6.3/tag_of_the_login_stays", {"7143-6.3-1"}, "Initiator Task Tag",
           {"changes_login_tag", "takes a new tag for each Login Request",
            sends_from(2, Opcode::login_request, "Initiator Task Tag", 0x1234)});
  constant(cases, "rfc7143/4.2.2.1/login_uses_no_cmd_sn_up", {"7143-4.2.2.1-6", "7143-4.2.2.1-7"},
           "CmdSN",
           {"login_uses_cmd_sn", "counts Login Requests as commands",
            sends_from(2, Opcode::login_request, "CmdSN", 77)});
  looked_at(cases,
            {"rfc7143/6.3/isid_stays",
             {"7143-6.3-1", "7143-11.12-5"},
             "The ISID is the same in all Login Requests of a login.",
             "All Login Requests of an ordinary login.",
             {"changes_isid", "changes the ISID within the login",
              by([seen = 0](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) mutable {
                if (to == pdu::Direction::send && is(pdu, Opcode::login_request) && ++seen > 1)
                  pdu.bhs[13] ^= std::byte{0x55};
              })},
             [](InitiatorContext& c, const Requests& all) {
               if (all.size() < 2) c.unsupported("the login is a single request");
               for (const Seen& one : all)
                 c.check(isid_of(one) == isid_of(all[0]), "the ISID changes", one, "ISID");
             }});
  looked_at(cases, {"rfc7143/11.12.9/exp_stat_sn_acknowledges_responses",
                    {"7143-11.12.9-2"},
                    "Later Login Requests acknowledge the Login Responses before them.",
                    "ExpStatSN of the second Login Request; our first StatSN is 1.",
                    {"forgets_exp_stat_sn_in_login", "acknowledges no Login Response",
                     sends(Opcode::login_request, "ExpStatSN", 0)},
                    [](InitiatorContext& c, const Requests& all) {
                      if (all.size() < 2) c.unsupported("the login is a single request");
                      for (std::size_t i = 1; i < all.size(); ++i)
                        c.check(
                            all[i].get("ExpStatSN") == i + 1,
                            fmt::format("ExpStatSN is {}, not {}", all[i].get("ExpStatSN"), i + 1),
                            all[i], "ExpStatSN");
                    }});
}

void add_stages(InitiatorCaseList& cases) {
  looked_at(cases, {"rfc7143/11.12.2/continue_forbids_transit",
                    {"7143-11.12.2-2", "7143-6.2-1"},
                    "A Login Request whose text goes on (C=1) asks for no transition (T=1).",
                    "All Login Requests of a login.",
                    {"transit_with_continue", "sets C in a request with T",
                     sends(Opcode::login_request, "C", 1)},
                    [](InitiatorContext& c, const Requests& all) {
                      for (const Seen& one : all)
                        c.check(one.get("C") == 0 || one.get("T") == 0, "C and T are both 1", one,
                                "C");
                    }});
  looked_at(cases, {"rfc7143/6.3/stages_are_those_that_exist",
                    {"7143-6.3-8", "7143-6.3-10"},
                    "A login is in stage 0 or 1 and goes to a later one that exists.",
                    "CSG and NSG of all Login Requests.",
                    {"goes_to_stage_2", "asks for the reserved stage",
                     sends(Opcode::login_request, "NSG", 2)},
                    [](InitiatorContext& c, const Requests& all) {
                      for (const Seen& one : all) {
                        const std::uint64_t csg = one.get("CSG"), nsg = one.get("NSG");
                        c.check(csg <= 1, fmt::format("CSG is {}", csg), one, "CSG");
                        const bool is_later = nsg > csg && nsg != 2;
                        c.check(one.get("T") == 0 || is_later,
                                fmt::format("from stage {} to {}", csg, nsg), one, "NSG");
                      }
                    }});
  looked_at(cases, {"rfc7143/6.3/operational_keys_stand_in_their_stage",
                    {"7143-6.3-14", "7143-12-1"},
                    "Operational keys are not sent in the security stage.",
                    "The texts of Login Requests with CSG=0.",
                    {"operational_key_in_security", "offers MaxBurstLength in the security stage",
                     adds(1, "MaxBurstLength", "65536")},
                    [](InitiatorContext& c, const Requests& all) {
                      const std::set<std::string> operational{
                          "HeaderDigest",        "DataDigest",        "MaxConnections",
                          "InitialR2T",          "ImmediateData",     "MaxRecvDataSegmentLength",
                          "MaxBurstLength",      "FirstBurstLength",  "DefaultTime2Wait",
                          "DefaultTime2Retain",  "MaxOutstandingR2T", "DataPDUInOrder",
                          "DataSequenceInOrder", "ErrorRecoveryLevel"};
                      for (const Seen& one : all) {
                        if (one.get("CSG") != 0) continue;
                        for (const auto& [key, value] : one.pdu.pairs())
                          c.check(!operational.contains(key), key + " stands in the security stage",
                                  one, key);
                      }
                      c.judged();
                    }});
}

void add_texts(InitiatorCaseList& cases) {
  has_key(cases, "rfc7143/6.3/first_request_has_initiator_name", {"7143-6.3-5", "7143-13.5-2"},
          "InitiatorName",
          {"hides_its_name", "does not say InitiatorName", says("InitiatorName", "")});
  has_key(cases, "rfc7143/6.3/first_request_has_target_name", {"7143-6.3-7", "7143-13.4-3"},
          "TargetName", {"names_no_target", "does not say TargetName", says("TargetName", "")});
  looked_at(cases, {"rfc7143/13.5/initiator_name_stands_once",
                    {"7143-13.5-3"},
                    "InitiatorName is not declared again within a login.",
                    "The texts of all Login Requests.",
                    {"names_itself_twice", "says InitiatorName again",
                     adds(2, "InitiatorName", "iqn.2026-11.org.lunsim:other")},
                    [](InitiatorContext& c, const Requests& all) {
                      std::size_t count = 0;
                      for (const Seen& one : all) {
                        count += count_of(one.pdu.pairs(), "InitiatorName");
                        c.check(count <= 1, "InitiatorName is declared again", one,
                                "InitiatorName");
                      }
                    }});
  looked_at(cases, {"rfc7143/6.3/no_key_is_offered_twice",
                    {"7143-6.3-23"},
                    "A parameter is offered once in a login.",
                    "The texts of all Login Requests.",
                    {"offers_twice", "offers MaxConnections again", adds(2, "MaxConnections", "1")},
                    [](InitiatorContext& c, const Requests& all) {
                      std::set<std::string> said;
                      for (const Seen& one : all)
                        for (const auto& [key, value] : one.pdu.pairs())
                          c.check(said.insert(key).second, key + " is offered again", one, key);
                    }});
  looked_at(cases, {"rfc7143/6.1/pairs_end_with_a_null_byte",
                    {"7143-6.1-4"},
                    "Each key=value pair, the last too, ends with a null byte.",
                    "The last byte of each text.",
                    {"last_pair_without_null", "leaves the last null byte out",
                     by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                       if (to != pdu::Direction::send || !is(pdu, Opcode::login_request)) return;
                       if (pdu.data.empty()) return;
                       pdu.data.pop_back();
                       set_field(pdu, "DataSegmentLength", pdu.data.size());
                     })},
                    [](InitiatorContext& c, const Requests& all) {
                      for (const Seen& one : all)
                        c.check(one.pdu.data.empty() || one.get("C") == 1 ||
                                    one.pdu.data.back() == std::byte{0},
                                "the text does not end with a null byte", one, "DataSegmentLength");
                    }});
  looked_at(
      cases,
      {"rfc7143/6.1/names_of_keys_are_standard_labels",
       {"7143-6.1-6", "7143-6.1-7", "7143-6.1-8"},
       "A key begins with a capital letter and has at most 63 characters.",
       "The texts of all Login Requests.",
       {"key_in_small_letters", "offers a key in small letters", adds(1, "initiatorHint", "none")},
       [](InitiatorContext& c, const Requests& all) {
         for (const Seen& one : all)
           for (const auto& [key, value] : one.pdu.pairs())
             c.check(!key.empty() && key.size() <= 63 && key[0] >= 'A' && key[0] <= 'Z',
                     "\"" + key + "\" is no name of a key", one, key);
       }});
}

}  // namespace

void add_initiator_login_cases(InitiatorCaseList& cases) {
  add_headers(cases);
  add_stages(cases);
  add_texts(cases);
}

}  // namespace lunsim::conform
