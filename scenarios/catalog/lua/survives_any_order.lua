-- Three things happen to a target in an order drawn from the seed; whatever it is, the host reads again.
-- One file stands for six stories: `--seed` picks among them.
return {
  language = 1,
  scenario = "a resize, a removed unit and dropped sessions in any order leave a working session",
  tags = {"sam-5"},
  live = "skip(waits for the session to come back)",
  hosts = {n1 = {offers = {DefaultTime2Wait = 0}}},
  targets = {array = {luns = {{lun = 0, capacity = "1 MiB"}, {lun = 7, capacity = "1 MiB"}}}},
  steps = function()
    local s = login{target = "array"}
    local events = {
      {"resize", {target = "array", resize = {lun = 0, capacity = "2 MiB"}}},
      {"remove", {target = "array", remove = {lun = 7}}},
      {"drop", {target = "array", drop_sessions = "reset"}},
    }
    for i = #events, 2, -1 do
      local j = math.random(i)
      events[i], events[j] = events[j], events[i]
    end
    for _, event in ipairs(events) do
      log(event[1])
      change(event[2])
      sleep "3 s"
      -- Each of them may leave attentions behind; what counts is that they end.
      local tries = 0
      repeat
        tries = tries + 1
        local r = scsi{session = s, cdb = "00 00 00 00 00 00", expect = "anything"}
      until r.status == "GOOD" or tries == 10
      expect(tries < 10, "the unit is ready again after: " .. event[1])
      read{session = s, blocks = 8}
    end
    local capacity = call("SendScsiReadCapacity", {UniqueSessionId = s, ResponseSize = 8, SenseSize = 18})
    equal(capacity.ResponseBuffer.last_lba, 4095, "the new capacity")
  end,
}
