-- A portal tells of three hundred targets, in as many Text Responses as it takes: each is known
-- afterwards, and the last one can be logged in to. An initiator once wrote past a buffer.
local targets, names = {}, {}
for i = 1, 300 do
  local name = string.format("iqn.2026-11.org.lunsim:many:%03d", i)
  targets[string.format("t%03d", i)] = {name = name, luns = {{lun = 0, capacity = "1 MiB"}}}
  names[i] = name
end
return {
  language = 1,
  scenario = "a portal with three hundred targets",
  tags = {"defect-open-iscsi-many-targets", "rfc7143-4.3"},
  targets = targets,
  steps = {
    {call = "AddIScsiSendTargetPortal", with = {Portal = {Address = "10.0.0.10"}},
     expect = {["return"] = "ERROR_SUCCESS"}},
    {call = "ReportIScsiTargets", with = {BufferSize = 65536},
     expect = {["return"] = "ERROR_SUCCESS", Buffer = {contains = {names[1], names[150], names[300]}}}},
    {login = {target = "t300", as = "s1", discover = false}},
    {read = {session = "s1", pattern = "zeros"}},
  },
}
