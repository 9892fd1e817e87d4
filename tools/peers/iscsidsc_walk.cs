// The library from C# by P/Invoke, as .NET programs declare it; the tests run it under mono on libiscsidsc.so. The first
// process logs in, the second reads a capacity and logs out; a line a call, as in iscsidsc_walk.c.
using System;
using System.Runtime.InteropServices;

static class Walk {
  [StructLayout(LayoutKind.Sequential)]
  struct UniqueId {
    public ulong AdapterUnique, AdapterSpecific;
  }

  [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Ansi)]
  struct TargetPortal {
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 256)]
    public string SymbolicName;
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 256)]
    public string Address;
    public ushort Socket;
  }

  const uint AnyPort = 0xFFFFFFFF;

  [DllImport("iscsidsc", CharSet = CharSet.Ansi)]
  static extern uint AddIScsiSendTargetPortalA(string instance, uint port, IntPtr options, ulong flags,
                                               ref TargetPortal portal);
  [DllImport("iscsidsc", CharSet = CharSet.Ansi)]
  static extern uint LoginIScsiTargetA(string target, byte informational, string instance, uint port, IntPtr portal,
                                       ulong flags, IntPtr mappings, IntPtr options, uint keySize, IntPtr key,
                                       byte persistent, out UniqueId session, out UniqueId connection);
  [DllImport("iscsidsc")]
  static extern uint GetIScsiSessionListA(ref uint size, out uint count, byte[] sessions);
  [DllImport("iscsidsc")]
  static extern uint SendScsiReadCapacity(ref UniqueId session, ulong lun, out byte status, ref uint responseSize,
                                          byte[] response, ref uint senseSize, byte[] sense);
  [DllImport("iscsidsc")]
  static extern uint LogoutIScsiTarget(ref UniqueId session);

  static void Say(string what, uint code) {
    Console.Write("{0} {1:X8}\n", what, code);
  }

  static void Login(string address, string port, string target) {
    var portal = new TargetPortal { SymbolicName = "", Address = address, Socket = ushort.Parse(port) };
    Say("AddIScsiSendTargetPortalA", AddIScsiSendTargetPortalA(null, AnyPort, IntPtr.Zero, 0, ref portal));
    UniqueId session, connection;
    Say("LoginIScsiTargetA", LoginIScsiTargetA(target, 0, null, AnyPort, IntPtr.Zero, 0, IntPtr.Zero, IntPtr.Zero, 0,
                                               IntPtr.Zero, 0, out session, out connection));
  }

  static void Look() {
    uint size = 0, count;
    Say("GetIScsiSessionListA probe", GetIScsiSessionListA(ref size, out count, null));
    Console.Write("  {0} sessions\n", count);
    if (size == 0) return;
    var sessions = new byte[size];
    Say("GetIScsiSessionListA", GetIScsiSessionListA(ref size, out count, sessions));
    var id = new UniqueId { AdapterUnique = BitConverter.ToUInt64(sessions, 0),
                            AdapterSpecific = BitConverter.ToUInt64(sessions, 8) };
    byte status;
    var response = new byte[8];
    var sense = new byte[18];
    uint responseSize = 8, senseSize = 18;
    uint code = SendScsiReadCapacity(ref id, 0, out status, ref responseSize, response, ref senseSize, sense);
    Say("SendScsiReadCapacity", code);
    if (code == 0) Console.Write("  capacity {0}\n", BitConverter.ToString(response).Replace('-', ' '));
    Say("LogoutIScsiTarget", LogoutIScsiTarget(ref id));
    Say("LogoutIScsiTarget again", LogoutIScsiTarget(ref id));
  }

  static void Main(string[] arguments) {
    if (arguments.Length == 4 && arguments[0] == "login") Login(arguments[1], arguments[2], arguments[3]);
    else Look();
  }
}
