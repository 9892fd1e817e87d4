"use strict";
// The page shows what stands in #data. Every text of it becomes a text node, none of it markup.
(() => {
  const report = JSON.parse(document.getElementById("data").textContent);
  const verdicts = ["fail", "inconclusive", "warn", "skipped", "pass"];
  const signs = {pass: "", warn: "!", skipped: "-", inconclusive: "?", fail: "x"};
  const cellsMax = 60;
  const byId = (id) => document.getElementById(id);
  let chosen = null;      // {scenario, one}, indices
  let hidden = new Set(); // verdicts

  function make(name, properties, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) {
      if (key === "class") node.className = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined) node.setAttribute(key, value);
    }
    for (const child of children) if (child !== null) node.append(child);
    return node;
  }

  function time(ns) {
    return ns < 1e11 ? (ns / 1e6).toFixed(3) + " ms" : (ns / 1e9).toFixed(3) + " s";
  }

  // --- the matrix ---

  function wanted(scenario) {
    if (hidden.has(scenario.verdict)) return false;
    const words = byId("filter").value.toLowerCase().split(/\s+/).filter((word) => word);
    const text = [scenario.id, scenario.title, scenario.file, ...scenario.tags.map((tag) => "tag:" + tag),
      ...scenario.rules.map((rule) => "rule:" + rule), ...scenario.faults.map((fault) => "fault:" + fault.name),
      ...scenario.cases.map((one) => one.id)].join("\n").toLowerCase();
    return words.every((word) => word.startsWith("!") && word.length > 1 ? !text.includes(word.slice(1))
      : text.includes(word));
  }

  function cells(scenario, s) {
    const box = make("div", {class: "cells"});
    let shown = scenario.cases.map((one, c) => [one, c]);
    if (shown.length > cellsMax) shown = shown.filter(([one]) => one.verdict !== "pass").slice(0, cellsMax);
    for (const [one, c] of shown) {
      const current = chosen !== null && chosen.scenario === s && chosen.one === c;
      box.append(make("button", {class: "cell " + one.verdict, title: one.id + ": " + one.verdict,
        "aria-label": one.id + ": " + one.verdict, "aria-current": current ? "true" : null, "data-case": s + "." + c,
        onclick: () => choose(s, c)}, make("span", {}, signs[one.verdict])));
    }
    const rest = scenario.cases.length - shown.length;
    if (rest > 0) {
      const passed = scenario.cases.filter((one) => one.verdict === "pass").length;
      box.append(make("span", {class: "faint"}, rest === passed ? passed + " that passed" : "and " + rest + " more"));
    }
    return box;
  }

  function drawMatrix() {
    const body = byId("matrix").tBodies[0];
    body.replaceChildren();
    let shown = 0;
    let group = null;
    report.scenarios.forEach((scenario, s) => {
      if (!wanted(scenario)) return;
      ++shown;
      const slash = scenario.id.lastIndexOf("/");
      const folder = slash < 0 ? "" : scenario.id.slice(0, slash);
      if (folder !== group) {
        group = folder;
        if (folder !== "") body.append(make("tr", {class: "group"}, make("th", {colspan: "4", scope: "colgroup"}, folder)));
      }
      const first = scenario.cases.findIndex((one) => one.verdict !== "pass");
      body.append(make("tr", {class: chosen !== null && chosen.scenario === s ? "chosen" : "", "data-scenario": scenario.id},
        make("td", {class: "word " + scenario.verdict}, scenario.verdict),
        make("td", {}, make("button", {class: "open", onclick: () => choose(s, Math.max(first, 0))},
          scenario.id.slice(slash + 1) + (scenario.repetition > 1 ? " (repetition " + scenario.repetition + ")" : "")),
          make("div", {class: "faint"}, scenario.title)),
        make("td", {}, cells(scenario, s)),
        make("td", {class: "mono faint"}, time(scenario.virtual_ns))));
    });
    byId("shown").textContent = shown + " of " + report.scenarios.length + " scenarios";
  }

  // --- one case ---

  function side(title, text) {
    return make("div", {class: "side"}, make("h3", {}, title), make("pre", {}, text === "" ? "(nothing to tell)" : text));
  }

  function ruleText(id) {
    const rule = report.rules[id];
    const box = make("div", {class: "rule"}, make("b", {}, id));
    if (rule === undefined) return box;
    box.append(" " + rule.text);
    if (rule.reading !== "") box.append(make("div", {}, "our reading: " + rule.reading));
    box.append(make("div", {class: "faint"}, "source: " + rule.sources.join("; ")));
    return box;
  }

  function copyButton(text) {
    return make("button", {onclick: (event) => {
      const button = event.currentTarget;
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => { button.textContent = "copied"; }, () => {});
    }}, "copy");
  }

  function caseParts(scenario, one) {
    const parts = [make("h3", {}, "case"), make("div", {},
      make("span", {class: "word " + one.verdict}, one.verdict), " ", make("code", {id: "case-id"}, one.id)),
      make("div", {class: "faint"}, "at " + one.place + ", " + time(one.began_ns) + " to " + time(one.ended_ns))];
    if (one.expected !== "" || one.seen !== "")
      parts.push(make("h3", {}, "expected against seen"),
        make("div", {class: "sides"}, side("expected", one.expected), side("seen", one.seen)));
    if (one.message !== "") parts.push(make("h3", {}, "because"), make("pre", {}, one.message));
    if (one.rules.length > 0) parts.push(make("h3", {}, one.rules.length === 1 ? "rule" : "rules"), ...one.rules.map(ruleText));
    parts.push(make("h3", {}, "replay"), make("div", {class: "replay"}, make("pre", {id: "replay"}, one.replay), copyButton(one.replay)));
    return parts;
  }

  // --- the ladder ---

  function toggleFields(button, entry) {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", isOpen ? "false" : "true");
    if (isOpen) button.nextElementSibling.remove();
    else button.after(make("pre", {class: "fields"}, entry.fields.map((line) => report.lines[line]).join("\n")));
  }

  function rung(entry, during) {
    const arrow = entry.quiet ? "·" : entry.from_opener ? "→" : "←";
    const classes = "rung mono" + (entry.from_opener ? "" : " from_target") + (entry.quiet ? " quiet" : "") + (during ? " during" : "");
    const button = make("button", {class: classes, "data-entry": entry.number,
      "aria-expanded": entry.fields.length === 0 ? null : "false"},
      make("span", {class: "when"}, time(entry.at_ns)),
      make("span", {class: "arrow", title: "connection " + entry.connection}, entry.connection + arrow),
      make("span", {class: "says"}, entry.summary));
    if (entry.fields.length > 0) button.addEventListener("click", () => toggleFields(button, entry));
    return button;
  }

  function ladder(scenario, one) {
    const box = make("div", {id: "ladder"});
    let next = 1;
    let s = 0;
    const strikesBefore = (number) => {
      for (; s < scenario.strikes.length && scenario.strikes[s].after_entry < number; ++s) {
        const strike = scenario.strikes[s];
        box.append(make("div", {class: "strike mono", "data-fault": strike.fault}, make("span", {class: "when"}, time(strike.at_ns)),
          make("span", {class: "arrow"}, "⚡"), make("span", {}, "fault " + strike.fault + " strikes")));
      }
    };
    for (const entry of scenario.ladder) {
      if (entry.number !== next) box.append(make("div", {class: "gap"}, "… " + (entry.number - next) + " more"));
      next = entry.number + 1;
      strikesBefore(entry.number);
      box.append(rung(entry, one !== undefined && entry.number >= one.first_entry && entry.number <= one.last_entry));
    }
    strikesBefore(Infinity);
    return box;
  }

  function choose(s, c, moveFocus = true) {
    chosen = {scenario: s, one: c};
    const scenario = report.scenarios[s];
    const one = scenario.cases[c];
    const detail = byId("detail");
    detail.replaceChildren(make("h2", {id: "detail-title", tabindex: "-1"}, scenario.id), make("div", {}, scenario.title),
      make("div", {class: "faint"}, scenario.file + ", seed " + scenario.seed + ", event hash " + scenario.event_hash +
        (scenario.tags.length > 0 ? ", tags " + scenario.tags.join(" ") : "")));
    if (scenario.reason !== "") detail.append(make("p", {class: "word"}, scenario.reason));
    if (scenario.faults.length > 0)
      detail.append(make("h3", {}, "faults"), ...scenario.faults.map((fault) =>
        make("div", {}, fault.name + ": fired " + fault.fired + " of " + fault.matched + " times that it could")));
    if (scenario.cases.length > 1) {
      detail.append(make("h3", {}, scenario.cases.length + " cases"));
      const list = make("div", {id: "cases"});
      scenario.cases.slice(0, 2000).forEach((other, i) => list.append(make("button",
        {class: other.verdict, "aria-current": i === c ? "true" : null, onclick: () => choose(s, i)},
        other.id.startsWith(scenario.id) ? other.id.slice(scenario.id.length) : other.id)));
      detail.append(list);
    }
    if (one !== undefined) detail.append(...caseParts(scenario, one));
    if (scenario.ladder.length + scenario.strikes.length > 0)
      detail.append(make("h3", {}, "on the wire: time, connection, → from the initiator, ← from the target; the bar marks this case"),
        ladder(scenario, one));
    detail.hidden = false;
    detail.scrollTop = 0;
    drawMatrix();
    history.replaceState(null, "", "#" + encodeURIComponent(one === undefined ? scenario.id : one.id));
    if (moveFocus) byId("detail-title").focus();
  }

  function close() {
    if (chosen === null) return;
    const s = chosen.scenario;
    chosen = null;
    byId("detail").hidden = true;
    drawMatrix();
    history.replaceState(null, "", "#");
    const row = [...document.querySelectorAll("#matrix tr[data-scenario]")].find((tr) => tr.dataset.scenario === report.scenarios[s].id);
    if (row) row.querySelector(".open").focus();
  }

  function step(by) {
    const all = [];
    report.scenarios.forEach((scenario, s) => {
      if (wanted(scenario)) for (let c = 0; c < Math.max(scenario.cases.length, 1); ++c) all.push([s, c]);
    });
    if (all.length === 0) return;
    const at = chosen === null ? (by > 0 ? -1 : 0) : all.findIndex(([s, c]) => s === chosen.scenario && c === chosen.one);
    const [s, c] = all[(at + by + all.length) % all.length];
    choose(s, c);
  }

  // --- keyboard ---

  function neighbour(selector, from, by) {
    const all = [...document.querySelectorAll(selector)];
    const at = all.indexOf(from);
    if (at < 0) return false;
    const to = all[at + by];
    if (to) to.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = document.activeElement;
    const isWriting = from !== null && from.matches("input[type=search]");
    if (event.key === "Escape") {
      if (isWriting && from.value !== "") { from.value = ""; drawMatrix(); } else close();
    } else if (isWriting) {
      if (event.key !== "ArrowDown") return;
      const first = document.querySelector("#matrix .open");
      if (first) first.focus();
    } else if (event.key === "/") {
      byId("filter").focus();
    } else if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    } else if (event.key === "t") {
      byId("theme").click();
    } else if (event.key === "l") {
      const first = document.querySelector("#ladder .rung.during") || document.querySelector("#ladder .rung");
      if (first) first.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const by = event.key === "ArrowDown" ? 1 : -1;
      if (!["#ladder .rung", "#matrix .open", "#cases button"].some((selector) => neighbour(selector, from, by))) return;
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      if (!neighbour("#matrix .cell", from, event.key === "ArrowRight" ? 1 : -1)) return;
    } else {
      return;
    }
    event.preventDefault();
  });

  // --- light and dark ---

  function isDark() {
    const theme = document.documentElement.dataset.theme;
    return theme === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
  }
  function nameTheme() { byId("theme").textContent = isDark() ? "light" : "dark"; }
  byId("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);

  // --- begin ---

  for (const verdict of verdicts) {
    const count = report.scenarios.filter((scenario) => scenario.verdict === verdict).length;
    const box = make("input", {type: "checkbox", id: "show-" + verdict, onchange: (event) => {
      if (event.target.checked) hidden.delete(verdict); else hidden.add(verdict);
      drawMatrix();
    }});
    box.checked = true;
    byId("verdicts").append(make("label", {class: verdict}, box, " " + count + " " + verdict + " "));
  }
  byId("filter").addEventListener("input", drawMatrix);
  nameTheme();
  drawMatrix();
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked !== "") {
    report.scenarios.forEach((scenario, s) => {
      const c = scenario.cases.findIndex((one) => one.id === asked);
      if (chosen === null && (c >= 0 || scenario.id === asked)) choose(s, Math.max(c, 0), false);
    });
  }
})();
