// What the target says of its own accord, in logins and in lists: names of keys, values, methods.
// RFC 7143 §4.2.7, §6.1, §6.2, §12.1, §13.1, §13.22 to §13.26, §14
#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/key_answers.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

struct Word {
  std::string key, value;
  Seen said;
  bool in_discovery = false;
  bool is_answer = false;  // to a key that we sent
};

void hear(std::vector<Word>& words, const Seen& seen, const Pairs& ours, bool in_discovery) {
  for (const auto& [key, value] : seen.pdu.pairs())
    words.push_back({key, value, seen, in_discovery, value_of(ours, key).has_value()});
}

/// A login that says no more than it must, and leaves the method to the target.
void listen_to_login(CaseContext& c, std::vector<Word>& words) {
  Connection& quiet = c.connect();
  const Pairs names = quiet.names();
  const Seen first =
      quiet.login_step({.csg = 0, .nsg = 0, .transit = false, .keys = quiet.names()});
  c.expect(first, {login_goes_on(), login_refused()}, "a login without AuthMethod");
  if (first.is(Opcode::login_response)) hear(words, first, names, false);
  quiet.close();
  Connection& one = c.connect();
  Pairs ours = one.names();
  ours.emplace_back("AuthMethod", "None");
  for (const Seen& seen : one.login().responses) hear(words, seen, ours, false);
}

void listen_to_discovery(CaseContext& c, std::vector<Word>& words) {
  LoginPlan plan;
  plan.discovery = true;
  Connection& one = c.connect();
  Pairs ours = one.names(plan);
  ours.emplace_back("AuthMethod", "None");
  const LoginResult login = one.login(plan);
  for (const Seen& seen : login.responses) hear(words, seen, ours, true);
  if (!login.ok) return;
  RawPdu request(Opcode::text_request);
  request.set("F", 1).set("Target Transfer Tag", 0xFFFF'FFFFu).with_text({{"SendTargets", "All"}});
  const Seen list = one.answer_to(one.issue(request));
  c.expect(list, {pdu_of(Opcode::text_response), rejected(), ends()}, "SendTargets=All");
  hear(words, list, {{"SendTargets", "All"}}, true);
}

/// What is wrong with a word; empty if nothing is.
using Objects = std::function<std::string(const Word&)>;

void words(CaseList& cases, std::string id, std::vector<std::string> requirements,
           std::string purpose, Objects objects, std::string mutant, std::string what,
           std::string_view add) {
  conform::add(cases, "rfc7143/" + id)
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed("All keys that the target says in a login, in a discovery login and in its list.")
      .mutant(std::move(mutant), std::move(what),
              fault("send: Login Response", fmt::format("{{text: {{add: {{{}}}}}}}", add)))
      .body([objects = std::move(objects)](CaseContext& c) {
        std::vector<Word> heard;
        listen_to_login(c, heard);
        listen_to_discovery(c, heard);
        for (const Word& word : heard) {
          const std::string why = objects(word);
          c.check(why.empty(), why, word.said, word.key);
        }
        c.judged();
      });
}

bool is_label_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') ||
         std::string_view(".-+@_").find(letter) != std::string_view::npos;
}

bool is_label(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_label_letter);
}

std::vector<std::string> items_of(const std::string& list) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    out.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

