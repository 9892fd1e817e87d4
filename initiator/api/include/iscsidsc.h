/* The iSCSI discovery library's structures, constants and its 46 calls: our own declarations
 * with the layouts of x86-64, for programs that are compiled against lunsim instead of a Windows
 * SDK. Sizes and offsets are held by initiator/api/layout.cpp. */
#ifndef LUNSIM_ISCSIDSC_H
#define LUNSIM_ISCSIDSC_H

#include "iscsierr.h"
#include "lunsim_windows_types.h"

#ifdef _WIN32
#define ISDSC_API __stdcall
#else
#define ISDSC_API
#endif

/* lengths, in characters */
#define MAX_ISCSI_HBANAME_LEN 256
#define MAX_ISCSI_NAME_LEN 223 /* arrays have one more */
#define MAX_ISCSI_ALIAS_LEN 255
#define MAX_ISCSI_PORTAL_NAME_LEN 256
#define MAX_ISCSI_PORTAL_ALIAS_LEN 256
#define MAX_ISCSI_TEXT_ADDRESS_LEN 256
#define MAX_ISCSI_PORTAL_ADDRESS_LEN MAX_ISCSI_TEXT_ADDRESS_LEN
#define MAX_ISCSI_DISCOVERY_DOMAIN_LEN 256
#define MAX_RADIUS_ADDRESS_LEN 41

#define ISCSI_ANY_INITIATOR_PORT 0xFFFFFFFFU
#define ISCSI_ALL_INITIATOR_PORTS 0xFFFFFFFFU

typedef ULONGLONG ISCSI_SECURITY_FLAGS, *PISCSI_SECURITY_FLAGS;
#define ISCSI_SECURITY_FLAG_VALID 0x01ULL
#define ISCSI_SECURITY_FLAG_IKE_IPSEC_ENABLED 0x02ULL
#define ISCSI_SECURITY_FLAG_MAIN_MODE_ENABLED 0x04ULL
#define ISCSI_SECURITY_FLAG_AGGRESSIVE_MODE_ENABLED 0x08ULL
#define ISCSI_SECURITY_FLAG_PFS_ENABLED 0x10ULL
#define ISCSI_SECURITY_FLAG_TRANSPORT_MODE_PREFERRED 0x20ULL
#define ISCSI_SECURITY_FLAG_TUNNEL_MODE_PREFERRED 0x40ULL

typedef ULONG ISCSI_LOGIN_FLAGS, *PISCSI_LOGIN_FLAGS;
#define ISCSI_LOGIN_FLAG_REQUIRE_IPSEC 0x01U
#define ISCSI_LOGIN_FLAG_MULTIPATH_ENABLED 0x02U
#define ISCSI_LOGIN_FLAG_RESERVED1 0x04U
#define ISCSI_LOGIN_FLAG_ALLOW_PORTAL_HOPPING 0x08U
#define ISCSI_LOGIN_FLAG_USE_RADIUS_RESPONSE 0x10U
#define ISCSI_LOGIN_FLAG_USE_RADIUS_VERIFICATION 0x20U

typedef ULONG ISCSI_LOGIN_OPTIONS_INFO_SPECIFIED, *PISCSI_LOGIN_OPTIONS_INFO_SPECIFIED;
#define ISCSI_LOGIN_OPTIONS_VERSION 0
#define ISCSI_LOGIN_OPTIONS_HEADER_DIGEST 0x01U
#define ISCSI_LOGIN_OPTIONS_DATA_DIGEST 0x02U
#define ISCSI_LOGIN_OPTIONS_MAXIMUM_CONNECTIONS 0x04U
#define ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_WAIT 0x08U
#define ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_RETAIN 0x10U
#define ISCSI_LOGIN_OPTIONS_USERNAME 0x20U
#define ISCSI_LOGIN_OPTIONS_PASSWORD 0x40U
#define ISCSI_LOGIN_OPTIONS_AUTH_TYPE 0x80U

typedef ULONG ISCSI_TARGET_FLAGS, *PISCSI_TARGET_FLAGS;
#define ISCSI_TARGET_FLAG_HIDE_STATIC_TARGET 0x02U
#define ISCSI_TARGET_FLAG_MERGE_TARGET_INFORMATION 0x04U

typedef UCHAR IKE_IDENTIFICATION_PAYLOAD_TYPE, *PIKE_IDENTIFICATION_PAYLOAD_TYPE;
#define ID_IPV4_ADDR 1
#define ID_FQDN 2
#define ID_USER_FQDN 3
#define ID_IPV6_ADDR 5

typedef enum {
  ISCSI_DIGEST_TYPE_NONE = 0,
  ISCSI_DIGEST_TYPE_CRC32C = 1
} ISCSI_DIGEST_TYPES, *PISCSI_DIGEST_TYPES;

typedef enum {
  ISCSI_NO_AUTH_TYPE = 0,
  ISCSI_CHAP_AUTH_TYPE = 1,
  ISCSI_MUTUAL_CHAP_AUTH_TYPE = 2
} ISCSI_AUTH_TYPES, *PISCSI_AUTH_TYPES;

typedef enum {
  IKE_AUTHENTICATION_PRESHARED_KEY_METHOD = 1
} IKE_AUTHENTICATION_METHOD, *PIKE_AUTHENTICATION_METHOD;

typedef enum {
  ISCSI_TCP_PROTOCOL_TYPE = 0
} TARGETPROTOCOLTYPE, *PTARGETPROTOCOLTYPE;

