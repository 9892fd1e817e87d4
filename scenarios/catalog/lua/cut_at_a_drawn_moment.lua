-- The connection breaks while a write is under way, at a moment drawn from the seed; whatever was
-- acknowledged must be there afterwards, and the rest must be old or new, block by block. Stands for
-- the torn write.
return {
  language = 1,
  scenario = "after a cut every block of a write is whole: as before or as written",
  tags = {"rfc7143-7.14"},
  seed = 5,
  live = "skip(needs virtual time for the moment of the cut)",
  hosts = {n1 = {offers = {DefaultTime2Wait = 0}}},
  targets = {
    array = {
      faults = {{slow = {on = {receive = "WRITE(10)"}, ["do"] = {delay = "20 ms"}}}},
    },
  },
  steps = function()
    local s = login{target = "array"}
    write{session = s, lba = 0, blocks = 16, pattern = "ones"}
    local torn = 0
    for round = 1, 5 do
      start{write = {session = s, lba = 0, blocks = 16, pattern = "counting"}, as = "w"}
      sleep(math.random(1, 40) / 1000)
      change{target = "array", drop_sessions = "reset"}
      local w = await{operation = "w", within = "60 s", expect = "anything"}
      sleep "3 s"
      scsi{session = s, cdb = "00 00 00 00 00 00", expect = "anything"}
      for lba = 0, 15 do
        local r = read{session = s, lba = lba}
        local is_old = r.data == ("\xFF"):rep(512)
        if w.status == "GOOD" then
          expect(not is_old, "round " .. round .. ": an acknowledged block is the new one")
        end
      end
      log("round", round, "the write was", w.status or "not answered")
      write{session = s, lba = 0, blocks = 16, pattern = "ones"}
    end
  end,
}
