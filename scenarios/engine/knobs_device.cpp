#include <array>

#include "scenarios/engine/knob_table.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::array kDeviceKnobs{
    Knob{"status", "SCSI", "a command ends with a status instead of being executed",
         "- status: {on: {receive: READ(10)}, times: 1, do: {status: BUSY}}", "reading"},
    Knob{"status CONDITION MET", "SCSI", "the status of a search that succeeded",
         "- status_condition_met: {on: {receive: READ(10)}, times: 1, do: {status: CONDITION MET}}",
         "commands"},
    Knob{"status RESERVATION CONFLICT", "SCSI", "somebody else holds the unit",
         "- status_reservation_conflict: {on: {receive: READ(10)}, times: 1, do: {status: "
         "RESERVATION CONFLICT}}",
         "commands"},
    Knob{"status TASK SET FULL", "SCSI", "the task set has no room",
         "- status_task_set_full: {on: {receive: READ(10)}, times: 1, do: {status: TASK SET FULL}}",
         "commands"},
    Knob{"status ACA ACTIVE", "SCSI", "an auto contingent allegiance is in the way",
         "- status_aca_active: {on: {receive: READ(10)}, times: 1, do: {status: ACA ACTIVE}}",
         "commands"},
    Knob{"status TASK ABORTED", "SCSI", "another nexus ended the task",
         "- status_task_aborted: {on: {receive: READ(10)}, times: 1, do: {status: TASK ABORTED}}",
         "commands"},
    Knob{"status GOOD", "SCSI", "GOOD, and nothing was done",
         "- status_good: {on: {receive: READ(10)}, times: 1, do: {status: GOOD}}", "commands"},
    Knob{"sense", "SCSI", "CHECK CONDITION with any sense key and code, in fixed format",
         "- sense: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, sense: {key: "
         "HARDWARE ERROR, code: INTERNAL TARGET FAILURE}}}",
         "commands"},
    Knob{"sense, descriptor format", "SCSI", "the same in descriptor format (72h)",
         "- sense_descriptor_format: {on: {receive: READ(10)}, times: 1, do: {status: CHECK "
         "CONDITION, sense: {key: MEDIUM ERROR, code: UNRECOVERED READ ERROR, information: 7, "
         "descriptor: yes}}}",
         "commands"},
    Knob{"sense, deferred", "SCSI", "the error of an earlier command (71h)",
         "- sense_deferred: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: MEDIUM ERROR, code: WRITE ERROR, deferred: yes}}}",
         "commands"},
    Knob{"sense, deferred, descriptor format", "SCSI", "the same in descriptor format (73h)",
         "- sense_deferred_descriptor_format: {on: {receive: READ(10)}, times: 1, do: {status: "
         "CHECK CONDITION, sense: {key: MEDIUM ERROR, code: WRITE ERROR, deferred: yes, "
         "descriptor: yes}}}",
         "commands"},
    Knob{"sense, truncated", "SCSI", "sense data that ends before its time",
         "- sense_truncated: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: NOT READY, code: 0401h, cut: 8}}}",
         "commands"},
    Knob{"sense, raw", "SCSI", "sense data byte by byte",
         "- sense_raw: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, sense: "
         "{bytes: \"7f 00 06 00\"}}}",
         "commands"},
    Knob{"unit attention 29/00", "SCSI", "power on, reset, or bus device reset occurred",
         "- unit_attention_29_00: {on: {receive: READ(10)}, times: 1, do: {attention: 2900h}}",
         "commands"},
    Knob{"unit attention 29/01", "SCSI", "power on occurred",
         "- unit_attention_29_01: {on: {receive: READ(10)}, times: 1, do: {attention: 2901h}}",
         "commands"},
    Knob{"unit attention 29/02", "SCSI", "SCSI bus reset occurred",
         "- unit_attention_29_02: {on: {receive: READ(10)}, times: 1, do: {attention: 2902h}}",
         "commands"},
    Knob{"unit attention 29/03", "SCSI", "bus device reset function occurred",
         "- unit_attention_29_03: {on: {receive: READ(10)}, times: 1, do: {attention: 2903h}}",
         "commands"},
    Knob{"unit attention 29/04", "SCSI", "device internal reset",
         "- unit_attention_29_04: {on: {receive: READ(10)}, times: 1, do: {attention: 2904h}}",
         "commands"},
    Knob{"unit attention 29/05", "SCSI", "transceiver mode changed to single-ended",
         "- unit_attention_29_05: {on: {receive: READ(10)}, times: 1, do: {attention: 2905h}}",
         "commands"},
    Knob{"unit attention 29/06", "SCSI", "transceiver mode changed to LVD",
         "- unit_attention_29_06: {on: {receive: READ(10)}, times: 1, do: {attention: 2906h}}",
         "commands"},
    Knob{"unit attention 29/07", "SCSI", "I_T nexus loss occurred",
         "- unit_attention_29_07: {on: {receive: READ(10)}, times: 1, do: {attention: 2907h}}",
         "commands"},
    Knob{"unit attention 2A/01", "SCSI", "mode parameters changed",
         "- unit_attention_2a_01: {on: {receive: READ(10)}, times: 1, do: {attention: 2A01h}}",
         "commands"},
    Knob{"unit attention 2A/06", "SCSI", "asymmetric access state changed",
         "- unit_attention_2a_06: {on: {receive: READ(10)}, times: 1, do: {attention: 2A06h}}",
         "commands"},
    Knob{"unit attention 2A/09", "SCSI", "capacity data has changed",
         "- unit_attention_2a_09: {on: {receive: READ(10)}, times: 1, do: {attention: 2A09h}}",
         "commands"},
    Knob{"unit attention 3F/0E", "SCSI", "reported LUNs data has changed",
         "- unit_attention_3f_0e: {on: {receive: READ(10)}, times: 1, do: {attention: 3F0Eh}}",
         "commands"},
    Knob{"unit attention 3F/03", "SCSI", "INQUIRY data has changed",
         "- unit_attention_3f_03: {on: {receive: READ(10)}, times: 1, do: {attention: 3F03h}}",
         "commands"},
    Knob{"unit attention 28/00", "SCSI", "not ready to ready change",
         "- unit_attention_28_00: {on: {receive: READ(10)}, times: 1, do: {attention: 2800h}}",
         "commands"},
    Knob{"unit attention 38/07", "SCSI", "thin provisioning soft threshold reached",
         "- unit_attention_38_07: {on: {receive: READ(10)}, times: 1, do: {attention: 3807h}}",
         "commands"},
    Knob{"unit attention 2F/00", "SCSI", "commands cleared by another initiator",
         "- unit_attention_2f_00: {on: {receive: READ(10)}, times: 1, do: {attention: 2F00h}}",
         "commands"},
    Knob{"unit attention queue", "SCSI",
         "several conditions at once, told in the order of their importance",
         "- unit_attention_queue: {on: {receive: READ(10)}, times: 1, do: {attention: [2A09h, "
         "3F0Eh, 2903h]}}",
         "commands"},
    Knob{"unit attention storm", "SCSI", "a condition with every command",
         "- unit_attention_storm: {on: {receive: READ(10)}, do: {attention: 2A09h}}", "commands"},
    Knob{"unit attention for one", "SCSI", "only the nexus that asks hears of it",
         "- unit_attention_for_one: {on: {receive: READ(10)}, times: 1, do: {attention: 2A01h, "
         "for_all: no}}",
         "commands"},
    Knob{"not ready 04/01", "SCSI", "in process of becoming ready",
         "- not_ready_04_01: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: NOT READY, code: 0401h}}}",
         "commands"},
    Knob{"not ready 04/02", "SCSI", "initializing command required",
         "- not_ready_04_02: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: NOT READY, code: 0402h}}}",
         "commands"},
    Knob{"not ready 04/0A", "SCSI", "asymmetric access state transition",
         "- not_ready_04_0a: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: NOT READY, code: 040Ah}}}",
         "commands"},
    Knob{"not ready 04/0B", "SCSI", "target port in standby state",
         "- not_ready_04_0b: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: NOT READY, code: 040Bh}}}",
         "commands"},
    Knob{"not ready 04/0C", "SCSI", "target port in unavailable state",
         "- not_ready_04_0c: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: NOT READY, code: 040Ch}}}",
         "commands"},
    Knob{"not ready 04/1B", "SCSI", "SANITIZE in progress, with its progress",
         "- not_ready_04_1b: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: NOT READY, code: 041Bh, progress_percent: 40}}}",
         "commands"},
    Knob{"medium error", "SCSI", "a block that cannot be read, and which",
         "- medium_error: {on: {receive: READ(10)}, times: 1, do: {status: CHECK CONDITION, sense: "
         "{key: MEDIUM ERROR, code: UNRECOVERED READ ERROR, information: 3}}}",
         "commands"},
    Knob{"aborted command 47/05", "SCSI", "protocol service CRC error",
         "- aborted_command_47_05: {on: {receive: READ(10)}, times: 1, do: {status: CHECK "
         "CONDITION, sense: {key: ABORTED COMMAND, code: 4705h}}}",
         "commands"},
    Knob{"aborted command 4B/00", "SCSI", "data phase error",
         "- aborted_command_4b_00: {on: {receive: READ(10)}, times: 1, do: {status: CHECK "
         "CONDITION, sense: {key: ABORTED COMMAND, code: 4B00h}}}",
         "commands"},
    Knob{"aborted command 0C/0C", "SCSI", "write error: unexpected unsolicited data",
         "- aborted_command_0c_0c: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {status: CHECK "
         "CONDITION, sense: {key: ABORTED COMMAND, code: 0C0Ch}}}",
         "commands"},
    Knob{"aborted command 0C/0D", "SCSI", "write error: not enough unsolicited data",
         "- aborted_command_0c_0d: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {status: CHECK "
         "CONDITION, sense: {key: ABORTED COMMAND, code: 0C0Dh}}}",
         "commands"},
    Knob{"miscompare", "SCSI", "1D/00 with the offset of the difference",
         "- miscompare: {on: {receive: COMPARE AND WRITE}, times: 1, do: {status: CHECK CONDITION, "
         "sense: {key: MISCOMPARE, code: 1D00h, information: 17}}}",
         "commands"},
    Knob{"write protected", "SCSI", "27/00",
         "- write_protected: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {status: CHECK "
         "CONDITION, sense: {key: DATA PROTECT, code: 2700h}}}",
         "commands"},
    Knob{"thin space exhausted", "SCSI", "27/07, space allocation failed write protect",
         "- thin_space_exhausted: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {status: CHECK "
         "CONDITION, sense: {key: DATA PROTECT, code: 2707h}}}",
         "commands"},
    Knob{"data of a read spoiled", "SCSI", "bytes of a read changed on their way (XOR)",
         "- data_of_a_read_spoiled: {on: {receive: READ(10)}, times: 1, do: {data: {xor: \"01\", "
         "at: 5}}}",
         "commands"},
    Knob{"data of a write spoiled", "SCSI", "bytes of a write changed before they land (XOR)",
         "- data_of_a_write_spoiled: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {data: {xor: "
         "\"80\", at: 700}}}",
         "commands"},
    Knob{"data put", "SCSI", "bytes of an answer replaced, whatever the command",
         "- data_put: {on: {receive: INQUIRY}, times: 1, do: {data: {put: \"01\", at: 0}}}",
         "commands"},
    Knob{"misdirected read", "SCSI", "the blocks of somewhere else",
         "- misdirected_read: {on: {receive: READ(10)}, times: 1, do: {misdirect: +8}}",
         "commands"},
    Knob{"misdirected write", "SCSI", "lands somewhere else",
         "- misdirected_write: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {misdirect: +3}}",
         "commands"},
    Knob{"torn write, at a block", "SCSI", "only the first blocks land",
         "- torn_write_at_a_block: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {torn: "
         "{after_blocks: 1}}}",
         "commands"},
    Knob{"torn write, within a block", "SCSI", "only the first bytes land",
         "- torn_write_within_a_block: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {torn: "
         "{after_bytes: 700}}}",
         "commands"},
    Knob{"lost write", "SCSI", "answered, and never lands",
         "- lost_write: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {apply: never}}",
         "commands"},
    Knob{"late write", "SCSI", "answered, and lands later",
         "- late_write: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {apply: {after: 20 s}}}",
         "commands"},
    Knob{"volatile write", "SCSI", "answered and synchronized, and lost with the power",
         "- volatile_write: {on: {receive: WRITE(10)}, times: 1, do: {apply: cached}}", "power"},
    Knob{"applied, answered with an error", "SCSI", "the write has landed all the same",
         "- applied_answered_with_an_error: {on: {receive: WRITE(10), nth: 2}, times: 1, do: "
         "{apply: yes, status: CHECK CONDITION, sense: {key: ABORTED COMMAND, code: 4705h}}}",
         "commands"},
    Knob{"applied, never answered", "SCSI", "the write has landed, the host never hears of it",
         "- applied_never_answered: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {answer: "
         "never}}",
         "commands"},
    Knob{"answered later", "SCSI", "done at once, answered later",
         "- answered_later: {on: {receive: WRITE(10), nth: 2}, times: 1, do: {answer: {after: 3 "
         "s}}}",
         "commands"},
    Knob{"stale read", "SCSI", "a read as it was before the last write",
         "- stale_read: {on: {receive: READ(10)}, times: 1, do: {stale: yes}}", "commands"},
    Knob{"data too short", "SCSI", "fewer bytes than were asked for",
         "- data_too_short: {on: {receive: READ(10)}, times: 1, do: {data: {cut: 100}}}",
         "commands"},
    Knob{"data too long", "SCSI", "more bytes than were asked for",
         "- data_too_long: {on: {receive: READ(10)}, times: 1, do: {data: {append: \"de ad be "
         "ef\"}}}",
         "commands"},
    Knob{"residual forced", "SCSI", "a residual count that does not agree with what was moved",
         "- residual_forced: {on: {send: SCSI Response, command: WRITE(10)}, times: 1, do: {set: "
         "{Residual Count: 512, U: 1}}}",
         "commands"},
    Knob{"residual with the wrong flag", "SCSI", "an overflow that was none",
         "- residual_with_the_wrong_flag: {on: {send: SCSI Response, command: WRITE(10)}, times: "
         "1, do: {set: {Residual Count: 512, O: 1}}}",
         "commands"},
    Knob{"VPD page missing", "SCSI", "page 83h is neither listed nor told",
         "- vpd_page_missing: {on: {receive: INQUIRY}, do: {identity: {without: [83h]}}}",
         "commands"},
    Knob{"VPD designator twice", "SCSI", "the first designator of page 83h, twice",
         "- vpd_designator_twice: {on: {receive: INQUIRY}, do: {identity: {duplicate_designator: "
         "yes}}}",
         "commands"},
    Knob{"serial changed", "SCSI",
         "another serial number and other designators: the LUN was mapped anew",
         "- serial_changed: {on: {receive: INQUIRY}, do: {identity: {serial: NEW0001}}}",
         "commands"},
    Knob{"peripheral qualifier 001b", "SCSI", "a unit could be connected here, and is not",
         "- peripheral_qualifier_001b: {on: {receive: INQUIRY}, do: {identity: {qualifier: 1}}}",
         "commands"},
    Knob{"peripheral qualifier 011b", "SCSI", "no unit can be here",
         "- peripheral_qualifier_011b: {on: {receive: INQUIRY}, do: {identity: {qualifier: 3, "
         "type: 1Fh}}}",
         "commands"},
    Knob{"odd INQUIRY length", "SCSI", "INQUIRY data that says that it is longer than it is",
         "- odd_inquiry_length: {on: {receive: INQUIRY}, times: 1, do: {length: +9}}", "commands"},
    Knob{"capacity beyond READ CAPACITY(10)", "SCSI", "FFFFFFFFh: ask READ CAPACITY(16)",
         "- capacity_beyond_read_capacity_10: {on: {receive: READ CAPACITY(10)}, times: 1, do: "
         "{capacity: {last_lba: FFFFFFFFh}}}",
         "commands"},
    Knob{
        "capacity 0", "SCSI", "a last block of 0",
        "- capacity_0: {on: {receive: READ CAPACITY(10)}, times: 1, do: {capacity: {last_lba: 0}}}",
        "commands"},
    Knob{"4Kn", "SCSI", "blocks of 4,096 bytes",
         "- l4kn: {on: {receive: READ CAPACITY(10)}, times: 1, do: {capacity: {block: 4096}}}",
         "commands"},
    Knob{"512e", "SCSI", "eight blocks in a physical one",
         "- l512e: {on: {receive: READ CAPACITY(16)}, times: 1, do: {capacity: {physical_exponent: "
         "3}}}",
         "commands"},
    Knob{"capacity grows mid-run", "SCSI", "the unit grows while it is used",
         "- capacity_grows_mid_run: {on: {receive: READ(10)}, times: 1, do: {change: {resize: "
         "{lun: 0, capacity: 2 MiB}}}}",
         "commands"},
    Knob{"capacity shrinks mid-run", "SCSI", "the unit shrinks while it is used",
         "- capacity_shrinks_mid_run: {on: {receive: READ(10)}, times: 1, do: {change: {resize: "
         "{lun: 0, capacity: 4 KiB}}}}",
         "commands"},
    Knob{"no LUNs", "SCSI", "an empty list",
         "- no_luns: {on: {receive: REPORT LUNS}, do: {luns: {list: []}}}", "commands"},
    Knob{"one LUN", "SCSI", "a list of one that is not there",
         "- one_lun: {on: {receive: REPORT LUNS}, do: {luns: {list: [3]}}}", "commands"},
    Knob{"16,384 LUNs", "SCSI", "as many as flat addressing can say",
         "- l16_384_luns: {on: {receive: REPORT LUNS}, do: {luns: {count: 16384}}}", "commands"},
    Knob{"LUNs with holes", "SCSI", "numbers that do not follow each other",
         "- luns_with_holes: {on: {receive: REPORT LUNS}, do: {luns: {list: [0, 2, 7, 300]}}}",
         "commands"},
    Knob{"no LUN 0", "SCSI", "a list without LUN 0",
         "- no_lun_0: {on: {receive: REPORT LUNS}, do: {luns: {list: [1, 2]}}}", "commands"},
    Knob{"well known LUN", "SCSI", "the REPORT LUNS well known unit in the list",
         "- well_known_lun: {on: {receive: REPORT LUNS}, do: {luns: {well_known: yes}}}",
         "commands"},
    Knob{"LUNs, peripheral addressing", "SCSI", "00b, one byte",
         "- luns_peripheral_addressing: {on: {receive: REPORT LUNS}, do: {luns: {list: [0, 1], "
         "addressing: peripheral}}}",
         "commands"},
    Knob{"LUNs, flat addressing", "SCSI", "01b, 14 bits, for small numbers too",
         "- luns_flat_addressing: {on: {receive: REPORT LUNS}, do: {luns: {list: [0, 1], "
         "addressing: flat}}}",
         "commands"},
    Knob{"LUNs, extended addressing", "SCSI", "11b, 24 bits",
         "- luns_extended_addressing: {on: {receive: REPORT LUNS}, do: {luns: {list: [0, 1], "
         "addressing: extended}}}",
         "commands"},
    Knob{"LUNs in another order", "SCSI", "descending",
         "- luns_in_another_order: {on: {receive: REPORT LUNS}, do: {luns: {list: [0, 1, 2], "
         "descending: yes}}}",
         "commands"},
    Knob{"LUN list length lies", "SCSI", "more than there are",
         "- lun_list_length_lies: {on: {receive: REPORT LUNS}, do: {length: +8}}", "commands"},
    Knob{"D_SENSE changes", "SCSI", "sense data in descriptor format from now on",
         "- d_sense_changes: {on: {receive: READ(10)}, times: 1, do: {change: {unit: "
         "{descriptor_sense: yes}}}}",
         "commands"},
    Knob{"SWP changes", "SCSI", "software write protection",
         "- swp_changes: {on: {receive: READ(10)}, times: 1, do: {change: {unit: {write_protect: "
         "yes}}}}",
         "commands"},
    Knob{"WCE changes", "SCSI", "the write cache is turned on",
         "- wce_changes: {on: {receive: READ(10)}, times: 1, do: {change: {unit: {write_cache: "
         "yes}}}}",
         "commands"},
    Knob{"RSOC unsupported", "SCSI", "REPORT SUPPORTED OPERATION CODES is unknown",
         "- rsoc_unsupported: {on: {receive: REPORT SUPPORTED OPERATION CODES}, times: 1, do: "
         "{status: CHECK CONDITION, sense: {key: ILLEGAL REQUEST, code: INVALID COMMAND OPERATION "
         "CODE}}}",
         "commands"},
    Knob{"RSOC hangs", "SCSI", "REPORT SUPPORTED OPERATION CODES is never answered",
         "- rsoc_hangs: {on: {receive: REPORT SUPPORTED OPERATION CODES}, times: 1, do: {answer: "
         "never}}",
         "commands"},
    Knob{"persistent reservation ghost", "SCSI", "a host that is not there is registered",
         "- persistent_reservation_ghost: {on: {receive: READ(10)}, times: 1, do: {change: "
         "{reservation: {do: register, key: 6057h}}}}",
         "commands"},
    Knob{"persistent reservation by another", "SCSI", "a host that is not there holds the unit",
         "- persistent_reservation_by_another: {on: {receive: READ(10)}, times: 1, do: {change: "
         "{reservation: {do: reserve, type: \"exclusive access\"}}}}",
         "commands"},
    Knob{"preempt by another nexus", "SCSI",
         "a registration is preempted by a host that is not there",
         "- preempt_by_another_nexus: {on: {receive: REQUEST SENSE}, times: 1, do: {change: "
         "{reservation: {do: preempt, victim: 1234h}}}}",
         "commands"},
    Knob{"RESERVE(6) by another", "SCSI", "the old reservation, of a host that is not there",
         "- reserve_6_by_another: {on: {receive: READ(10)}, times: 1, do: {change: {reservation: "
         "{do: reserve(6)}}}}",
         "commands"},
    Knob{"compare and write not atomic", "SCSI",
         "COMPARE AND WRITE writes although it did not compare",
         "- compare_and_write_not_atomic: {on: {receive: COMPARE AND WRITE}, do: {compares: no}}",
         "commands"},
    Knob{"EXTENDED COPY rejected", "SCSI", "a copy that is refused for its parameters",
         "- extended_copy_rejected: {on: {receive: EXTENDED COPY(LID1)}, times: 1, do: {status: "
         "CHECK CONDITION, sense: {key: COPY ABORTED, code: 0D01h}}}",
         "commands"},
    Knob{"UNMAP refused", "SCSI", "an anchor that nobody asked for",
         "- unmap_refused: {on: {receive: UNMAP}, times: 1, do: {status: CHECK CONDITION, sense: "
         "{key: ILLEGAL REQUEST, code: INVALID FIELD IN CDB, field: 1}}}",
         "commands"},
    Knob{"START STOP", "SCSI", "the unit is stopped by somebody",
         "- start_stop: {on: {receive: READ(10)}, times: 1, do: {change: {unit: {stopped: yes}}}}",
         "commands"},
    Knob{"ALUA active/non-optimized", "SCSI", "commands work, another path is better",
         "- alua_active_non_optimized: {on: {receive: READ(10)}, times: 1, do: {change: "
         "{port_group: {state: active/non-optimized}}}}",
         "groups"},
    Knob{"ALUA standby", "SCSI", "04/0B for what needs the medium",
         "- alua_standby: {on: {receive: READ(10)}, times: 1, do: {change: {port_group: {state: "
         "standby}}}}",
         "groups"},
    Knob{"ALUA unavailable", "SCSI", "04/0C for almost everything",
         "- alua_unavailable: {on: {receive: READ(10)}, times: 1, do: {change: {port_group: "
         "{state: unavailable}}}}",
         "groups"},
    Knob{"ALUA offline", "SCSI", "04/12",
         "- alua_offline: {on: {receive: READ(10)}, times: 1, do: {change: {port_group: {state: "
         "offline}}}}",
         "groups"},
    Knob{"ALUA transitioning", "SCSI", "04/0A, for now",
         "- alua_transitioning: {on: {receive: READ(10)}, times: 1, do: {change: {port_group: "
         "{state: transitioning}}}}",
         "groups"},
    Knob{"ALUA active/optimized", "SCSI", "back to the best state",
         "- alua_active_optimized: {on: {receive: MODE SENSE(6)}, times: 1, do: {change: "
         "{port_group: {group: 2, state: active/optimized}}}}",
         "groups"},
    Knob{"ALUA, implicit and silent", "SCSI", "a state changes, and no unit attention says so",
         "- alua_implicit_and_silent: {on: {receive: READ(10)}, times: 1, do: {change: "
         "{port_group: {state: active/non-optimized, told: no}}}}",
         "groups"},
    Knob{"ALUA, implicit transition failed", "SCSI", "2A/07",
         "- alua_implicit_transition_failed: {on: {receive: READ(10)}, times: 1, do: {change: "
         "{port_group: {failed: yes}}}}",
         "groups"},
    Knob{"ALUA, explicit refused", "SCSI", "SET TARGET PORT GROUPS fails",
         "- alua_explicit_refused: {on: {receive: SET TARGET PORT GROUPS}, times: 1, do: {status: "
         "CHECK CONDITION, sense: {key: HARDWARE ERROR, code: 670Ah}}}",
         "groups"},
    Knob{"ALUA, preferred bit", "SCSI", "the preferred group changes",
         "- alua_preferred_bit: {on: {receive: READ(10)}, times: 1, do: {change: {port_group: "
         "{group: 2, preferred: yes}}}}",
         "groups"},
    Knob{"RTPG length lies", "SCSI", "REPORT TARGET PORT GROUPS says less than it tells",
         "- rtpg_length_lies: {on: {receive: REPORT TARGET PORT GROUPS}, times: 1, do: {length: "
         "-8}}",
         "groups"},
    Knob{"delay", "SCSI", "a command is executed so much later",
         "- delay: {on: {receive: READ(10)}, do: {delay: 200 ms}}", "reading"},
    Knob{"delay with jitter", "SCSI", "and up to so much more, drawn from the seed",
         "- delay_with_jitter: {on: {receive: READ(10)}, do: {delay: 20 ms, jitter: 500 ms}}",
         "reading"},
    Knob{"delay p99", "SCSI", "one command in a hundred takes so long",
         "- delay_p99: {on: {receive: READ(10)}, do: {delay: 1 ms, p99: 5 s}}", "reading"},
    Knob{"crash and restart", "Life cycle",
         "the program dies and comes back; who was there is forgotten",
         "- crash_and_restart: {on: {receive: READ(10)}, times: 1, do: {change: {crash: {down: 3 "
         "s}}}}",
         "outage"},
    Knob{"crash, sessions kept", "Life cycle", "nexuses and reservations are remembered",
         "- crash_sessions_kept: {on: {receive: READ(10)}, times: 1, do: {change: {crash: {down: 3 "
         "s, keep_sessions: yes}}}}",
         "outage"},
    Knob{"crash, cache lost", "Life cycle", "what was not synchronized is gone",
         "- crash_cache_lost: {on: {receive: READ(10)}, times: 1, do: {change: {crash: {down: 3 s, "
         "keep_cache: no}}}}",
         "outage"},
    Knob{"crash, new TSIH", "Life cycle", "session handles go on where they were",
         "- crash_new_tsih: {on: {receive: READ(10)}, times: 1, do: {change: {crash: {down: 3 s, "
         "restart_tsih: no}}}}",
         "outage"},
    Knob{"power loss", "Life cycle", "units lose what is volatile, everybody hears POWER ON",
         "- power_loss: {on: {receive: READ(10)}, times: 1, do: {change: {power_loss: {down: 3 s, "
         "booting: 4 s}}}}",
         "outage"},
    Knob{"failover to another portal", "Life cycle", "a portal goes away; the other one goes on",
         "- failover_to_another_portal: {on: {receive: READ(10)}, times: 1, do: {change: "
         "{portal_down: 10.0.0.10:3260}}}",
         "outage"},
    Knob{"LUN added", "Life cycle", "a unit comes while sessions are open",
         "- lun_added: {on: {receive: READ(10)}, times: 1, do: {change: {add: {lun: 9, capacity: 1 "
         "MiB}}}}",
         "outage"},
    Knob{"LUN removed", "Life cycle", "a unit goes while sessions are open",
         "- lun_removed: {on: {receive: READ(10)}, times: 1, do: {change: {remove: {lun: 0}}}}",
         "outage"},
    Knob{"LUN resized", "Life cycle", "a unit grows while sessions are open",
         "- lun_resized: {on: {receive: READ(10)}, times: 1, do: {change: {resize: {lun: 0, "
         "capacity: 8 MiB}}}}",
         "outage"},
    Knob{"portal group tag changed", "Life cycle", "the same portals in another portal group",
         "- portal_group_tag_changed: {on: {receive: READ(10)}, times: 1, do: {change: "
         "{portal_group_tag: 7, drop_sessions: reset}}}",
         "outage"},
    Knob{"slow boot", "Life cycle", "logins are told 0301h for a while",
         "- slow_boot: {on: {receive: READ(10)}, times: 1, do: {change: {drop_sessions: reset, "
         "booting: 6 s}}}",
         "outage"},
    Knob{"service paused", "Life cycle", "nothing is read, said or timed out for a while",
         "- service_paused: {on: {receive: READ(10)}, times: 1, do: {change: {pause: 4 s}}}",
         "outage"},
    Knob{"port group state", "Life cycle", "a target port group changes its state",
         "- port_group_state: {on: {receive: READ(10)}, times: 1, do: {change: {port_group: "
         "{state: standby}}}}",
         "groups"},
};

}  // namespace

std::span<const Knob> device_knobs() { return kDeviceKnobs; }

}  // namespace lunsim::scenarios