typedef enum {
  ProtocolType = 0,
  TargetAlias = 1,
  DiscoveryMechanisms = 2,
  PortalGroups = 3,
  PersistentTargetMappings = 4,
  InitiatorName = 5,
  TargetFlags = 6,
  LoginOptions = 7
} TARGET_INFORMATION_CLASS, *PTARGET_INFORMATION_CLASS;

typedef struct {
  ULONGLONG AdapterUnique;
  ULONGLONG AdapterSpecific;
} ISCSI_UNIQUE_SESSION_ID, *PISCSI_UNIQUE_SESSION_ID;
typedef ISCSI_UNIQUE_SESSION_ID ISCSI_UNIQUE_CONNECTION_ID, *PISCSI_UNIQUE_CONNECTION_ID;

typedef struct {
  ULONG OSLUN;
  ULONGLONG TargetLUN;
} SCSI_LUN_LIST, *PSCSI_LUN_LIST;

typedef struct {
  ULONG MajorVersion;
  ULONG MinorVersion;
  ULONG BuildNumber;
} ISCSI_VERSION_INFO, *PISCSI_VERSION_INFO;

typedef struct {
  ULONG Version;
  ISCSI_LOGIN_OPTIONS_INFO_SPECIFIED InformationSpecified;
  ISCSI_LOGIN_FLAGS LoginFlags;
  ISCSI_AUTH_TYPES AuthType;
  ISCSI_DIGEST_TYPES HeaderDigest;
  ISCSI_DIGEST_TYPES DataDigest;
  ULONG MaximumConnections;
  ULONG DefaultTime2Wait;
  ULONG DefaultTime2Retain;
  ULONG UsernameLength;
  ULONG PasswordLength;
  PUCHAR Username;
  PUCHAR Password;
} ISCSI_LOGIN_OPTIONS, *PISCSI_LOGIN_OPTIONS;

typedef struct {
  ISCSI_SECURITY_FLAGS SecurityFlags;
  IKE_IDENTIFICATION_PAYLOAD_TYPE IdType;
  ULONG IdLengthInBytes;
  PUCHAR Id;
  ULONG KeyLengthInBytes;
  PUCHAR Key;
} IKE_AUTHENTICATION_PRESHARED_KEY, *PIKE_AUTHENTICATION_PRESHARED_KEY;

typedef struct {
  IKE_AUTHENTICATION_METHOD AuthMethod;
  union {
    IKE_AUTHENTICATION_PRESHARED_KEY PsKey;
  };
} IKE_AUTHENTICATION_INFORMATION, *PIKE_AUTHENTICATION_INFORMATION;

typedef struct {
  WCHAR SymbolicName[MAX_ISCSI_PORTAL_NAME_LEN];
  WCHAR Address[MAX_ISCSI_PORTAL_ADDRESS_LEN];
  USHORT Socket;
} ISCSI_TARGET_PORTALW, *PISCSI_TARGET_PORTALW;

typedef struct {
  ULONG Count;
  ISCSI_TARGET_PORTALW Portals[1];
} ISCSI_TARGET_PORTAL_GROUPW, *PISCSI_TARGET_PORTAL_GROUPW;

typedef struct {
  WCHAR InitiatorName[MAX_ISCSI_HBANAME_LEN];
  ULONG InitiatorPortNumber;
  WCHAR SymbolicName[MAX_ISCSI_PORTAL_NAME_LEN];
  WCHAR Address[MAX_ISCSI_PORTAL_ADDRESS_LEN];
  USHORT Socket;
} ISCSI_TARGET_PORTAL_INFOW, *PISCSI_TARGET_PORTAL_INFOW;

typedef struct {
  WCHAR InitiatorName[MAX_ISCSI_HBANAME_LEN];
  ULONG InitiatorPortNumber;
  WCHAR SymbolicName[MAX_ISCSI_PORTAL_NAME_LEN];
  WCHAR Address[MAX_ISCSI_PORTAL_ADDRESS_LEN];
  USHORT Socket;
  ISCSI_SECURITY_FLAGS SecurityFlags;
  ISCSI_LOGIN_OPTIONS LoginOptions;
} ISCSI_TARGET_PORTAL_INFO_EXW, *PISCSI_TARGET_PORTAL_INFO_EXW;

typedef struct {
  WCHAR InitiatorName[MAX_ISCSI_HBANAME_LEN];
  WCHAR TargetName[MAX_ISCSI_NAME_LEN + 1];
  WCHAR OSDeviceName[MAX_PATH];
  ISCSI_UNIQUE_SESSION_ID SessionId;
  ULONG OSBusNumber;
  ULONG OSTargetNumber;
  ULONG LUNCount;
  PSCSI_LUN_LIST LUNList;
} ISCSI_TARGET_MAPPINGW, *PISCSI_TARGET_MAPPINGW;

typedef struct {
  ISCSI_UNIQUE_CONNECTION_ID ConnectionId;
  PWCHAR InitiatorAddress;
  PWCHAR TargetAddress;
  USHORT InitiatorSocket;
  USHORT TargetSocket;
  UCHAR CID[2];
} ISCSI_CONNECTION_INFOW, *PISCSI_CONNECTION_INFOW;

