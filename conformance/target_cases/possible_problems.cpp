#include "conformance/target_cases/possible_problems.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace lunsim::conform {
namespace {

struct Reason {
  std::string_view of;  // an id, or what ids begin with; the longest that fits holds
  std::string_view text;
};

constexpr std::string_view kLengths =
    "A target that leaves the cut to the initiator sends its whole data and tells an overflow; an "
    "initiator with a larger buffer than its allocation length sees more than it asked for.";
constexpr std::string_view kNoBlocks =
    "A target that waits for data whenever R or W is set waits for ever; hosts rarely send it.";
constexpr std::string_view kRange =
    "A target that leaves the range to the file behind the unit ends in MEDIUM ERROR or in no "
    "sense data at all: the command is refused, and a host cannot tell why.";
constexpr std::string_view kNumbers =
    "A target that parses decimal numbers only is met by initiators that send decimal numbers "
    "only: no known one sends hexadecimal ones in the login.";
constexpr std::string_view kTwice =
    "A target that takes the last word on a key answers as if it had been said once; initiators "
    "do not offer a key twice.";
constexpr std::string_view kTexts =
    "Many targets know Text Requests in discovery sessions only, and RFC 7143 makes none of them "
    "common in a normal one.";
constexpr std::string_view kOrder =
    "A target that trusts TCP and one connection does not look at CmdSN: an initiator that counts "
    "right is never hurt by that.";
constexpr std::string_view kReserved =
    "A target that tests for the values that it knows takes all others for the common one.";
constexpr std::string_view kChap =
    "A target that looks for the keys that it needs, in any order and stage, passes others over.";
constexpr std::string_view kSense =
    "A unit with deferred or automatic sense only may have none to give to REQUEST SENSE.";

constexpr std::string_view kOneConnection =
    "A target with one connection in each session takes any CID for that one.";
constexpr std::string_view kDigests =
    "A target that looks at the first item of the list, or compares without regard to case, agrees "
    "with initiators that offer CRC32C and None, as known ones do.";

constexpr std::string_view kOtherWriters =
    "Another host that writes to the scratch range at the same time.";
constexpr std::string_view kNeverWritten =
    "A unit with protection information may have no good data in a block that was never written.";

constexpr Reason kReasons[] = {
    {"rfc7143/11.10/new_exchange_resets_the_old_one", kTexts},
    {"rfc7143/11.11.6/text_fits_into_what_is_taken", kTexts},
    {"rfc7143/11.11/empty_request_is_answered", kTexts},
    {"rfc7143/11.13.5/refused_login_closes_the_connection",
     "A target may leave the close to the initiator, which has nothing left to say there."},
    {"rfc7143/11.14.1/reserved_reason_is_refused", kReserved},
    {"rfc7143/11.14/logout_ends_tasks_without_responses",
     "A target that answers what is done before it looks at the logout sends late responses; an "
     "initiator that has logged out passes them over."},
    {"rfc7143/11.15.1/recovery_at_level_0_is_not_supported", kOneConnection},
    {"rfc7143/11.15.1/unknown_cid_is_said_so", kOneConnection},
    {"rfc7143/11.19/ping_data_is_cut_to_what_is_taken",
     "Initiators ping with no data or with a few bytes, so that the limit is never met."},
    {"rfc7143/11.3.1/", kReserved},
    {"rfc7143/11.3/read", kNoBlocks},
    {"rfc7143/11.3/write", kNoBlocks},
    {"rfc7143/11.4.5/",
     "Hosts expect as much as the command moves: a target that tells residuals of reads alone, or "
     "none, is rarely seen to be wrong."},
    {"rfc7143/11.4.7.2/data_out_of_too_much_is_noticed",
     "A target that trusts R2Ts to be answered as they ask does not count."},
    {"rfc7143/12.1.3/challenge_without_identifier_is_refused", kChap},
    {"rfc7143/12.1.3/chap_key_in_the_operational_stage_is_refused", kChap},
    {"rfc7143/12.1.3/response_given_twice_fails", kChap},
    {"rfc7143/12.1.3/response_in_base64_is_taken", kChap},
    {"rfc7143/12.1.3/response_without_name_fails", kChap},
    {"rfc7143/13.1/data_digest_in_small_letters", kDigests},
    {"rfc7143/13.1/data_digest_unknown_first", kDigests},
    {"rfc7143/13.1/header_digest_in_small_letters", kDigests},
    {"rfc7143/13.1/header_digest_unknown_first", kDigests},
    {"rfc7143/13.1/data_digest_offered_again_is_refused", kTwice},
    {"rfc7143/13.1/header_digest_offered_again_is_refused", kTwice},
    {"rfc7143/13.2/max_connections_in_hexadecimal", kNumbers},
    {"rfc7143/13.2/max_connections_offered_again_is_refused", kTwice},
    {"rfc7143/13.11/immediate_data_in_small_letters",
     "A target that compares Booleans without regard to case takes it for Yes."},
    {"rfc7143/13.13/data_in_sequences_end_at_",
     "An initiator that asks for no recovery sees one long sequence and many short ones alike."},
    {"rfc7143/13.13/max_burst_length_in_hexadecimal", kNumbers},
    {"rfc7143/13.14/first_burst_length_in_hexadecimal", kNumbers},
    {"rfc7143/13.14/first_burst_stays_within_max_burst",
     "A target that negotiates each key by itself does not compare the two results; initiators "
     "offer values that agree."},
    {"rfc7143/13.15/default_time2wait_in_hexadecimal", kNumbers},
    {"rfc7143/13.17/max_outstanding_r2t_in_hexadecimal", kNumbers},
    {"rfc7143/13.25/",
     "RFC 3720 knew markers: a target written by it may answer with an interval, or not at all."},
    {"rfc7143/13/login_only_key_is_not_negotiated_later", kTexts},
    {"rfc7143/4.2.2.1/cmd_sn_above_window_is_ignored", kOrder},
    {"rfc7143/4.2.2.1/cmd_sn_below_window_is_ignored", kOrder},
    {"rfc7143/4.2.2.1/command_that_waits_and_comes_again_is_ignored", kOrder},
    {"rfc7143/4.2.2.1/commands_wait_for_the_one_before", kOrder},
    {"rfc7143/4.2.3.6/no_response_behind_that_of_the_function",
     "A target that aborts between two commands may have a response under way already."},
    {"rfc7143/4.2.4/login_request_in_full_feature_phase_is_refused",
     "No initiator logs in twice on one connection."},
    {"rfc7143/6.2/continued_text_is_answered_without_data", kTexts},
    {"rfc7143/6.2/text_that_goes_on_is_put_together", kTexts},
    {"rfc7143/6.3/no_authentication_behind_the_login", kTexts},
    {"rfc7143/6.3/operational_to_",
     "A target that takes any pair of CSG and NSG follows initiators that know the order."},
    {"rfc7143/6.4/key_given_twice_is_rejected", kTexts},
    {"rfc7143/7.11/abort_of_a_command_that_was_answered",
     "That a task has ended is also told by Response 0 of targets which find nothing to abort."},
    {"rfc7143/7.2.1/command_under_way_that_comes_again_is_ignored", kOrder},
    {"rfc7143/7.2.2/task_reassign_at_level_0_is_not_supported",
     "A target that knows no TASK REASSIGN says that it does not know the function (5, 255)."},
    {"rfc7143/7.9/data_out_with_a_wrong_data_sn_is_noticed",
     "At ErrorRecoveryLevel 0 a target may count bytes and no PDUs: TCP keeps the order."},
    {"rfc7143/c/send_targets_in_a_normal_session_tells_its_target", kTexts},
    {"scsi/capacity/sixteen_with_allocation_length_", kLengths},
    {"scsi/control/naca_without_support_is_refused",
     "Many units never look at the CONTROL byte, and hosts send 00h."},
    {"scsi/inquiry/allocation_length_", kLengths},
    {"scsi/inquiry/page_that_is_not_there_is_refused",
     "A unit may answer with its standard data: hosts look at the page code that comes back."},
    {"scsi/mode_sense/allocation_length_", kLengths},
    {"scsi/mode_sense/page_that_is_not_there_is_refused",
     "A unit may answer with the header alone: hosts look for the page and find none."},
    {"scsi/read10/of_no_blocks_is_no_error", kNoBlocks},
    {"scsi/read12/of_no_blocks_is_no_error", kNoBlocks},
    {"scsi/read16/of_no_blocks_is_no_error", kNoBlocks},
    {"scsi/read10/across", kRange},
    {"scsi/read10/beyond", kRange},
    {"scsi/read12/across", kRange},
    {"scsi/read12/beyond", kRange},
    {"scsi/read16/across", kRange},
    {"scsi/read16/far_beyond", kRange},
    {"scsi/read16/beyond", kRange},
    {"scsi/read6/across", kRange},
    {"scsi/read6/beyond", kRange},
    {"scsi/report_luns/",
     "A target may look at the LUNs alone and overlook SELECT REPORT: hosts ask "
     "for 00h or 02h."},
    {"scsi/request_sense/allocation_length_", kLengths},
    {"scsi/request_sense/at_a_lun_that_is_not_there", kSense},
    {"scsi/synchronize_cache/beyond",
     "A unit that writes through has nothing to synchronize and may not look at the range."},
    {"scsi/verify10/beyond", kRange},
    {"scsi/vpd/characteristics_have_their_length",
     "Units by SBC-2 have no such page, and some by drafts of SBC-3 end it after the fields that "
     "they fill."},
    {"scsi/write10/beyond", kRange},
    {"scsi/write12/beyond", kRange},
    {"scsi/write16/beyond", kRange},
    {"scsi/write6/beyond", kRange},
    {"scsi/unit_attention/request_sense_tells_and_clears_it",
     "A target that shares one list of attentions among sessions tells them to one host alone."},
    {"scsi/capacity/block_length_is_usual",
     "No standard forbids blocks of 520 or 528 bytes; few hosts take them."},
    {"scsi/capacity/both_tell_", "A unit that grows between the two commands tells two sizes."},
    {"scsi/compare_and_write/", kOtherWriters},
    {"scsi/inquiry/lun_that_is_not_there",
     "A target may map units when they are first asked for, and say so late."},
    {"scsi/opcode/", "A vendor may have given the code a meaning of its own."},
    {"scsi/read6/first", kNeverWritten},
    {"scsi/read6/last", kNeverWritten},
    {"scsi/read10/first", kNeverWritten},
    {"scsi/read10/last", kNeverWritten},
    {"scsi/read12/first", kNeverWritten},
    {"scsi/read12/last", kNeverWritten},
    {"scsi/read16/first", kNeverWritten},
    {"scsi/read16/last", kNeverWritten},
    {"scsi/synchronize_cache/of_everything", "A large cache may take longer than the case waits."},
    {"scsi/test_unit_ready/", "A unit that is started or formatted is NOT READY for a while."},
    {"scsi/unmap/",
     "UNMAP is a hint: blocks of less than OPTIMAL UNMAP GRANULARITY may stay mapped, and then "
     "they "
     "keep their data."},
    {"scsi/vpd/name_is_the_same_for_everybody",
     "A cluster in which each node names the unit is one unit to no host."},
    {"scsi/write6/", kOtherWriters},
    {"scsi/write10/", kOtherWriters},
    {"scsi/write12/", kOtherWriters},
    {"scsi/write16/", kOtherWriters},
    {"scsi/write_same/", kOtherWriters},
};

}  // namespace

void add_possible_problems(CaseList& cases) {
  std::vector<bool> is_used(std::size(kReasons), false);
  for (Case& one : cases) {
    const Reason* best = nullptr;
    for (const Reason& reason : kReasons)
      if (one.id.starts_with(reason.of) && (best == nullptr || reason.of.size() > best->of.size()))
        best = &reason;
    if (best == nullptr) continue;
    is_used[static_cast<std::size_t>(best - kReasons)] = true;
    if (one.possible_problems.empty()) one.possible_problems = best->text;
  }
  for (std::size_t i = 0; i < is_used.size(); ++i)
    if (!is_used[i])
      throw std::logic_error("a possible problem fits no case: " + std::string(kReasons[i].of));
}

}  // namespace lunsim::conform