void add_key_names(CaseList& cases) {
  words(
      cases, "6.1/own_keys_have_letters_of_labels", {"7143-6.1-6"},
      "The name of a key has letters, digits and . - + @ _ only.",
      [](const Word& word) {
        const bool is_node = word.key == "X#NodeArchitecture";
        return is_label(word.key) || is_node ? "" : word.key + " is no name of a key";
      },
      "says_a_key_with_a_blank", "says a key that has a blank in its name", "\"Own key\": 1");
  words(
      cases, "6.1/own_keys_begin_with_a_capital", {"7143-6.1-7"},
      "The name of a key begins with a capital letter.",
      [](const Word& word) {
        const bool is_capital = !word.key.empty() && word.key[0] >= 'A' && word.key[0] <= 'Z';
        return is_capital ? "" : word.key + " begins with no capital letter";
      },
      "says_a_key_in_small_letters", "says a key in small letters", "targetalias2: 1");
  words(
      cases, "6.1/own_keys_have_63_letters_at_most", {"7143-6.1-8"},
      "The name of a key is at most 63 characters long.",
      [](const Word& word) {
        return word.key.size() <= 63 ? "" : fmt::format("{} has more", word.key);
      },
      "says_a_key_of_64_letters", "says a key of 64 letters",
      "X-org.lunsim.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: 1");
  words(
      cases, "13.22/own_private_keys_are_labels", {"7143-13.22-3"},
      "What stands behind X- in the name of a key are letters of a label.",
      [](const Word& word) {
        const bool is_private = word.key.starts_with("X-");
        return !is_private || is_label(std::string_view(word.key).substr(2))
                   ? ""
                   : word.key + " is no name of a private key";
      },
      "says_a_private_key_with_a_star", "says X-org.lunsim.*", "\"X-org.lunsim.*\": 1");
  words(
      cases, "13.22/no_private_key_in_discovery", {"7143-13.22-4"},
      "Keys of vendors are for normal sessions only.",
      [](const Word& word) {
        const bool is_own = word.key.starts_with("X-") && !word.is_answer;
        return word.in_discovery && is_own ? word.key + " in a discovery session" : "";
      },
      "says_private_keys_in_discovery", "says a private key in any session", "X-org.lunsim.me: 1");
  words(
      cases, "14/no_public_extension_is_used", {"7143-14-1", "7143-6.2-26"},
      "No key begins with X#, Y# or Z#, but X#NodeArchitecture.",
      [](const Word& word) {
        const bool is_public =
            word.key.starts_with("X#") || word.key.starts_with("Y#") || word.key.starts_with("Z#");
        return is_public && word.key != "X#NodeArchitecture" ? word.key + " is said" : "";
      },
      "says_a_public_extension", "says X#Own", "\"X#Own\": 1");
  words(
      cases, "14/extensions_are_of_their_type", {"7143-14-2"},
      "X- is for keys, Y- for digests, Z- for methods of authentication.",
      [](const Word& word) {
        const auto begins = [&](std::string_view with, const std::string& list) {
          for (const std::string& item : items_of(list))
            if (item.starts_with(with)) return true;
          return false;
        };
        const bool is_digest = word.key == "HeaderDigest" || word.key == "DataDigest";
        const bool is_method = word.key == "AuthMethod";
        const bool is_wrong =
            word.key.starts_with("Y-") || word.key.starts_with("Z-") ||
            (is_digest && (begins("X-", word.value) || begins("Z-", word.value))) ||
            (is_method && (begins("X-", word.value) || begins("Y-", word.value)));
        return is_wrong ? fmt::format("{}={} is of another type", word.key, word.value) : "";
      },
      "says_a_key_named_as_a_digest", "says a key that begins with Y-", "Y-org.lunsim.key: 1");
  words(
      cases, "15/no_spkm_key_is_used", {"7143-15-5"}, "Keys that begin with SPKM_ are obsolete.",
      [](const Word& word) { return word.key.starts_with("SPKM_") ? word.key + " is said" : ""; },
      "says_an_spkm_key", "says SPKM_KEY", "SPKM_KEY: 1");
}

void add_values(CaseList& cases) {
  const auto is_reserved = [](const std::string& value) {
    return value == "Reject" || value == "Irrelevant" || value == "NotUnderstood";
  };
  words(
      cases, "6.2/nothing_is_answered_that_was_not_asked", {"7143-6.2-8", "7143-6.2-19"},
      "Reject, Irrelevant and NotUnderstood are answers: no key is proposed with them.",
      [is_reserved](const Word& word) {
        return is_reserved(word.value) && !word.is_answer
                   ? fmt::format("{}={} though nobody asked", word.key, word.value)
                   : "";
      },
      "answers_what_nobody_asked", "answers a key that nobody has sent",
      "ErrorRecoveryLevel: NotUnderstood");
  words(
      cases, "6.2/no_range_where_a_number_belongs", {"7143-6.2-10"},
      "A range is used only for keys that allow it, which none of RFC 7143 does but OFMarkInt and "
      "IFMarkInt.",
      [](const Word& word) {
        const std::size_t tilde = word.value.find('~');
        const bool is_range = tilde != std::string::npos &&
                              numerical_value(word.value.substr(0, tilde)) &&
                              numerical_value(word.value.substr(tilde + 1));
        const bool may_be = word.key.ends_with("FMarkInt") || word.key.starts_with("X-");
        return is_range && !may_be ? fmt::format("{}={}", word.key, word.value) : "";
      },
      "says_a_range_of_connections", "says MaxConnections=1~4", "MaxConnections: 1~4");
  words(
      cases, "6.1/own_ranges_go_upwards", {"7143-6.1-18"},
      "The right end of a range is not below its left end.",
      [](const Word& word) {
        const std::size_t tilde = word.value.find('~');
        if (tilde == std::string::npos) return std::string();
        const auto left = numerical_value(word.value.substr(0, tilde));
        const auto right = numerical_value(word.value.substr(tilde + 1));
        return left && right && *right < *left ? fmt::format("{}={}", word.key, word.value)
                                               : std::string();
      },
      "says_a_range_downwards", "says a range whose left end is the greater", "IFMarkInt: 9~3");
  words(
      cases, "13.26.1/own_architecture_has_255_bytes_at_most", {"7143-13.26.1-3"},
      "The value of X#NodeArchitecture is at most 255 bytes long.",
      [](const Word& word) {
        return word.key == "X#NodeArchitecture" && word.value.size() > 255
                   ? fmt::format("it has {}", word.value.size())
                   : std::string();
      },
      "says_a_long_architecture", "says X#NodeArchitecture with 300 bytes",
      "\"X#NodeArchitecture\": {letters: 300}");
  words(
      cases, "13.23/own_task_reporting_offers_the_basic_ones", {"7143-13.23-3"},
      "Who offers TaskReporting offers RFC3720 and ResponseFence at least.",
      [](const Word& word) {
        const auto items = items_of(word.value);
        const bool is_offer = word.key == "TaskReporting" && !word.is_answer;
        return is_offer && !(has(items, "RFC3720") && has(items, "ResponseFence"))
                   ? "TaskReporting=" + word.value
                   : "";
      },
      "offers_fast_abort_alone", "offers TaskReporting=FastAbort", "TaskReporting: FastAbort");
}