typedef struct {
  ISCSI_UNIQUE_SESSION_ID SessionId;
  PWCHAR InitiatorName;
  PWCHAR TargetNodeName;
  PWCHAR TargetName;
  UCHAR ISID[6];
  UCHAR TSID[2];
  ULONG ConnectionCount;
  PISCSI_CONNECTION_INFOW Connections;
} ISCSI_SESSION_INFOW, *PISCSI_SESSION_INFOW;

typedef struct {
  WCHAR InitiatorName[MAX_ISCSI_HBANAME_LEN];
  WCHAR TargetName[MAX_ISCSI_NAME_LEN + 1];
  SCSI_ADDRESS ScsiAddress;
  GUID DeviceInterfaceType;
  WCHAR DeviceInterfaceName[MAX_PATH];
  WCHAR LegacyName[MAX_PATH];
  STORAGE_DEVICE_NUMBER StorageDeviceNumber;
  DWORD DeviceInstance;
} ISCSI_DEVICE_ON_SESSIONW, *PISCSI_DEVICE_ON_SESSIONW;

typedef struct {
  WCHAR TargetName[MAX_ISCSI_NAME_LEN + 1];
  BOOLEAN IsInformationalSession;
  WCHAR InitiatorInstance[MAX_ISCSI_HBANAME_LEN];
  ULONG InitiatorPortNumber;
  ISCSI_TARGET_PORTALW TargetPortal;
  ISCSI_SECURITY_FLAGS SecurityFlags;
  PISCSI_TARGET_MAPPINGW Mappings;
  ISCSI_LOGIN_OPTIONS LoginOptions;
} PERSISTENT_ISCSI_LOGIN_INFOW, *PPERSISTENT_ISCSI_LOGIN_INFOW;

typedef struct {
  CHAR SymbolicName[MAX_ISCSI_PORTAL_NAME_LEN];
  CHAR Address[MAX_ISCSI_PORTAL_ADDRESS_LEN];
  USHORT Socket;
} ISCSI_TARGET_PORTALA, *PISCSI_TARGET_PORTALA;

typedef struct {
  ULONG Count;
  ISCSI_TARGET_PORTALA Portals[1];
} ISCSI_TARGET_PORTAL_GROUPA, *PISCSI_TARGET_PORTAL_GROUPA;

typedef struct {
  CHAR InitiatorName[MAX_ISCSI_HBANAME_LEN];
  ULONG InitiatorPortNumber;
  CHAR SymbolicName[MAX_ISCSI_PORTAL_NAME_LEN];
  CHAR Address[MAX_ISCSI_PORTAL_ADDRESS_LEN];
  USHORT Socket;
} ISCSI_TARGET_PORTAL_INFOA, *PISCSI_TARGET_PORTAL_INFOA;

typedef struct {
  CHAR InitiatorName[MAX_ISCSI_HBANAME_LEN];
  ULONG InitiatorPortNumber;
  CHAR SymbolicName[MAX_ISCSI_PORTAL_NAME_LEN];
  CHAR Address[MAX_ISCSI_PORTAL_ADDRESS_LEN];
  USHORT Socket;
  ISCSI_SECURITY_FLAGS SecurityFlags;
  ISCSI_LOGIN_OPTIONS LoginOptions;
} ISCSI_TARGET_PORTAL_INFO_EXA, *PISCSI_TARGET_PORTAL_INFO_EXA;

typedef struct {
  CHAR InitiatorName[MAX_ISCSI_HBANAME_LEN];
  CHAR TargetName[MAX_ISCSI_NAME_LEN + 1];
  CHAR OSDeviceName[MAX_PATH];
  ISCSI_UNIQUE_SESSION_ID SessionId;
  ULONG OSBusNumber;
  ULONG OSTargetNumber;
  ULONG LUNCount;
  PSCSI_LUN_LIST LUNList;
} ISCSI_TARGET_MAPPINGA, *PISCSI_TARGET_MAPPINGA;

typedef struct {
  ISCSI_UNIQUE_CONNECTION_ID ConnectionId;
  PCHAR InitiatorAddress;
  PCHAR TargetAddress;
  USHORT InitiatorSocket;
  USHORT TargetSocket;
  UCHAR CID[2];
} ISCSI_CONNECTION_INFOA, *PISCSI_CONNECTION_INFOA;

typedef struct {
  ISCSI_UNIQUE_SESSION_ID SessionId;
  PCHAR InitiatorName;
  PCHAR TargetNodeName;
  PCHAR TargetName;
  UCHAR ISID[6];
  UCHAR TSID[2];
  ULONG ConnectionCount;
  PISCSI_CONNECTION_INFOA Connections;
} ISCSI_SESSION_INFOA, *PISCSI_SESSION_INFOA;

typedef struct {
  CHAR InitiatorName[MAX_ISCSI_HBANAME_LEN];
  CHAR TargetName[MAX_ISCSI_NAME_LEN + 1];
  SCSI_ADDRESS ScsiAddress;
  GUID DeviceInterfaceType;
  CHAR DeviceInterfaceName[MAX_PATH];
  CHAR LegacyName[MAX_PATH];
  STORAGE_DEVICE_NUMBER StorageDeviceNumber;
  DWORD DeviceInstance;
} ISCSI_DEVICE_ON_SESSIONA, *PISCSI_DEVICE_ON_SESSIONA;

