-- A table of sense data drives both the faults and what is expected: one line here is a fault, a
-- command and a check there.                                                           SPC-4 §4.5.6
local outcomes = {
  {name = "not_ready", key = "NOT READY", asc = 0x04, ascq = 0x01},
  {name = "medium", key = "MEDIUM ERROR", asc = 0x11, ascq = 0x00},
  {name = "hardware", key = "HARDWARE ERROR", asc = 0x44, ascq = 0x00},
  {name = "protect", key = "DATA PROTECT", asc = 0x27, ascq = 0x00},
  {name = "aborted", key = "ABORTED COMMAND", asc = 0x47, ascq = 0x00},
}

local faults = {}
for _, o in ipairs(outcomes) do
  faults[#faults + 1] = {
    [o.name] = {
      on = {receive = "READ(10)"},
      times = 1,
      armed = false,
      ["do"] = {
        status = "CHECK CONDITION",
        sense = {key = o.key, asc = o.asc, ascq = o.ascq},
      },
    },
  }
end

scenario{
  language = 1,
  scenario = "a table of sense data is both what the target says and what the host sees",
  tags = {"spc-4"},
  targets = {array = {faults = faults}},
  steps = function()
    local s = login{target = "array"}
    for _, o in ipairs(outcomes) do
      arm(o.name)
      local r = read{session = s, expect = {status = "CHECK CONDITION"}}
      equal(r.sense.key, o.key, o.name)
      read{session = s}
    end
  end,
}
