// The texts that `lunsim init` writes: a first scenario, and CI files for GitHub and GitLab. What
// stands in them is tried by tools/init_test.py.
#pragma once

namespace lunsim::tools {

inline constexpr const char* kFirstScenario = R"(# A first scenario. Play it:        lunsim run scenarios/first.yaml
# Over TCP on loopback:            lunsim run scenarios/first.yaml --live
# Its target for your initiator:   lunsim serve scenarios/first.yaml
# Your own program on its target:  lunsim exec scenarios/first.yaml -- ./your_test
language: 1
scenario: a LUN that has grown says so, once
targets:
  array:
    luns: [{lun: 0, capacity: 64 MiB, block: 512}]
    faults:
      - grown: {on: {receive: READ CAPACITY(10)}, times: 1,
                do: {status: CHECK CONDITION, sense: {key: UNIT ATTENTION, asc: 2Ah, ascq: 09h}}}
steps:
  - login: {target: array, as: s1}
  - call: SendScsiReadCapacity
    with: {UniqueSessionId: $s1, Lun: 0}
    repeat: 2
    expect:
      - {nth: 1, return: ISDSC_SCSI_REQUEST_FAILED, SenseBuffer: {key: UNIT ATTENTION}}
      - {nth: 2, return: ERROR_SUCCESS, ResponseBuffer: {last_lba: 131071, block: 512}}
  - logout: s1
)";

inline constexpr const char* kGithubCi = R"(# Plays scenarios/ with every push. The job runs in an image that has lunsim (its Dockerfile builds one),
# or in plain debian:12, where lunsim is built from source with Debian's packages.
name: lunsim
on: [push, pull_request]
permissions:
  contents: read
jobs:
  scenarios:
    runs-on: ubuntu-latest
    container: '@IMAGE@'
    timeout-minutes: 30
    env:
      LUNSIM_SOURCE: '@SOURCE@'   # a git URL; needed only where the image has no lunsim
    steps:
      - uses: actions/checkout@v4
      - name: lunsim, unless the image has it
        shell: bash
        run: |
          if command -v lunsim; then exit 0; fi
          if [ -z "$LUNSIM_SOURCE" ]; then
            echo "This image has no lunsim: set LUNSIM_SOURCE, or use an image that has it." >&2
            exit 2
          fi
          apt-get update
          apt-get install -y --no-install-recommends ca-certificates git
          git clone --depth 1 "$LUNSIM_SOURCE" /tmp/lunsim
          /tmp/lunsim/tools/install build
          /tmp/lunsim/tools/configure
          cmake --build /tmp/lunsim/build --target lunsim
          install /tmp/lunsim/build/lunsim /usr/local/bin/lunsim
      - run: lunsim check scenarios
      - run: lunsim run scenarios --junit lunsim.xml
      # Your own program on a scenario's targets:
      # - run: lunsim exec scenarios/first.yaml --junit lunsim-exec.xml -- ./your_test
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: lunsim-report
          path: lunsim*.xml
)";

inline constexpr const char* kGitlabCi = R"(# Plays scenarios/ with every push. The job runs in an image that has lunsim (its Dockerfile builds one),
# or in plain debian:12, where lunsim is built from source with Debian's packages.
lunsim:
  image: '@IMAGE@'
  timeout: 30 minutes
  variables:
    LUNSIM_SOURCE: '@SOURCE@'   # a git URL; needed only where the image has no lunsim
  before_script:
    - |
      if ! command -v lunsim; then
        if [ -z "$LUNSIM_SOURCE" ]; then
          echo "This image has no lunsim: set LUNSIM_SOURCE, or use an image that has it." >&2
          exit 2
        fi
        apt-get update
        apt-get install -y --no-install-recommends ca-certificates git
        git clone --depth 1 "$LUNSIM_SOURCE" /tmp/lunsim
        /tmp/lunsim/tools/install build
        /tmp/lunsim/tools/configure
        cmake --build /tmp/lunsim/build --target lunsim
        install /tmp/lunsim/build/lunsim /usr/local/bin/lunsim
      fi
  script:
    - lunsim check scenarios
    - lunsim run scenarios --junit lunsim.xml
    # Your own program on a scenario's targets:
    # - lunsim exec scenarios/first.yaml --junit lunsim-exec.xml -- ./your_test
  artifacts:
    when: always
    paths: ['lunsim*.xml']
    reports:
      junit: 'lunsim*.xml'
)";

}  // namespace lunsim::tools