typedef struct {
  CHAR TargetName[MAX_ISCSI_NAME_LEN + 1];
  BOOLEAN IsInformationalSession;
  CHAR InitiatorInstance[MAX_ISCSI_HBANAME_LEN];
  ULONG InitiatorPortNumber;
  ISCSI_TARGET_PORTALA TargetPortal;
  ISCSI_SECURITY_FLAGS SecurityFlags;
  PISCSI_TARGET_MAPPINGA Mappings;
  ISCSI_LOGIN_OPTIONS LoginOptions;
} PERSISTENT_ISCSI_LOGIN_INFOA, *PPERSISTENT_ISCSI_LOGIN_INFOA;

typedef struct {
  ISCSI_UNIQUE_CONNECTION_ID ConnectionId;
  UCHAR State;
  UCHAR Protocol;
  UCHAR HeaderDigest;
  UCHAR DataDigest;
  ULONG MaxRecvDataSegmentLength;
  ISCSI_AUTH_TYPES AuthType;
  ULONGLONG EstimatedThroughput;
  ULONG MaxDatagramSize;
} ISCSI_CONNECTION_INFO_EX, *PISCSI_CONNECTION_INFO_EX;

typedef struct {
  ISCSI_UNIQUE_SESSION_ID SessionId;
  BOOLEAN InitialR2t;
  BOOLEAN ImmediateData;
  UCHAR Type;
  BOOLEAN DataSequenceInOrder;
  BOOLEAN DataPduInOrder;
  UCHAR ErrorRecoveryLevel;
  ULONG MaxOutstandingR2t;
  ULONG FirstBurstLength;
  ULONG MaxBurstLength;
  ULONG MaximumConnections;
  ULONG ConnectionCount;
  PISCSI_CONNECTION_INFO_EX Connections;
} ISCSI_SESSION_INFO_EX, *PISCSI_SESSION_INFO_EX;

