"""A login to our server by MIT's GSSAPI with gss-ntlmssp: SPNEGO and NTLMv2 by hands that are not ours, the rest of SMB 2.1 as
explicit bytes. The session keys must be equal: each side checks what the other one signed."""
import hashlib
import hmac
import socket
import struct

import peer

NEGOTIATE, SESSION_SETUP, TREE_CONNECT = 0, 1, 3
SIGNED = 0x8
SPNEGO, NTLMSSP, SESSION_KEY = "1.3.6.1.5.5.2", "1.3.6.1.4.1.311.2.2.10", "1.2.840.113554.1.2.2.5.5"
SUCCESS, MORE_PROCESSING, LOGON_FAILURE = 0, 0xC0000016, 0xC000006D


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", int(port)), timeout=20)
        self.message_id = 0
        self.session_id = 0
        self.key = None

    def ask(self, command, body):
        """One request, signed once there is a key; the answer and its status."""
        def message(signature):
            flags = SIGNED if self.key else 0
            return struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, 0, command, 8, flags, 0, self.message_id, 0, 0,
                               self.session_id, signature) + body
        signature = hmac.new(self.key, message(bytes(16)), hashlib.sha256).digest()[:16] if self.key else bytes(16)
        whole = message(signature)
        self.socket.sendall(struct.pack(">I", len(whole)) + whole)
        self.message_id += 1
        answer = self.receive()
        self.session_id = struct.unpack_from("<Q", answer, 40)[0]
        return answer, struct.unpack_from("<I", answer, 8)[0]

    def receive(self):
        data = b""
        while len(data) < 4 or len(data) < 4 + struct.unpack(">I", data[:4])[0]:
            more = self.socket.recv(65536)
            if not more:
                raise peer.Failed("the server hung up")
            data += more
        return data[4:]


def is_signed_with(key, answer):
    unsigned = answer[:48] + bytes(16) + answer[64:]
    return hmac.new(key, unsigned, hashlib.sha256).digest()[:16] == answer[48:64] and answer[16] & SIGNED


def token_of(answer, at):
    offset, length = struct.unpack_from("<HH", answer, 64 + at)
    return answer[offset:offset + length]


def setup_body(token):
    return struct.pack("<HBBIIHHQ", 25, 0, 2, 0, 0, 88, len(token), 0) + token


def login(port, domain, user, password):
    """The connection, its context and the status of the last answer; `answer` is that answer."""
    import gssapi
    from gssapi import raw
    name = gssapi.Name(f"{domain}\\{user}", gssapi.NameType.user)
    spnego = gssapi.OID.from_int_seq(SPNEGO)
    creds = raw.acquire_cred_with_password(name, password.encode(), mechs=[spnego], usage="initiate").creds
    raw.set_neg_mechs(creds, [gssapi.OID.from_int_seq(NTLMSSP)])
    target = gssapi.Name("cifs@127.0.0.1", gssapi.NameType.hostbased_service)
    context = gssapi.SecurityContext(name=target, creds=gssapi.Credentials(base=creds), mech=spnego, usage="initiate",
                                     flags=[gssapi.RequirementFlag.mutual_authentication, gssapi.RequirementFlag.integrity])
    connection = Connection(port)
    answer, _ = connection.ask(NEGOTIATE, struct.pack("<HHHHI16sQH", 36, 1, 1, 0, 0, bytes(16), 0, 0x0210))
    token = context.step()
    status = MORE_PROCESSING
    while status == MORE_PROCESSING:
        answer, status = connection.ask(SESSION_SETUP, setup_body(token))
        if status in (SUCCESS, MORE_PROCESSING):
            token = context.step(token_of(answer, 4))
    if status == SUCCESS:
        key = raw.inquire_sec_context_by_oid(context, gssapi.OID.from_int_seq(SESSION_KEY))[0]
        connection.key = key.ljust(16, b"\0")[:16]
    return connection, context, answer, status


def gss_ntlmssp(checks, server):
    """`server` has a user admin of TESTGRP."""
    try:
        import gssapi as _
    except ImportError as missing:
        raise peer.Failed(f"{missing}: tools/install peers") from missing
    connection, context, answer, status = login(server.port, "TESTGRP", "admin", "Adm1n pass")
    checks.that("gss-ntlmssp logs in, and SPNEGO is content on its side", status == SUCCESS and context.complete, hex(status))
    checks.that("its session key is the one that signed the last answer", connection.key
                and is_signed_with(connection.key, answer), answer.hex())
    path = "\\\\127.0.0.1\\IPC$".encode("utf-16-le")
    answer, status = connection.ask(TREE_CONNECT, struct.pack("<HHHH", 9, 0, 72, len(path)) + path)
    checks.that("the server takes what it signed: IPC$ is connected", status == SUCCESS
                and is_signed_with(connection.key, answer), hex(status))
    for what, arguments in (("password", ("TESTGRP", "admin", "wrong")), ("user", ("TESTGRP", "nobody", "Adm1n pass"))):
        status = login(server.port, *arguments)[3]
        checks.that(f"gss-ntlmssp with a wrong {what}: STATUS_LOGON_FAILURE", status == LOGON_FAILURE, hex(status))
