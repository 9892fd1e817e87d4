-- Two hosts' sessions fight over a reservation, move by move in a drawn order; a referee in Lua knows
-- who holds it. Stands for a cluster's quorum disk.                                SPC-2 §7.21, RESERVE(6)
local kReserve, kRelease, kReady = "16 00 00 00 00 00", "17 00 00 00 00 00", "00 00 00 00 00 00"

return {
  language = 1,
  scenario = "a referee knows who holds a reservation, whoever asks next",
  tags = {"spc-4"},
  seed = 3,
  targets = {array = {}},
  steps = function()
    local players = {
      login{target = "array", as = "a", multipath = true},
      login{target = "array", as = "b", multipath = true},
    }
    for _, s in ipairs(players) do scsi{session = s, cdb = kReady, expect = "anything"} end
    local holder
    for move = 1, 40 do
      local who = math.random(2)
      local cdb = ({kReserve, kRelease, kReady})[math.random(3)]
      local is_foreign = holder ~= nil and holder ~= who
      -- RELEASE by somebody else is GOOD and changes nothing.
      local wanted = is_foreign and cdb ~= kRelease and "RESERVATION CONFLICT" or "GOOD"
      local r = scsi{session = players[who], cdb = cdb, expect = "anything"}
      equal(r.status, wanted, "move " .. move)
      if wanted == "GOOD" and cdb == kReserve then holder = who end
      if cdb == kRelease and holder == who then holder = nil end
    end
  end,
}