#ifdef UNICODE
#define ISCSI_TARGET_PORTAL ISCSI_TARGET_PORTALW
#define PISCSI_TARGET_PORTAL PISCSI_TARGET_PORTALW
#define ISCSI_TARGET_PORTAL_GROUP ISCSI_TARGET_PORTAL_GROUPW
#define PISCSI_TARGET_PORTAL_GROUP PISCSI_TARGET_PORTAL_GROUPW
#define ISCSI_TARGET_PORTAL_INFO ISCSI_TARGET_PORTAL_INFOW
#define PISCSI_TARGET_PORTAL_INFO PISCSI_TARGET_PORTAL_INFOW
#define ISCSI_TARGET_PORTAL_INFO_EX ISCSI_TARGET_PORTAL_INFO_EXW
#define PISCSI_TARGET_PORTAL_INFO_EX PISCSI_TARGET_PORTAL_INFO_EXW
#define ISCSI_TARGET_MAPPING ISCSI_TARGET_MAPPINGW
#define PISCSI_TARGET_MAPPING PISCSI_TARGET_MAPPINGW
#define ISCSI_CONNECTION_INFO ISCSI_CONNECTION_INFOW
#define PISCSI_CONNECTION_INFO PISCSI_CONNECTION_INFOW
#define ISCSI_SESSION_INFO ISCSI_SESSION_INFOW
#define PISCSI_SESSION_INFO PISCSI_SESSION_INFOW
#define ISCSI_DEVICE_ON_SESSION ISCSI_DEVICE_ON_SESSIONW
#define PISCSI_DEVICE_ON_SESSION PISCSI_DEVICE_ON_SESSIONW
#define PERSISTENT_ISCSI_LOGIN_INFO PERSISTENT_ISCSI_LOGIN_INFOW
#define PPERSISTENT_ISCSI_LOGIN_INFO PPERSISTENT_ISCSI_LOGIN_INFOW
#define AddISNSServer AddISNSServerW
#define AddIScsiConnection AddIScsiConnectionW
#define AddIScsiSendTargetPortal AddIScsiSendTargetPortalW
#define AddIScsiStaticTarget AddIScsiStaticTargetW
#define AddPersistentIScsiDevice AddPersistentIScsiDeviceW
#define AddRadiusServer AddRadiusServerW
#define GetDevicesForIScsiSession GetDevicesForIScsiSessionW
#define GetIScsiIKEInfo GetIScsiIKEInfoW
#define GetIScsiInitiatorNodeName GetIScsiInitiatorNodeNameW
#define GetIScsiSessionList GetIScsiSessionListW
#define GetIScsiTargetInformation GetIScsiTargetInformationW
#define LoginIScsiTarget LoginIScsiTargetW
#define RefreshISNSServer RefreshISNSServerW
#define RefreshIScsiSendTargetPortal RefreshIScsiSendTargetPortalW
#define RemoveISNSServer RemoveISNSServerW
#define RemoveIScsiPersistentTarget RemoveIScsiPersistentTargetW
#define RemoveIScsiSendTargetPortal RemoveIScsiSendTargetPortalW
#define RemoveIScsiStaticTarget RemoveIScsiStaticTargetW
#define RemovePersistentIScsiDevice RemovePersistentIScsiDeviceW
#define RemoveRadiusServer RemoveRadiusServerW
#define ReportActiveIScsiTargetMappings ReportActiveIScsiTargetMappingsW
#define ReportISNSServerList ReportISNSServerListW
#define ReportIScsiInitiatorList ReportIScsiInitiatorListW
#define ReportIScsiPersistentLogins ReportIScsiPersistentLoginsW
#define ReportIScsiSendTargetPortals ReportIScsiSendTargetPortalsW
#define ReportIScsiSendTargetPortalsEx ReportIScsiSendTargetPortalsExW
#define ReportIScsiTargetPortals ReportIScsiTargetPortalsW
#define ReportIScsiTargets ReportIScsiTargetsW
#define ReportPersistentIScsiDevices ReportPersistentIScsiDevicesW
#define ReportRadiusServerList ReportRadiusServerListW
#define SetIScsiIKEInfo SetIScsiIKEInfoW
#define SetIScsiInitiatorNodeName SetIScsiInitiatorNodeNameW
#define SetIScsiTunnelModeOuterAddress SetIScsiTunnelModeOuterAddressW
#else
#define ISCSI_TARGET_PORTAL ISCSI_TARGET_PORTALA
#define PISCSI_TARGET_PORTAL PISCSI_TARGET_PORTALA
#define ISCSI_TARGET_PORTAL_GROUP ISCSI_TARGET_PORTAL_GROUPA
#define PISCSI_TARGET_PORTAL_GROUP PISCSI_TARGET_PORTAL_GROUPA
#define ISCSI_TARGET_PORTAL_INFO ISCSI_TARGET_PORTAL_INFOA
#define PISCSI_TARGET_PORTAL_INFO PISCSI_TARGET_PORTAL_INFOA
#define ISCSI_TARGET_PORTAL_INFO_EX ISCSI_TARGET_PORTAL_INFO_EXA
#define PISCSI_TARGET_PORTAL_INFO_EX PISCSI_TARGET_PORTAL_INFO_EXA
#define ISCSI_TARGET_MAPPING ISCSI_TARGET_MAPPINGA
#define PISCSI_TARGET_MAPPING PISCSI_TARGET_MAPPINGA
#define ISCSI_CONNECTION_INFO ISCSI_CONNECTION_INFOA
#define PISCSI_CONNECTION_INFO PISCSI_CONNECTION_INFOA
#define ISCSI_SESSION_INFO ISCSI_SESSION_INFOA
#define PISCSI_SESSION_INFO PISCSI_SESSION_INFOA
#define ISCSI_DEVICE_ON_SESSION ISCSI_DEVICE_ON_SESSIONA
#define PISCSI_DEVICE_ON_SESSION PISCSI_DEVICE_ON_SESSIONA
#define PERSISTENT_ISCSI_LOGIN_INFO PERSISTENT_ISCSI_LOGIN_INFOA
#define PPERSISTENT_ISCSI_LOGIN_INFO PPERSISTENT_ISCSI_LOGIN_INFOA
#define AddISNSServer AddISNSServerA
#define AddIScsiConnection AddIScsiConnectionA
#define AddIScsiSendTargetPortal AddIScsiSendTargetPortalA
#define AddIScsiStaticTarget AddIScsiStaticTargetA
#define AddPersistentIScsiDevice AddPersistentIScsiDeviceA
#define AddRadiusServer AddRadiusServerA
#define GetDevicesForIScsiSession GetDevicesForIScsiSessionA
#define GetIScsiIKEInfo GetIScsiIKEInfoA
#define GetIScsiInitiatorNodeName GetIScsiInitiatorNodeNameA
#define GetIScsiSessionList GetIScsiSessionListA
#define GetIScsiTargetInformation GetIScsiTargetInformationA
#define LoginIScsiTarget LoginIScsiTargetA
#define RefreshISNSServer RefreshISNSServerA
#define RefreshIScsiSendTargetPortal RefreshIScsiSendTargetPortalA
#define RemoveISNSServer RemoveISNSServerA
#define RemoveIScsiPersistentTarget RemoveIScsiPersistentTargetA
#define RemoveIScsiSendTargetPortal RemoveIScsiSendTargetPortalA
#define RemoveIScsiStaticTarget RemoveIScsiStaticTargetA
#define RemovePersistentIScsiDevice RemovePersistentIScsiDeviceA
#define RemoveRadiusServer RemoveRadiusServerA
#define ReportActiveIScsiTargetMappings ReportActiveIScsiTargetMappingsA
#define ReportISNSServerList ReportISNSServerListA
#define ReportIScsiInitiatorList ReportIScsiInitiatorListA
#define ReportIScsiPersistentLogins ReportIScsiPersistentLoginsA
#define ReportIScsiSendTargetPortals ReportIScsiSendTargetPortalsA
#define ReportIScsiSendTargetPortalsEx ReportIScsiSendTargetPortalsExA
#define ReportIScsiTargetPortals ReportIScsiTargetPortalsA
#define ReportIScsiTargets ReportIScsiTargetsA
#define ReportPersistentIScsiDevices ReportPersistentIScsiDevicesA
#define ReportRadiusServerList ReportRadiusServerListA
#define SetIScsiIKEInfo SetIScsiIKEInfoA
#define SetIScsiInitiatorNodeName SetIScsiInitiatorNodeNameA
#define SetIScsiTunnelModeOuterAddress SetIScsiTunnelModeOuterAddressA
#endif

