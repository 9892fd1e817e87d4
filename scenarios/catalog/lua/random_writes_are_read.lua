-- A model beside the disk: random writes of random lengths, and after each the script knows what
-- every block must hold. Stands for the field fault of a cache that returns a neighbour's data.
local kBlocks = 64

return {
  language = 1,
  scenario = "random writes are read back as a model of the disk says",
  tags = {"sbc-3"},
  seed = 11,
  targets = {array = {luns = {{lun = 0, capacity = "1 MiB"}}}},
  steps = function()
    local s = login{target = "array"}
    local model = {}
    for lba = 0, kBlocks - 1 do model[lba] = "zeros" end
    local patterns = {"ones", "zeros", "counting", "abcdefgh", "lunsim"}
    for _ = 1, 40 do
      local first = math.random(0, kBlocks - 1)
      local blocks = math.random(1, math.min(8, kBlocks - first))
      local pattern = patterns[math.random(#patterns)]
      write{session = s, lba = first, blocks = blocks, pattern = pattern}
      for lba = first, first + blocks - 1 do model[lba] = pattern end
    end
    for lba = 0, kBlocks - 1 do read{session = s, lba = lba, pattern = model[lba]} end
  end,
}
