"""The fake SMB server under clients that nobody here wrote: rpcclient and smbclient of Samba at all five dialects, signed and
encrypted, and impacket at 2.0.2, 2.1 and 3.0 for the levels, filters and pages of NetrSessionEnum."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer
import smb_gss

peer.want_module_of_debian("impacket")

SERVER = {
    "name": "FAKESRV", "domain": "TESTGRP", "comment": "a server that is not there",
    "users": [{"name": "admin", "password": "Adm1n pass", "administrator": True},
              {"name": "alice", "password": "S3cret\u00e9"},
              {"name": "gone", "password": "x", "refusal": "account_disabled"}],
    "shares": [{"name": "data", "path": "C:\\data", "remark": "some data"},
               {"name": "secret$", "path": "C:\\secret", "hidden": True}],
    "sessions": [
        {"client": "\\\\WS1", "user": "alice", "opens": 3, "time_s": 7200, "idle_s": 60, "client_type": "Windows"},
        {"client": "\\\\WS2", "user": "bob", "opens": 1, "time_s": 100, "idle_s": 1, "guest": True},
        {"client": "\\\\WS3", "user": "alice", "opens": 0, "time_s": 50, "idle_s": 50}],
    "files": [{"id": 7, "path": "C:\\data\\a.txt", "user": "alice", "permissions": 3, "locks": 1}],
    "connections": [{"id": 1, "share": "data", "client": "\\\\WS1", "user": "alice", "opens": 3, "time_s": 10}],
    "access": "windows-2019", "anonymous": True,
}
ADMIN = "admin%Adm1n pass"
DIALECTS = {"2.0.2": "SMB2_02", "2.1": "SMB2_10", "3.0": "SMB3_00", "3.0.2": "SMB3_02", "3.1.1": "SMB3_11"}


class Smb(peer.Server):
    """`lunsim smb serve` on a free port."""

    def __init__(self, workdir, number=[0], **changes):
        number[0] += 1
        path = os.path.join(workdir, f"server{number[0]}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**SERVER, **changes}, file)
        self.pcap = os.path.join(workdir, f"server{number[0]}.pcapng")
        super().__init__([peer.LUNSIM, "smb", "serve", path, "--pcap", self.pcap])
        line = self.process.stdout.readline()
        found = re.match(r"ready smb=127\.0\.0\.1:(\d+)$", line.strip())
        if not found:
            self.stop()
            raise peer.Failed(f"lunsim smb serve did not come up: {line!r}\n{self.errors()}")
        self.port = found.group(1)


def rpcclient(server, command, *options, user=ADMIN, binding="127.0.0.1"):
    return peer.run(["rpcclient", "-s", "/dev/null", "-p", server.port, binding, "-U", user, *options, "-c", command], 30)


def inside_rpc(checks, server, entries):
    """Logins inside DCE/RPC, by what Samba's client can ask for."""
    for options in ("connect", "packet", "sign", "seal", "ntlm,sign", "ntlm,seal", "spnego,sign", "spnego,seal", "bigendian",
                    "bigendian,spnego,seal"):
        done = rpcclient(server, "netsessenum", binding=f"ncacn_np:127.0.0.1[{options}]")
        checks.that(f"rpcclient authenticated inside RPC: {options}", f"Received {entries} entries" in done.output, done.output)