#ifdef __cplusplus
extern "C" {
#endif

ISDSC_STATUS ISDSC_API AddIScsiSendTargetPortalW(PWCHAR InitiatorInstance, ULONG
    InitiatorPortNumber, PISCSI_LOGIN_OPTIONS LoginOptions, ISCSI_SECURITY_FLAGS SecurityFlags,
    PISCSI_TARGET_PORTALW Portal);
ISDSC_STATUS ISDSC_API AddIScsiSendTargetPortalA(PCHAR InitiatorInstance, ULONG InitiatorPortNumber,
    PISCSI_LOGIN_OPTIONS LoginOptions, ISCSI_SECURITY_FLAGS SecurityFlags, PISCSI_TARGET_PORTALA
    Portal);
ISDSC_STATUS ISDSC_API ReportIScsiTargetsW(BOOLEAN ForceUpdate, PULONG BufferSize, PWCHAR Buffer);
ISDSC_STATUS ISDSC_API ReportIScsiTargetsA(BOOLEAN ForceUpdate, PULONG BufferSize, PCHAR Buffer);
ISDSC_STATUS ISDSC_API LoginIScsiTargetW(PWCHAR TargetName, BOOLEAN IsInformationalSession, PWCHAR
    InitiatorInstance, ULONG InitiatorPortNumber, PISCSI_TARGET_PORTALW TargetPortal,
    ISCSI_SECURITY_FLAGS SecurityFlags, PISCSI_TARGET_MAPPINGW Mappings, PISCSI_LOGIN_OPTIONS
    LoginOptions, ULONG KeySize, PCHAR Key, BOOLEAN IsPersistent, PISCSI_UNIQUE_SESSION_ID
    UniqueSessionId, PISCSI_UNIQUE_CONNECTION_ID UniqueConnectionId);
ISDSC_STATUS ISDSC_API LoginIScsiTargetA(PCHAR TargetName, BOOLEAN IsInformationalSession, PCHAR
    InitiatorInstance, ULONG InitiatorPortNumber, PISCSI_TARGET_PORTALA TargetPortal,
    ISCSI_SECURITY_FLAGS SecurityFlags, PISCSI_TARGET_MAPPINGA Mappings, PISCSI_LOGIN_OPTIONS
    LoginOptions, ULONG KeySize, PCHAR Key, BOOLEAN IsPersistent, PISCSI_UNIQUE_SESSION_ID
    UniqueSessionId, PISCSI_UNIQUE_CONNECTION_ID UniqueConnectionId);
ISDSC_STATUS ISDSC_API LogoutIScsiTarget(PISCSI_UNIQUE_SESSION_ID UniqueSessionId);
ISDSC_STATUS ISDSC_API GetIScsiSessionListW(PULONG BufferSize, PULONG SessionCount,
    PISCSI_SESSION_INFOW SessionInfo);
ISDSC_STATUS ISDSC_API GetIScsiSessionListA(PULONG BufferSize, PULONG SessionCount,
    PISCSI_SESSION_INFOA SessionInfo);
ISDSC_STATUS ISDSC_API ReportActiveIScsiTargetMappingsW(PULONG BufferSize, PULONG MappingCount,
    PISCSI_TARGET_MAPPINGW Mappings);
ISDSC_STATUS ISDSC_API ReportActiveIScsiTargetMappingsA(PULONG BufferSize, PULONG MappingCount,
    PISCSI_TARGET_MAPPINGA Mappings);
ISDSC_STATUS ISDSC_API SendScsiReportLuns(PISCSI_UNIQUE_SESSION_ID UniqueSessionId, PUCHAR
    ScsiStatus, PULONG ResponseSize, PUCHAR ResponseBuffer, PULONG SenseSize, PUCHAR SenseBuffer);
ISDSC_STATUS ISDSC_API SendScsiReadCapacity(PISCSI_UNIQUE_SESSION_ID UniqueSessionId, ULONGLONG Lun,
    PUCHAR ScsiStatus, PULONG ResponseSize, PUCHAR ResponseBuffer, PULONG SenseSize, PUCHAR
    SenseBuffer);
ISDSC_STATUS ISDSC_API SendScsiInquiry(PISCSI_UNIQUE_SESSION_ID UniqueSessionId, ULONGLONG Lun,
    UCHAR EvpdCmddt, UCHAR PageCode, PUCHAR ScsiStatus, PULONG ResponseSize, PUCHAR ResponseBuffer,
    PULONG SenseSize, PUCHAR SenseBuffer);

/* sessions and connections */
ISDSC_STATUS ISDSC_API AddIScsiConnectionW(PISCSI_UNIQUE_SESSION_ID UniqueSessionId, PVOID Reserved,
    ULONG InitiatorPortNumber, PISCSI_TARGET_PORTALW TargetPortal, ISCSI_SECURITY_FLAGS
    SecurityFlags, PISCSI_LOGIN_OPTIONS LoginOptions, ULONG KeySize, PCHAR Key,
    PISCSI_UNIQUE_CONNECTION_ID ConnectionId);
ISDSC_STATUS ISDSC_API AddIScsiConnectionA(PISCSI_UNIQUE_SESSION_ID UniqueSessionId, PVOID Reserved,
    ULONG InitiatorPortNumber, PISCSI_TARGET_PORTALA TargetPortal, ISCSI_SECURITY_FLAGS
    SecurityFlags, PISCSI_LOGIN_OPTIONS LoginOptions, ULONG KeySize, PCHAR Key,
    PISCSI_UNIQUE_CONNECTION_ID ConnectionId);
ISDSC_STATUS ISDSC_API RemoveIScsiConnection(PISCSI_UNIQUE_SESSION_ID UniqueSessionId,
    PISCSI_UNIQUE_CONNECTION_ID ConnectionId);
ISDSC_STATUS ISDSC_API GetDevicesForIScsiSessionW(PISCSI_UNIQUE_SESSION_ID UniqueSessionId, PULONG
    DeviceCount, PISCSI_DEVICE_ON_SESSIONW Devices);
ISDSC_STATUS ISDSC_API GetDevicesForIScsiSessionA(PISCSI_UNIQUE_SESSION_ID UniqueSessionId, PULONG
    DeviceCount, PISCSI_DEVICE_ON_SESSIONA Devices);
ISDSC_STATUS ISDSC_API GetIScsiSessionListEx(PULONG BufferSize, PULONG SessionCountPtr,
    PISCSI_SESSION_INFO_EX SessionInfo);

/* discovery portals and targets */
ISDSC_STATUS ISDSC_API RemoveIScsiSendTargetPortalW(PWCHAR InitiatorInstance, ULONG
    InitiatorPortNumber, PISCSI_TARGET_PORTALW Portal);
ISDSC_STATUS ISDSC_API RemoveIScsiSendTargetPortalA(PCHAR InitiatorInstance, ULONG
    InitiatorPortNumber, PISCSI_TARGET_PORTALA Portal);
ISDSC_STATUS ISDSC_API RefreshIScsiSendTargetPortalW(PWCHAR InitiatorInstance, ULONG
    InitiatorPortNumber, PISCSI_TARGET_PORTALW Portal);
ISDSC_STATUS ISDSC_API RefreshIScsiSendTargetPortalA(PCHAR InitiatorInstance, ULONG
    InitiatorPortNumber, PISCSI_TARGET_PORTALA Portal);
ISDSC_STATUS ISDSC_API ReportIScsiSendTargetPortalsW(PULONG PortalCount, PISCSI_TARGET_PORTAL_INFOW
    PortalInfo);
ISDSC_STATUS ISDSC_API ReportIScsiSendTargetPortalsA(PULONG PortalCount, PISCSI_TARGET_PORTAL_INFOA
    PortalInfo);
ISDSC_STATUS ISDSC_API ReportIScsiSendTargetPortalsExW(PULONG PortalCount, PULONG PortalInfoSize,
    PISCSI_TARGET_PORTAL_INFO_EXW PortalInfo);
ISDSC_STATUS ISDSC_API ReportIScsiSendTargetPortalsExA(PULONG PortalCount, PULONG PortalInfoSize,
    PISCSI_TARGET_PORTAL_INFO_EXA PortalInfo);
ISDSC_STATUS ISDSC_API AddIScsiStaticTargetW(PWCHAR TargetName, PWCHAR TargetAlias,
    ISCSI_TARGET_FLAGS TargetFlags, BOOLEAN Persist, PISCSI_TARGET_MAPPINGW Mappings,
    PISCSI_LOGIN_OPTIONS LoginOptions, PISCSI_TARGET_PORTAL_GROUPW PortalGroup);
ISDSC_STATUS ISDSC_API AddIScsiStaticTargetA(PCHAR TargetName, PCHAR TargetAlias, ISCSI_TARGET_FLAGS
    TargetFlags, BOOLEAN Persist, PISCSI_TARGET_MAPPINGA Mappings, PISCSI_LOGIN_OPTIONS
    LoginOptions, PISCSI_TARGET_PORTAL_GROUPA PortalGroup);
ISDSC_STATUS ISDSC_API RemoveIScsiStaticTargetW(PWCHAR TargetName);
ISDSC_STATUS ISDSC_API RemoveIScsiStaticTargetA(PCHAR TargetName);
ISDSC_STATUS ISDSC_API ReportIScsiTargetPortalsW(PWCHAR InitiatorName, PWCHAR TargetName, PUSHORT
    TargetPortalTag, PULONG ElementCount, PISCSI_TARGET_PORTALW Portals);
ISDSC_STATUS ISDSC_API ReportIScsiTargetPortalsA(PCHAR InitiatorName, PCHAR TargetName, PUSHORT
    TargetPortalTag, PULONG ElementCount, PISCSI_TARGET_PORTALA Portals);
ISDSC_STATUS ISDSC_API GetIScsiTargetInformationW(PWCHAR TargetName, PWCHAR DiscoveryMechanism,
    TARGET_INFORMATION_CLASS InfoClass, PULONG BufferSize, PVOID Buffer);
ISDSC_STATUS ISDSC_API GetIScsiTargetInformationA(PCHAR TargetName, PCHAR DiscoveryMechanism,
    TARGET_INFORMATION_CLASS InfoClass, PULONG BufferSize, PVOID Buffer);

/* persistent logins and devices */
ISDSC_STATUS ISDSC_API ReportIScsiPersistentLoginsW(PULONG Count, PPERSISTENT_ISCSI_LOGIN_INFOW
    PersistentLoginInfo, PULONG BufferSizeInBytes);
ISDSC_STATUS ISDSC_API ReportIScsiPersistentLoginsA(PULONG Count, PPERSISTENT_ISCSI_LOGIN_INFOA
    PersistentLoginInfo, PULONG BufferSizeInBytes);
ISDSC_STATUS ISDSC_API RemoveIScsiPersistentTargetW(PWCHAR InitiatorInstance, ULONG
    InitiatorPortNumber, PWCHAR TargetName, PISCSI_TARGET_PORTALW Portal);
ISDSC_STATUS ISDSC_API RemoveIScsiPersistentTargetA(PCHAR InitiatorInstance, ULONG
    InitiatorPortNumber, PCHAR TargetName, PISCSI_TARGET_PORTALA Portal);
ISDSC_STATUS ISDSC_API AddPersistentIScsiDeviceW(PWCHAR DevicePath);
ISDSC_STATUS ISDSC_API AddPersistentIScsiDeviceA(PCHAR DevicePath);
ISDSC_STATUS ISDSC_API RemovePersistentIScsiDeviceW(PWCHAR DevicePath);
ISDSC_STATUS ISDSC_API RemovePersistentIScsiDeviceA(PCHAR DevicePath);
ISDSC_STATUS ISDSC_API ReportPersistentIScsiDevicesW(PULONG BufferSizeInChar, PWCHAR Buffer);
ISDSC_STATUS ISDSC_API ReportPersistentIScsiDevicesA(PULONG BufferSizeInChar, PCHAR Buffer);
ISDSC_STATUS ISDSC_API ClearPersistentIScsiDevices(VOID);
ISDSC_STATUS ISDSC_API SetupPersistentIScsiDevices(VOID);
ISDSC_STATUS ISDSC_API SetupPersistentIScsiVolumes(VOID);

/* the initiator */
ISDSC_STATUS ISDSC_API ReportIScsiInitiatorListW(PULONG BufferSize, PWCHAR Buffer);
ISDSC_STATUS ISDSC_API ReportIScsiInitiatorListA(PULONG BufferSize, PCHAR Buffer);
ISDSC_STATUS ISDSC_API GetIScsiInitiatorNodeNameW(PWCHAR InitiatorNodeName);
ISDSC_STATUS ISDSC_API GetIScsiInitiatorNodeNameA(PCHAR InitiatorNodeName);
ISDSC_STATUS ISDSC_API SetIScsiInitiatorNodeNameW(PWCHAR InitiatorNodeName);
ISDSC_STATUS ISDSC_API SetIScsiInitiatorNodeNameA(PCHAR InitiatorNodeName);
ISDSC_STATUS ISDSC_API SetIScsiInitiatorCHAPSharedSecret(ULONG SharedSecretLength, PUCHAR
    SharedSecret);
ISDSC_STATUS ISDSC_API GetIScsiVersionInformation(PISCSI_VERSION_INFO VersionInfo);

/* iSNS, RADIUS */
ISDSC_STATUS ISDSC_API AddISNSServerW(PWCHAR Address);
ISDSC_STATUS ISDSC_API AddISNSServerA(PCHAR Address);
ISDSC_STATUS ISDSC_API RemoveISNSServerW(PWCHAR Address);
ISDSC_STATUS ISDSC_API RemoveISNSServerA(PCHAR Address);
ISDSC_STATUS ISDSC_API RefreshISNSServerW(PWCHAR Address);
ISDSC_STATUS ISDSC_API RefreshISNSServerA(PCHAR Address);
ISDSC_STATUS ISDSC_API ReportISNSServerListW(PULONG BufferSizeInChar, PWCHAR Buffer);
ISDSC_STATUS ISDSC_API ReportISNSServerListA(PULONG BufferSizeInChar, PCHAR Buffer);
ISDSC_STATUS ISDSC_API AddRadiusServerW(PWCHAR Address);
ISDSC_STATUS ISDSC_API AddRadiusServerA(PCHAR Address);
ISDSC_STATUS ISDSC_API RemoveRadiusServerW(PWCHAR Address);
ISDSC_STATUS ISDSC_API RemoveRadiusServerA(PCHAR Address);
ISDSC_STATUS ISDSC_API ReportRadiusServerListW(PULONG BufferSizeInChar, PWCHAR Buffer);
ISDSC_STATUS ISDSC_API ReportRadiusServerListA(PULONG BufferSizeInChar, PCHAR Buffer);
ISDSC_STATUS ISDSC_API SetIScsiInitiatorRADIUSSharedSecret(ULONG SharedSecretLength, PUCHAR
    SharedSecret);

/* IPsec */
ISDSC_STATUS ISDSC_API GetIScsiIKEInfoW(PWCHAR InitiatorName, ULONG InitiatorPortNumber, PULONG
    Reserved, PIKE_AUTHENTICATION_INFORMATION AuthInfo);
ISDSC_STATUS ISDSC_API GetIScsiIKEInfoA(PCHAR InitiatorName, ULONG InitiatorPortNumber, PULONG
    Reserved, PIKE_AUTHENTICATION_INFORMATION AuthInfo);
ISDSC_STATUS ISDSC_API SetIScsiIKEInfoW(PWCHAR InitiatorName, ULONG InitiatorPortNumber,
    PIKE_AUTHENTICATION_INFORMATION AuthInfo, BOOLEAN Persist);
ISDSC_STATUS ISDSC_API SetIScsiIKEInfoA(PCHAR InitiatorName, ULONG InitiatorPortNumber,
    PIKE_AUTHENTICATION_INFORMATION AuthInfo, BOOLEAN Persist);
ISDSC_STATUS ISDSC_API SetIScsiGroupPresharedKey(ULONG KeyLength, PUCHAR Key, BOOLEAN Persist);
ISDSC_STATUS ISDSC_API SetIScsiTunnelModeOuterAddressW(PWCHAR InitiatorName, ULONG
    InitiatorPortNumber, PWCHAR DestinationAddress, PWCHAR OuterModeAddress, BOOLEAN Persist);
ISDSC_STATUS ISDSC_API SetIScsiTunnelModeOuterAddressA(PCHAR InitiatorName, ULONG
    InitiatorPortNumber, PCHAR DestinationAddress, PCHAR OuterModeAddress, BOOLEAN Persist);

#ifdef __cplusplus
}
#endif

#endif