/// The rules for methods and digests that no standard has are the same.
struct Extension {
  const char* section;
  const char* prefix;  // of requirement ids
  std::vector<std::string> keys;
  char letter;
  const char* basic;  // what stands beside an extension
  const char* name;
  std::array<int, 5> numbers;
};

void add_extensions(CaseList& cases) {
  const std::vector<Extension> kinds{
      {"12.1", "7143-12.1", {"AuthMethod"}, 'Z', "CHAP", "method", {11, 12, 13, 16, 18}},
      {"13.1",
       "7143-13.1",
       {"HeaderDigest", "DataDigest"},
       'Y',
       "CRC32C",
       "digest",
       {10, 11, 12, 14, 15}}};
  for (const Extension& kind : kinds) {
    const auto is_offer = [keys = kind.keys](const Word& word) {
      return !word.is_answer && has(keys, word.key);
    };
    const std::string mark = fmt::format("{}-", kind.letter);
    const auto is_extended = [mark](const std::vector<std::string>& items) {
      return std::any_of(items.begin(), items.end(),
                         [&](const std::string& item) { return item.starts_with(mark); });
    };
    const auto rule = [&](std::size_t index, std::string what, std::string purpose, Objects objects,
                          std::string_view value) {
      words(cases, fmt::format("{}/{}", kind.section, what),
            {fmt::format("{}-{}", kind.prefix, kind.numbers[index])}, std::move(purpose),
            std::move(objects), fmt::format("{}_breaks_it", what), fmt::format("offers {}", value),
            fmt::format("{}: \"{}\"", kind.keys.front(), value));
    };
    const auto complain = [](const Word& word) { return word.key + "=" + word.value; };
    rule(
        0, fmt::format("extension_{}_comes_with_{}", kind.name, snake_case(kind.basic)),
        fmt::format("An extension {} is offered beside {}.", kind.name, kind.basic),
        [=, basic = std::string(kind.basic)](const Word& word) {
          const auto items = items_of(word.value);
          const bool is_wrong = is_offer(word) && is_extended(items) && !has(items, basic);
          return is_wrong ? complain(word) : "";
        },
        mark + "org.lunsim.own");
    rule(
        1, fmt::format("extension_{}_comes_without_none", kind.name),
        fmt::format("None is not offered beside an extension {}.", kind.name),
        [=](const Word& word) {
          const auto items = items_of(word.value);
          const bool is_wrong = is_offer(word) && is_extended(items) && has(items, "None");
          return is_wrong ? complain(word) : "";
        },
        fmt::format("{}org.lunsim.own,{},None", mark, kind.basic));
    rule(
        2, fmt::format("extension_{}_names_its_vendor", kind.name),
        fmt::format("A private {} has the reversed domain name of its vendor.", kind.name),
        [=](const Word& word) {
          for (const std::string& item : items_of(word.value))
            if (is_offer(word) && item.starts_with(mark) && item.find('.') == std::string::npos)
              return complain(word);
          return std::string();
        },
        fmt::format("{},{}own", kind.basic, mark));
    rule(
        3, fmt::format("extension_{}_is_a_label", kind.name),
        fmt::format("What stands behind {} are letters of a label.", mark),
        [=](const Word& word) {
          for (const std::string& item : items_of(word.value))
            if (is_offer(word) && item.starts_with(mark) &&
                !is_label(std::string_view(item).substr(2)))
              return complain(word);
          return std::string();
        },
        fmt::format("{},{}org.lunsim.*", kind.basic, mark));
    rule(
        4, fmt::format("no_public_extension_{}_is_offered", kind.name),
        fmt::format("No {} begins with {}#.", kind.name, kind.letter),
        [=, letter = kind.letter](const Word& word) {
          for (const std::string& item : items_of(word.value))
            if (is_offer(word) && item.starts_with(fmt::format("{}#", letter)))
              return complain(word);
          return std::string();
        },
        fmt::format("{},{}#own", kind.basic, kind.letter));
  }
}

}  // namespace

void add_own_words_cases(CaseList& cases) {
  add_key_names(cases);
  add_values(cases);
  add_extensions(cases);
}

}  // namespace lunsim::conform
