-- The largest LBA, found by reading alone: 21 reads of a unit whose size nobody told. The boundary is
-- the one that READ CAPACITY tells.                                                        SBC-3 §5.15
return {
  language = 1,
  scenario = "the last block found by halving is the one that READ CAPACITY tells",
  tags = {"sbc-3"},
  targets = {array = {luns = {{lun = 0, capacity = "600 MiB"}}}},
  steps = function()
    local s = login{target = "array"}
    local good, bad = 0, 1 << 31
    while bad - good > 1 do
      local middle = (good + bad) // 2
      local r = read{session = s, lba = middle,
                     expect = {status = {one_of = {"GOOD", "CHECK CONDITION"}}}}
      if r.status == "GOOD" then
        good = middle
      else
        equal(r.sense.key, "ILLEGAL REQUEST", "the sense key behind the end")
        bad = middle
      end
    end
    local capacity = call("SendScsiReadCapacity",
                          {UniqueSessionId = s, Lun = 0, ResponseSize = 8, SenseSize = 18})
    equal(good, capacity.ResponseBuffer.last_lba, "the last block")
  end,
}
