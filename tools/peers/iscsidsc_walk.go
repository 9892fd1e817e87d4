// iscsidsc.dll from Go on Windows, loaded by name as Go programs do; the Linux tests build it by GOOS=windows and run it
// under Wine. The first process logs in, the second reads a capacity and logs out; a line a call, as in iscsidsc_walk.c.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

var library = syscall.NewLazyDLL("iscsidsc.dll")

func call(name string, arguments ...uintptr) uint32 {
	code, _, _ := library.NewProc(name).Call(arguments...)
	return uint32(code)
}

func say(what string, code uint32) { fmt.Printf("%s %08X\n", what, code) }

const portalBytes, addressAt, socketAt = 514, 256, 512 // ISCSI_TARGET_PORTALA
const anyPort = 0xFFFFFFFF

func login(address, port, target string) {
	portal := make([]byte, portalBytes)
	copy(portal[addressAt:], address)
	number, _ := strconv.Atoi(port)
	binary.LittleEndian.PutUint16(portal[socketAt:], uint16(number))
	say("AddIScsiSendTargetPortalA",
		call("AddIScsiSendTargetPortalA", 0, anyPort, 0, 0, uintptr(unsafe.Pointer(&portal[0]))))
	name := append([]byte(target), 0)
	var session, connection [16]byte
	say("LoginIScsiTargetA", call("LoginIScsiTargetA", uintptr(unsafe.Pointer(&name[0])), 0, 0, anyPort, 0, 0, 0, 0, 0, 0, 0,
		uintptr(unsafe.Pointer(&session[0])), uintptr(unsafe.Pointer(&connection[0]))))
}

func look() {
	var size, count uint32
	say("GetIScsiSessionListA probe",
		call("GetIScsiSessionListA", uintptr(unsafe.Pointer(&size)), uintptr(unsafe.Pointer(&count)), 0))
	fmt.Printf("  %d sessions\n", count)
	if size == 0 {
		return
	}
	sessions := make([]byte, size)
	say("GetIScsiSessionListA", call("GetIScsiSessionListA", uintptr(unsafe.Pointer(&size)),
		uintptr(unsafe.Pointer(&count)), uintptr(unsafe.Pointer(&sessions[0]))))
	id := uintptr(unsafe.Pointer(&sessions[0])) // its first 16 bytes
	var status byte
	response, sense := make([]byte, 8), make([]byte, 18)
	responseSize, senseSize := uint32(len(response)), uint32(len(sense))
	code := call("SendScsiReadCapacity", id, 0, uintptr(unsafe.Pointer(&status)), uintptr(unsafe.Pointer(&responseSize)),
		uintptr(unsafe.Pointer(&response[0])), uintptr(unsafe.Pointer(&senseSize)), uintptr(unsafe.Pointer(&sense[0])))
	say("SendScsiReadCapacity", code)
	if code == 0 {
		fmt.Printf("  capacity % X\n", response[:responseSize])
	}
	say("LogoutIScsiTarget", call("LogoutIScsiTarget", id))
	say("LogoutIScsiTarget again", call("LogoutIScsiTarget", id))
}

func main() {
	if len(os.Args) == 5 && os.Args[1] == "login" {
		login(os.Args[2], os.Args[3], os.Args[4])
	} else {
		look()
	}
}
