#include <array>

#include "scenarios/engine/knob_table.hpp"

namespace lunsim::scenarios {
namespace {

constexpr Knob smb_knob(std::string_view name, std::string_view line, std::string_view example,
                        std::string_view story = "sessions") {
  return {name, "SMB", line, example, story, KnobPlace::server_faults};
}

constexpr std::array kSmbKnobs{
    smb_knob("smb, receive", "waits for a message that a client sends, by its SMB2 name or `any`",
             "- smb_receive: {on: {receive: IOCTL}, times: 1, do: {status: STATUS_PIPE_BUSY}}"),
    smb_knob(
        "smb, send", "waits for an answer of the server, with `status:` for one of this status",
        "- smb_send: {on: {send: SESSION_SETUP, status: STATUS_SUCCESS}, times: 1, do: {status: "
        "STATUS_ACCOUNT_LOCKED_OUT}}"),
    smb_knob("smb, call", "waits for a call of srvsvc, with `level:` for one at this level",
             "- smb_call: {on: {call: NetrSessionEnum, level: 10}, times: 1, do: {return: "
             "ERROR_ACCESS_DENIED}}"),
    smb_knob("smb, user", "waits for what this user's login does, * and ? as in file names",
             "- smb_user: {on: {call: any, user: \"ad*\"}, times: 1, do: {return: "
             "ERROR_NOT_ENOUGH_MEMORY}}"),
    smb_knob("smb, nth", "waits for the n-th of these",
             "- smb_nth: {on: {call: NetrSessionEnum, nth: 2}, do: {return: ERROR_ACCESS_DENIED}}"),
    smb_knob("smb, every", "waits for every n-th of these",
             "- smb_every: {on: {receive: IOCTL, every: 2}, do: {status: STATUS_PIPE_BUSY}}"),
    smb_knob("smb, probability", "by chance, drawn from the run's seed",
             "- smb_chance: {on: {receive: any, probability: 0.5}, do: {delay: 1 ms}}"),
    smb_knob("smb, variable", "while a variable that a `set:` step changes has that value",
             "- smb_variable: {on: {receive: IOCTL, variable: {ready: 1}}, times: 1, do: {status: "
             "STATUS_PIPE_BUSY}}"),
    smb_knob("smb, file",
             "live: while the file is there; simulated: while the variable of that name is not 0",
             "- smb_file: {on: {receive: IOCTL, file: ready}, times: 1, do: {status: "
             "STATUS_PIPE_BUSY}}"),
    smb_knob("smb, before_time", "only in the first part of a run, or with `after_time:` the rest",
             "- smb_early: {on: {receive: IOCTL, before_time: 1 h}, times: 1, do: {status: "
             "STATUS_PIPE_BUSY}}"),
    smb_knob("smb, after", "waits for another fault of the server first",
             "- smb_first: {on: {call: NetrSessionEnum, nth: 1}, do: {total: 9}}\n"
             "- smb_after: {after: smb_first, on: {call: any}, times: 1, do: {return: "
             "ERROR_ACCESS_DENIED}}"),
    smb_knob("status", "any NTSTATUS: what comes is not done, what goes says it instead",
             "- smb_status: {on: {receive: CREATE}, times: 1, do: {status: "
             "STATUS_OBJECT_NAME_NOT_FOUND}}"),
    smb_knob("drop, message", "the message is lost",
             "- smb_drop: {on: {send: IOCTL, nth: 2}, do: drop}"),
    smb_knob("reset, message", "the connection is reset in place of the message",
             "- smb_reset: {on: {receive: IOCTL, nth: 2}, do: reset}"),
    smb_knob("delay, message", "the message and those behind it are late",
             "- smb_delay: {on: {send: IOCTL, nth: 2}, do: {delay: 5 s}}"),
    smb_knob("duplicate", "the message is there twice",
             "- smb_duplicate: {on: {send: IOCTL, nth: 2}, do: {duplicate: yes}}"),
    smb_knob("reorder", "the message comes behind the next one, or a second later",
             "- smb_reorder: {on: {send: IOCTL, nth: 2}, do: {reorder: yes}}"),
    smb_knob(
        "cut, message",
        "the connection ends by `reset` or `finish` once so many bytes of the message have left",
        "- smb_cut: {on: {send: IOCTL, nth: 2}, do: {cut: {how: finish, after: 40}}}"),
    smb_knob("signature", "the signature is wrong, or missing",
             "- smb_signature: {on: {send: CREATE}, do: {signature: wrong}}"),
    smb_knob("credits",
             "so many credits are granted whatever was asked for; 0: the client is stuck",
             "- smb_credits: {on: {send: CREATE}, do: {credits: 0}}"),
    smb_knob("dialect", "NEGOTIATE tells another dialect than was agreed on",
             "- smb_dialect: {on: {send: NEGOTIATE}, do: {dialect: \"2.0.2\"}}"),
    smb_knob("pending", "STATUS_PENDING first, and the answer so much later",
             "- smb_pending: {on: {send: IOCTL, nth: 2}, do: {pending: 2 s}}"),
    smb_knob("expire_session", "the session that the answer belongs to has expired then",
             "- smb_expire: {on: {send: CREATE}, do: {expire_session: yes}}"),
    smb_knob("return, call", "any Win32 code, and nothing is done",
             "- smb_return: {on: {call: NetrSessionDel}, times: 1, do: {return: "
             "NERR_ClientNameNotFound}}"),
    smb_knob("return, done, call", "the code is an error, and it is done all the same",
             "- smb_done: {on: {call: NetrSessionDel}, times: 1, do: {return: ERROR_ACCESS_DENIED, "
             "done: yes}}"),
    smb_knob("fault", "an RPC fault with this status",
             "- smb_fault: {on: {call: NetrSessionEnum}, times: 1, do: {fault: 1C010002h}}"),
    smb_knob("level", "the answer claims another level than was asked for",
             "- smb_level: {on: {call: NetrSessionEnum}, times: 1, do: {level: 502}}"),
    smb_knob("entries", "the answer claims more or fewer entries than it has",
             "- smb_entries: {on: {call: NetrSessionEnum}, times: 1, do: {entries: 9}}"),
    smb_knob("total", "TotalEntries is this",
             "- smb_total: {on: {call: NetrSessionEnum}, times: 1, do: {total: 77}}"),
    smb_knob("resume", "ResumeHandle is this",
             "- smb_resume: {on: {call: NetrSessionEnum}, times: 1, do: {resume: 77}}"),
    smb_knob("cut_ndr", "the answer's NDR lacks so many bytes at its end",
             "- smb_cut_ndr: {on: {call: NetrSessionEnum}, times: 1, do: {cut_ndr: 8}}"),
    smb_knob("pad_ndr",
             "so many bytes too many stand behind the answer's NDR: it comes in fragments",
             "- smb_pad_ndr: {on: {call: NetrSessionEnum}, times: 1, do: {pad_ndr: 20000}}"),
    smb_knob("rpc_signature",
             "the answer's signature inside RPC is wrong, or missing, where a login inside RPC "
             "agreed on one; what other faults change is signed",
             "- smb_rpc_signature: {on: {call: NetrSessionEnum}, times: 1, do: {rpc_signature: "
             "wrong}}",
             "sessions, signed inside RPC"),
    smb_knob(
        "end_sessions", "sessions of a client or user end once the call is answered",
        "- smb_end: {on: {call: NetrSessionEnum}, times: 1, do: {end_sessions: {client: WS2}}}"),
};

}  // namespace

std::span<const Knob> smb_knobs() { return kSmbKnobs; }

}  // namespace lunsim::scenarios
