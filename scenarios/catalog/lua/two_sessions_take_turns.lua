-- Two coroutines of one script, each a host's worker with a session of its own, interleaved by the
-- script: one writes, the other sees it.
return {
  language = 1,
  scenario = "a writer and a reader as coroutines see each other's blocks in order",
  tags = {"sam-5"},
  targets = {array = {}},
  steps = function()
    local written = {}
    local writer = coroutine.wrap(function()
      local s = login{target = "array", as = "writer", multipath = true}
      for lba = 0, 7 do
        write{session = s, lba = lba, pattern = "ones"}
        written[#written + 1] = lba
        coroutine.yield(lba)
      end
    end)
    local reader = coroutine.wrap(function(lba)
      local s = login{target = "array", as = "reader", multipath = true}
      while lba do
        read{session = s, lba = lba, pattern = "ones"}
        read{session = s, lba = lba + 1, pattern = "zeros"}
        lba = coroutine.yield(true)
      end
    end)
    for _ = 1, 8 do expect(reader(writer()), "the reader went on") end
    equal(written, {0, 1, 2, 3, 4, 5, 6, 7}, "the order of the writes")
  end,
}