def samba(checks, workdir):
    with Smb(workdir) as server:
        for name, option in DIALECTS.items():
            at = [f"--option=client ipc min protocol={option}", f"--option=client ipc max protocol={option}"]
            done = rpcclient(server, "netsessenum", *at)
            checks.that(f"rpcclient netsessenum at {name}", "Received 4 entries" in done.output, done.output)
        done = rpcclient(server, "netshareenumall")
        checks.that("rpcclient lists the shares with their paths", done.returncode == 0
                    and "netname: data" in done.output and "path:\tC:\\data" in done.output
                    and "netname: IPC$" in done.output, done.output)
        done = rpcclient(server, "srvinfo")
        checks.that("rpcclient srvinfo", re.search(r"os version\s*:\s*10\.0", done.output)
                    and "a server that is not there" in done.output, done.output)
        done = rpcclient(server, "netsharegetinfo nosuch 1")
        checks.that("a share that is not there is 2310", "NERR_NETNAMENOTFOUND" in done.output.upper(), done.output)
        for level in ("0", "1", "2", "10", "502"):
            done = rpcclient(server, f"netsessenum \\\\\\\\ws1 alice {level}")
            checks.that(f"one session at level {level}, whatever the case of its name",
                        "Received 1 entries" in done.output, done.output)
        done = rpcclient(server, "netsessenum \\\\\\\\nosuch \"\" 1")
        checks.that("an unknown client is 2312", "CLIENTNAMENOTFOUND" in done.output.upper(), done.output)
        done = rpcclient(server, "netsessdel \\\\\\\\WS2 bob")
        checks.that("a session is deleted", done.returncode == 0, done.output)
        done = rpcclient(server, "netsessenum")
        checks.that("and is gone", "Received 3 entries" in done.output, done.output)
        done = rpcclient(server, "netsessdel \\\\\\\\WS2 bob")
        checks.that("and cannot be deleted twice", "CLIENTNAMENOTFOUND" in done.output.upper(), done.output)
        done = rpcclient(server, "netsessenum", user="alice%S3cret\u00e9")
        checks.that("who is no administrator is refused", "ACCESS_DENIED" in done.output, done.output)
        done = rpcclient(server, "netsessenum", user="%")
        checks.that("anonymous comes in and is refused", "WERR_ACCESS_DENIED" in done.output, done.output)
        done = rpcclient(server, "netsessenum", user="admin%wrong")
        checks.that("a wrong password is STATUS_LOGON_FAILURE", "NT_STATUS_LOGON_FAILURE" in done.output, done.output)
        done = rpcclient(server, "netsessenum", user="gone%x")
        checks.that("a disabled account says so", "NT_STATUS_ACCOUNT_DISABLED" in done.output, done.output)
        for name, option in (("3.0", "SMB3_00"), ("3.0.2", "SMB3_02"), ("3.1.1", "SMB3_11")):
            done = rpcclient(server, "netsessenum", "--client-protection=encrypt",
                             f"--option=client ipc max protocol={option}")
            checks.that(f"rpcclient encrypted at {name}", "Received 3 entries" in done.output, done.output)
        for cipher in ("AES-128-CCM", "AES-128-GCM", "AES-256-CCM", "AES-256-GCM"):
            done = rpcclient(server, "netsessenum", "--client-protection=encrypt",
                             f"--option=client smb3 encryption algorithms={cipher}")
            checks.that(f"rpcclient encrypted with {cipher}", "Received 3 entries" in done.output, done.output)
        for algorithm in ("HMAC-SHA256", "AES-128-CMAC", "AES-128-GMAC"):
            done = rpcclient(server, "netsessenum", f"--option=client smb3 signing algorithms={algorithm}")
            checks.that(f"rpcclient signed with {algorithm}", "Received 3 entries" in done.output, done.output)
        inside_rpc(checks, server, 3)
        done = rpcclient(server, "netsessenum", "--option=client min protocol=NT1",
                         "--option=client ipc min protocol=NT1")
        checks.that("rpcclient through SMB1's negotiation", "Received 3 entries" in done.output, done.output)
        done = peer.run(["smbclient", "-s", "/dev/null", "-p", server.port, "-L", "127.0.0.1", "-U", ADMIN], 30)
        checks.that("smbclient -L", re.search(r"data\s+Disk\s+some data", done.output)
                    and re.search(r"IPC\$\s+IPC\s+Remote IPC", done.output), done.output)
        pcap = server.pcap
        port = server.port
    # Wireshark takes the hint in an answer to NEGOTIATE for what it is only if it comes from a port below 1024.
    done = peer.run(["tshark", "-r", pcap, "-d", f"tcp.port=={port},nbss", "-Y", "_ws.malformed && smb2.cmd != 0"], 120)
    checks.that("Wireshark finds nothing malformed in all of it", done.returncode == 0
                and not [line for line in done.output.splitlines() if "SMB" in line or "SRVSVC" in line], done.output)
    done = peer.run(["tshark", "-r", pcap, "-d", f"tcp.port=={port},nbss", "-Y", "srvsvc"], 120)
    checks.that("and sees srvsvc in it", done.output.count("NetSessEnum") >= 20, done.output)
    with Smb(workdir, sessions=[{"client": f"\\\\WS{i}", "user": f"user{i}"} for i in range(200)]) as server:
        done = rpcclient(server, "netsessenum")
        checks.that("200 sessions come in many fragments", "Received 201 entries" in done.output, done.output)
    with Smb(workdir, signing="required", encryption=False) as server:
        done = rpcclient(server, "netsessenum")
        checks.that("rpcclient where signing is required", "Received 4 entries" in done.output, done.output)
        done = rpcclient(server, "netsessenum", "--client-protection=encrypt")
        checks.that("and no encryption is offered", "NOT_SUPPORTED" in done.output, done.output)


