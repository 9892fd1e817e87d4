// The knobs that strike logins.
#include "scenarios/engine/knobs_wire.hpp"

namespace lunsim::scenarios {
namespace {

constexpr Knob kLoginKnobs[] = {
    {"login status", "Login", "any Status-Class and Status-Detail",
     "- f: {on: {receive: Login Request}, times: 1, do: {login_status: 0207h}}", "login"},
    {"not ready", "Login", "0301: the service is not there yet",
     "- f: {on: {receive: Login Request}, times: 1, do: {login_status: 0301h}}", "login"},
    {"out of resources", "Login", "0302: no room for another session",
     "- f: {on: {receive: Login Request}, times: 1, do: {login_status: 0302h}}", "login"},
    {"target removed", "Login", "0203 and 0204: no such target (any more)",
     "- f: {on: {receive: Login Request}, times: 1, do: {login_status: 0203h}}", "login"},
    {"too many connections", "Login", "0206: too many connections in the session",
     "- f: {on: {receive: Login Request}, times: 1, do: {login_status: 0206h}}", "login"},
    {"temporary redirect", "Login", "0101 with another address",
     "- f: {on: {receive: Login Request}, times: 1, do: {redirect: {to: 10.0.0.11:3260}}}",
     "two portals"},
    {"permanent redirect", "Login", "0102 with another address",
     "- f: {on: {receive: Login Request}, times: 1, do: {redirect: {to: 10.0.0.11:3260, permanent: "
     "yes}}}",
     "two portals"},
    {"redirect to itself", "Login", "the address that the initiator came to",
     "- f: {on: {receive: Login Request}, times: 1, do: {redirect: {to: 10.0.0.10:3260}}}",
     "login"},
    {"redirect loop", "Login", "two portals that each point to the other",
     "- f: {on: {receive: Login Request, portal: \"*10:3260\"}, do: {redirect: {to: "
     "10.0.0.11:3260}}}\n"
     "- g: {on: {receive: Login Request, portal: \"*11:3260\"}, do: {redirect: {to: "
     "10.0.0.10:3260}}}",
     "two portals"},
    {"redirect to IPv6", "Login", "an address in brackets",
     "- f: {on: {receive: Login Request}, times: 1, do: {redirect: {to: \"[fd00::11]:3260\"}}}",
     "two portals"},
    {"redirect to a bad port", "Login", "an address that is none",
     "- f: {on: {receive: Login Request}, times: 1, do: {redirect: {address: "
     "\"10.0.0.11:99999\"}}}",
     "login"},
    {"redirect to another target", "Login",
     "a TargetName beside the address, as no standard allows",
     "- f: {on: {receive: Login Request}, times: 1, do: {redirect: {to: 10.0.0.11:3260, "
     "target_name: "
     "\"iqn.2026-11.org.lunsim:other\"}}}",
     "two portals"},
    {"transition held", "Login", "the target stays in the stage for some rounds more",
     "- f: {on: {send: Login Response}, times: 1, do: {hold_transit: 3}}", "login"},
    {"text in pieces", "Login", "the answer's text is cut at any byte, with the C bit",
     "- f: {on: {send: Login Response}, times: 1, do: {split_text: 7}}", "login"},
    {"key omitted", "Login", "a key is missing in the answer",
     "- f: {on: {send: Login Response}, do: {text: {remove: [TargetPortalGroupTag]}}}", "login"},
    {"key twice", "Login", "a key is answered twice",
     "- f: {on: {send: Login Response}, times: 1, do: {text: {repeat: [TargetPortalGroupTag]}}}",
     "login"},
    {"key unknown", "Login", "a key that nobody knows",
     "- f: {on: {send: Login Response}, times: 1, do: {text: {add: {X-org.lunsim.what: 1}}}}",
     "login"},
    {"key over-long", "Login", "a value longer than any key may have",
     "- f: {on: {send: Login Response}, times: 1, do: {text: {add: {X-org.lunsim.long: {letters: "
     "7000}}}}}",
     "login"},
    {"key in lower case", "Login", "a key spelled as no standard spells it",
     "- f: {on: {send: Login Response}, times: 1, do: {text: {rename: {MaxBurstLength: "
     "maxburstlength}}}}",
     "login"},
    {"illegal value", "Login", "a value that the key may not have",
     "- f: {on: {send: Login Response}, times: 1, do: {text: {set: {MaxBurstLength: 17}}}}",
     "login"},
    {"Reject", "Login", "the target answers a key with Reject",
     "- f: {on: {send: Login Response}, times: 1, do: {text: {set: {MaxBurstLength: Reject}}}}",
     "login"},
    {"NotUnderstood", "Login", "the target answers a key that all know with NotUnderstood",
     "- f: {on: {send: Login Response}, times: 1, do: {text: {set: {MaxBurstLength: "
     "NotUnderstood}}}}",
     "login"},
    {"Irrelevant", "Login", "the target answers a key with Irrelevant",
     "- f: {on: {send: Login Response}, times: 1, do: {text: {set: {FirstBurstLength: "
     "Irrelevant}}}}",
     "login"},
    {"TSIH changed", "Login", "another TSIH than that of the session",
     "- f: {on: {send: Login Response, fields: {T: 1}}, times: 1, do: {set: {TSIH: 7777}}}",
     "login"},
    {"version", "Login", "a version that does not exist",
     "- f: {on: {send: Login Response}, times: 1, do: {set: {Version-max: 1, Version-active: 1}}}",
     "login"},
    {"CHAP challenge length", "Login", "a challenge of so many bytes", "chap_challenge: 1024",
     "chap", KnobPlace::target},
    {"CHAP encoding", "Login", "the same challenge in base64, or with an upper-case prefix",
     "- f: {on: {send: Login Response}, do: {text: {encode: {CHAP_C: base64}}}}", "chap"},
    {"CHAP upper-case prefix", "Login", "0X and capitals, as some write it",
     "- f: {on: {send: Login Response}, do: {text: {encode: {CHAP_C: HEX}}}}", "chap"},
    {"CHAP reflected", "Login", "the initiator's own challenge comes back to it",
     "- f: {on: {send: Login Response}, do: {text: {set: {CHAP_C: {received: CHAP_C}}}}}",
     "mutual chap"},
    {"CHAP repeated", "Login", "a challenge that was used before",
     "- f: {on: {send: Login Response}, do: {text: {set: {CHAP_C: {sent: CHAP_C}}}}}",
     "mutual chap"},
    {"CHAP algorithm", "Login", "an algorithm that the initiator did not offer",
     "- f: {on: {send: Login Response}, do: {text: {set: {CHAP_A: 77}}}}", "chap"},
    {"CHAP wrong proof", "Login", "the target proves itself wrongly",
     "- f: {on: {send: Login Response}, do: {text: {set: {CHAP_R: "
     "0x00112233445566778899aabbccddeeff}}}}",
     "mutual chap"},
    {"CHAP late", "Login", "the right answer, after a long time",
     "- f: {on: {send: Login Response, stage: security, nth: 3}, do: {hold: 10 s}}", "chap"},
    {"AuthMethod in discovery", "Login", "discovery demands CHAP though sessions do not",
     "discovery_chap: [{user: jo, secret: correct horse 1}]", "discovery", KnobPlace::target},
    {"AuthMethod flip", "Login", "another method than in the other kind of session",
     "- f: {on: {send: Login Response, session: discovery}, do: {text: {set: {AuthMethod: CHAP}}}}",
     "discovery"},
    {"login time-out", "Login", "the login is never answered",
     "- f: {on: {send: Login Response}, times: 1, do: drop}", "login"},
};

}  // namespace

std::span<const Knob> login_knobs() { return kLoginKnobs; }

}  // namespace lunsim::scenarios
