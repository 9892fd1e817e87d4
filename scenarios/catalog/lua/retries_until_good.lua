-- A host that retries on BUSY and gives up on anything else, as a driver does: how often, and what
-- it sees on the way, is only known when it runs.
return {
  language = 1,
  scenario = "a retry loop in the script outlasts a target that is busy for a while",
  tags = {"sam-5"},
  targets = {
    array = {
      faults = {
        {busy = {on = {receive = "READ(10)"}, times = 4, ["do"] = {status = "BUSY"}}},
      },
    },
  },
  steps = function()
    local s = login{target = "array"}
    local attempts, pause = 0, 0.1
    local r
    repeat
      attempts = attempts + 1
      r = read{session = s, blocks = 8, expect = {status = {one_of = {"GOOD", "BUSY"}}}}
      if r.status == "BUSY" then
        sleep(pause)
        pause = pause * 2
      end
    until r.status == "GOOD" or attempts == 10
    equal(r.status, "GOOD", "the last attempt")
    equal(attempts, 5, "attempts")
    expect(now() >= 1.5, "the pauses grew: 0.1 + 0.2 + 0.4 + 0.8 s of virtual time")
    equal(times_fired("busy"), 4, "busy")
  end,
}