def impacket(checks, workdir):
    try:
        from impacket import smb3structs
        from impacket.dcerpc.v5 import rpcrt, srvs, transport
        from impacket.dcerpc.v5.dtypes import NULL
        from impacket.smbconnection import SMBConnection
    except ImportError as missing:
        raise peer.Failed(f"{missing}: tools/install peers") from missing

    def connect(server, dialect, user="admin", password="Adm1n pass", level=None):
        smb = SMBConnection("FAKESRV", "127.0.0.1", sess_port=int(server.port), preferredDialect=dialect)
        smb.login(user, password, "TESTGRP")
        pipe = transport.SMBTransport("127.0.0.1", filename=r"\srvsvc", smb_connection=smb)
        pipe.set_credentials(user, password, "TESTGRP")
        dce = pipe.get_dce_rpc()
        if level is not None:
            dce.set_auth_level(level)
        dce.connect()
        dce.bind(srvs.MSRPC_UUID_SRVS)
        return smb, dce

    def sessions(dce, level, client=NULL, user=NULL, most=0xffffffff, resume=0):
        try:
            answer = srvs.hNetrSessionEnum(dce, client, user, level, preferedMaximumLength=most, resumeHandle=resume)
            code = 0
        except srvs.DCERPCSessionError as error:
            answer, code = error.get_packet(), error.get_error_code()
        return answer, code

    dialects = {"2.0.2": smb3structs.SMB2_DIALECT_002, "2.1": smb3structs.SMB2_DIALECT_21,
                "3.0 (encrypted)": smb3structs.SMB2_DIALECT_30, "SMB1's negotiation": None}
    with Smb(workdir) as server:
        for name, dialect in dialects.items():
            smb, dce = connect(server, dialect)
            for level in (0, 1, 2, 10, 502):
                answer, code = sessions(dce, level)
                rows = answer["InfoStruct"]["SessionInfo"][f"Level{level}"]["Buffer"]
                checks.that(f"impacket at {name}: level {level} has 3 sessions and its own",
                            code == 0 and len(rows) == 4 and rows[0][f"sesi{level}_cname"] == "WS1\0", repr(code))
            smb.logoff()
        for name, level in (("signed", rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY), ("sealed", rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY)):
            smb, dce = connect(server, smb3structs.SMB2_DIALECT_21, level=level)
            for _ in range(3):
                answer, code = sessions(dce, 10)
                checks.that(f"impacket {name} inside RPC", code == 0 and answer["TotalEntries"] == 4, repr(code))
            smb.logoff()
        smb, dce = connect(server, smb3structs.SMB2_DIALECT_21)
        answer, _ = sessions(dce, 502)
        row = answer["InfoStruct"]["SessionInfo"]["Level502"]["Buffer"][0]
        checks.that("times and opens are those that were declared", row["sesi502_num_opens"] == 3
                    and 7200 <= row["sesi502_time"] < 7260 and 60 <= row["sesi502_idle_time"] < 120
                    and row["sesi502_cltype_name"] == "Windows\0", row.dump)
        answer, _ = sessions(dce, 10, user="alice\0")
        checks.that("a user's sessions", answer["TotalEntries"] == 2, "")
        for what, client, user, wanted in (("no leading backslashes", "WS1\0", NULL, 2351),
                                           ("an unknown client", "\\\\NOSUCH\0", NULL, 2312),
                                           ("an unknown user", NULL, "nobody\0", 2221),
                                           ("a client's name of 1024 characters", "\\\\" + "x" * 1022 + "\0", NULL, 87),
                                           ("a user's name of 1024 characters", NULL, "x" * 1024 + "\0", 87)):
            _, code = sessions(dce, 10, client, user)
            checks.that(f"{what} is {wanted}", code == wanted, repr(code))
        seen, resume, pages = [], 0, 0
        while pages < 3:
            answer, code = sessions(dce, 0, most=24, resume=resume)
            seen += [row["sesi0_cname"] for row in answer["InfoStruct"]["SessionInfo"]["Level0"]["Buffer"]]
            left = answer["TotalEntries"]
            checks.that(f"page {pages + 1} says how many are left", left == (4, 2, 1)[pages], repr(left))
            resume, pages = answer["ResumeHandle"], pages + 1
            if code != 234:
                break
        checks.that("three pages have all of them, once",
                    seen[:3] == ["WS1\0", "WS2\0", "WS3\0"] and len(seen) == 4 and code == 0, repr(seen))
        answer, code = sessions(dce, 0, resume=999)
        checks.that("a resume handle behind the end is success and nothing",
                    code == 0 and answer["InfoStruct"]["SessionInfo"]["Level0"]["EntriesRead"] == 0, repr(code))
        answer = srvs.hNetrFileEnum(dce, NULL, NULL, 3, 0xffffffff)
        rows = answer["InfoStruct"]["FileInfo"]["Level3"]["Buffer"]
        listed = [(row["fi3_path_name"], row["fi3_username"]) for row in rows]
        checks.that("the open file is listed, and the caller's pipe behind it", listed[0] == ("C:\\data\\a.txt\0", "alice\0")
                    and ("\\PIPE\\srvsvc\0", "admin\0") in listed[1:], repr(listed))
        answer = srvs.hNetrConnectionEnum(dce, "data\0", 1, 0xffffffff)
        rows = answer["InfoStruct"]["ConnectInfo"]["Level1"]["Buffer"]
        checks.that("the connection is listed, with its computer", len(rows) == 1 and rows[0]["coni1_username"] == "alice\0"
                    and rows[0]["coni1_netname"] == "WS1\0", repr(rows))
        answer = srvs.hNetrRemoteTOD(dce)
        import time
        checks.that("the time of day is now", abs(answer["BufferPtr"]["tod_elapsedt"] - time.time()) < 30
                    and answer["BufferPtr"]["tod_year"] == time.gmtime().tm_year, "")
        try:
            srvs.hNetrServerStatisticsGet(dce, "SERVER\0", 0, 0)
            code = 0
        except Exception as error:  # impacket has no one class for its faults
            code = str(error)
        checks.that("a call that is not served is a fault", "nca_s_op_rng_error" in str(code), repr(code))
        smb.logoff()


def body(checks, workdir):
    samba(checks, workdir)
    impacket(checks, workdir)
    with Smb(workdir) as server:
        smb_gss.gss_ntlmssp(checks, server)


if __name__ == "__main__":
    peer.main(body)
