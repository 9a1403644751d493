"use strict";
/* The proof explorer: a list with search and filters, and one problem with its tree of attempts.
   Everything from a run reaches the page through textContent; nothing is ever parsed as markup. */
(() => {
  const PAGE = 50;
  const index = JSON.parse(document.getElementById("index").textContent);
  const chunks = [...document.querySelectorAll("script.chunk")];
  const opened = new Map();
  const rows = index.problems.map(([id, words, labels, runs], at) => ({
    at, id, words, labels,
    runs: runs.map(([ending, attempts, failure, author]) => ({ ending, attempts, failure, author })),
    text: `${id}\n${words}\n${Object.values(labels).join("\n")}`.toLowerCase(),
  }));
  const position = new Map(rows.map((row) => [row.id, row.at]));
  const state = { query: "", run: 0, ending: "", failure: "", labels: {}, page: 0, id: "" };
  let shown = rows;

  const SIGNS = { proved: ["✓", "good"], refuted: ["¬", "warn"], unsupported: ["∅", "none"], infra: ["!", "warn"], open: ["…", "none"], interrupted: ["…", "none"] };
  const sign = (ending) => SIGNS[ending] || ["✗", "bad"];
  const plain = (word) => word.replaceAll("_", " ");
  const ending = (word) => ({ proved: "proved", refuted: "refuted: its negation was proved", unsupported: "not readable", infra: "no answer", open: "not reached" })[word] || `failed (${plain(word)})`;
  const count = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
  const $ = (id) => document.getElementById(id);

  /* Controls, bidirectional overrides and lone surrogates are shown, not obeyed. */
  const visible = (text) =>
    String(text)
      .replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
      .replace(/[\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
        (c) => `⟦U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟧`);

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    for (const child of children) {
      if (child != null) element.append(typeof child === "string" ? visible(child) : child);
    }
    return element;
  }

  function draw(tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    for (const child of children) element.append(child);
    return element;
  }

  /* Lean's surface, coloured. A scanner for the eye: it never changes a character. */
  const KEYWORDS = new Set(("theorem lemma def example instance structure inductive abbrev axiom namespace section end open import variable "
    + "universe set_option in by do where with fun λ let have show from suffices if then else match calc at using obtain rintro intro intros "
    + "exact apply refine rw rwa simp simpa simp_all norm_num ring ring_nf linarith nlinarith omega decide positivity constructor cases rcases "
    + "induction use exists unfold left right trivial rfl field_simp push_neg push_cast norm_cast interval_cases by_contra by_cases contrapose "
    + "exfalso assumption contradiction subst specialize generalize congr ext funext aesop gcongr tauto zify first repeat try all_goals any_goals "
    + "case next private protected noncomputable Prop Type Sort").split(" "));
  const TOKEN = /(--[^\n]*|\/-[\s\S]*?(?:-\/|$))|("(?:[^"\\]|\\[\s\S])*"?)|(\b\d[\w.]*)|(sorry|admit)\b|([\p{L}_][\p{L}\p{N}_'.!?₀-₉]*)|([∀∃λ→↔¬∧∨≤≥≠∣≡∈∉⟨⟩⊢·∘×↑←∑∏ℕℤℚℝℂ|:=+*^%/<>-]+)|([\s\S])/gu;
  function highlight(target, text) {
    let rest = "";
    const flush = () => { if (rest) { target.append(visible(rest)); rest = ""; } };
    for (const [all, comment, string, number, hole, word, symbol] of text.matchAll(TOKEN)) {
      const kind = comment ? "c" : string ? "s" : number ? "d" : hole ? "bad" : word && KEYWORDS.has(word) ? "k" : symbol ? "y" : "";
      if (!kind) { rest += all; continue; }
      flush();
      target.append(make("span", { class: kind }, all));
    }
    flush();
  }

  function code(text, label, said = []) {
    const block = make("pre", { class: "code", tabindex: "0", role: "region", "aria-label": label });
    const whole = document.createElement("span");
    highlight(whole, text);
    const lines = [[]];
    for (const node of whole.childNodes) {
      node.textContent.split("\n").forEach((part, at) => {
        if (at) lines.push([]);
        if (part) lines.at(-1).push(node.nodeType === 3 ? document.createTextNode(part) : make("span", { class: node.className }, part));
      });
    }
    const tell = ([severity, line, column, message]) =>
      make("span", { class: `said ${severity === "error" ? "bad" : severity === "warning" ? "warn" : "none"}` },
        `${severity}${line ? `, line ${line}, column ${column}` : ""}: ${message}`);
    for (const message of said.filter((m) => !m[1])) block.append(tell(message));
    lines.forEach((parts, at) => {
      block.append(make("span", { class: "n", "aria-hidden": "true" }, String(at + 1)), ...parts, "\n");
      for (const message of said.filter((m) => m[1] === at + 1)) block.append(tell(message));
    });
    for (const message of said.filter((m) => m[1] > lines.length)) block.append(tell(message));
    return block;
  }

  async function details(at) {
    const number = Math.floor(at / index.chunk);
    if (!opened.has(number)) {
      const bytes = Uint8Array.from(atob(chunks[number].textContent), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      opened.set(number, new Response(stream).json());
    }
    return (await opened.get(number))[at % index.chunk];
  }

  /* The list and its filters */
  function select(label, name, values, change) {
    const box = make("select", { name, id: `by-${name.replace(/\W/g, "-")}`, onchange: (event) => { change(event.target.value); refresh(); } });
    for (const [value, text] of values) box.append(make("option", { value }, text));
    return make("div", { class: "field" }, make("label", { for: box.id }, label), box);
  }

  const tally = (values) => {
    const counts = new Map();
    for (const value of values) if (value) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  };
  const options = (values, text = plain) => [["", "all"], ...values.map(([value, count]) => [value, `${text(value)} (${count})`])];

  function filters() {
    const form = $("filters");
    form.replaceChildren();
    form.onsubmit = (event) => event.preventDefault();
    const search = make("input", { type: "search", name: "query", id: "by-words", value: state.query, autocomplete: "off",
      oninput: (event) => { state.query = event.target.value.toLowerCase(); refresh(); } });
    form.append(make("div", { class: "field search" }, make("label", { for: search.id }, "Search names and words"), search));
    if (index.runs.length > 1) {
      const box = select("Run", "run", index.runs.map((name, at) => [String(at), name]),
        (value) => { state.run = Number(value); state.ending = state.failure = ""; filters(); open(state.id); });
      box.querySelector("select").value = String(state.run);
      form.append(box);
    }
    const runs = rows.map((row) => row.runs[state.run]);
    form.append(select("Ending", "ending", options(tally(runs.map((run) => run.ending)), ending), (value) => { state.ending = value; }));
    const failures = tally(runs.map((run) => run.failure));
    if (failures.length) form.append(select("Last failure", "failure", options(failures), (value) => { state.failure = value; }));
    for (const label of index.labels) {
      const values = tally(rows.map((row) => row.labels[label]));
      if (values.length > 1 && values.length <= 40 && values.every(([value]) => value.length <= 40)) {
        form.append(select(plain(label)[0].toUpperCase() + plain(label).slice(1), label, options(values), (value) => { state.labels[label] = value; }));
      }
    }
  }

  function refresh() {
    const wanted = Object.entries(state.labels).filter(([, value]) => value);
    const words = state.query.split(/\s+/).filter(Boolean);
    shown = rows.filter((row) => {
      const run = row.runs[state.run];
      return (!state.ending || run.ending === state.ending) && (!state.failure || run.failure === state.failure)
        && wanted.every(([label, value]) => row.labels[label] === value) && words.every((word) => row.text.includes(word));
    });
    state.page = 0;
    list();
  }

  function list() {
    const last = Math.max(0, Math.ceil(shown.length / PAGE) - 1);
    state.page = Math.min(Math.max(state.page, 0), last);
    const start = state.page * PAGE;
    $("list").replaceChildren(...shown.slice(start, start + PAGE).map((row) => {
      const [mark, tone] = sign(row.runs[state.run].ending);
      return make("li", {}, make("a", { href: `#/${encodeURIComponent(row.id)}`, "aria-current": row.id === state.id ? "true" : false },
        make("span", { class: tone, "aria-hidden": "true" }, mark),
        make("span", { class: "id" }, row.id, make("span", { class: "hidden" }, `, ${ending(row.runs[state.run].ending)}`)),
        make("span", { class: "words" }, row.words)));
    }));
    $("count").textContent = shown.length === rows.length ? `${rows.length} problems` : `${shown.length} of ${rows.length} problems`;
    const turn = (step, text, off) => make("button", { type: "button", disabled: off, onclick: () => { state.page += step; list(); $("list").scrollTop = 0; } }, text);
    $("pages").replaceChildren(turn(-1, "Previous", state.page === 0), make("span", {}, `page ${state.page + 1} of ${last + 1}`), turn(1, "Next", state.page === last));
    $("pages").hidden = last === 0;
  }

  /* One problem */
  async function open(id, { focus = false } = {}) {
    const at = position.get(id);
    const pane = $("detail");
    if (at === undefined) {
      pane.replaceChildren(make("p", { class: "facts-line" }, id ? `No problem is called ${id}.` : "Choose a problem."));
      return;
    }
    state.id = id;
    const place = shown.findIndex((row) => row.id === id);
    if (place >= 0) state.page = Math.floor(place / PAGE);
    list();
    let problem;
    try {
      problem = await details(at);
    } catch (error) {
      pane.replaceChildren(make("p", { class: "bad" }, `The details cannot be unpacked: ${error}`));
      return;
    }
    if (state.id !== id) return;
    pane.replaceChildren(...head(problem), ...account(problem.runs[state.run], rows[at].runs[state.run]));
    const graph = pane.querySelector(".graph"), chosen = graph?.querySelector('[aria-pressed="true"] rect');
    if (chosen) graph.scrollTo(chosen.x.baseVal.value + 88 - graph.clientWidth / 2, chosen.y.baseVal.value + 17 - graph.clientHeight / 2);
    const entry = $("list").querySelector("[aria-current]");
    if (entry) $("list").scrollTop = Math.max(0, entry.offsetTop - $("list").clientHeight / 2);
    if (focus) { pane.focus({ preventScroll: true }); pane.scrollIntoView({ block: "nearest" }); }
  }

  function head(problem) {
    const labels = Object.entries(problem.meta).map(([label, value]) => `${plain(label)}: ${value}`);
    const where = [problem.split, ...labels, problem.source, problem.licence].filter(Boolean).join(" · ");
    const parts = [make("h3", {}, problem.id, " ", make("a", { href: `#/${encodeURIComponent(problem.id)}`, "aria-label": "link to this problem" }, "#")),
      make("p", { class: "facts-line" }, where)];
    if (problem.words) parts.push(make("p", { class: "words-text" }, problem.words));
    if (problem.proof) parts.push(fold("Proof in words", make("p", { class: "words-text" }, problem.proof)));
    if (problem.statement) parts.push(code(problem.statement, "The statement"));
    if (problem.preamble || problem.imports) {
      const text = problem.imports.split(" ").filter(Boolean).map((name) => `import ${name}`).concat(problem.preamble || []).join("\n");
      parts.push(fold("Header", code(text, "The header")));
    }
    return parts;
  }

  const fold = (title, ...children) => make("details", {}, make("summary", {}, title), ...children);

  function account(run, row) {
    const [mark, tone] = sign(row.ending);
    const result = make("h3", {}, make("span", { class: tone }, `${mark} ${ending(row.ending)}`));
    if (!run) return [result, make("p", { class: "facts-line" }, "This run has not finished the problem.")];
    const spend = run.spend;
    const facts = [count(row.attempts, "attempt"), count(spend.samples, "sample"), count(spend.checks, "check"), spend.tokens ? `${spend.tokens.toLocaleString("en")} tokens` : "",
      `${spend.lean_cpu_s} s of Lean's CPU`, `${spend.wall_s} s on the clock`, spend.cost_usd ? `$${spend.cost_usd}` : ""].filter(Boolean).join(" · ");
    const parts = [result, make("p", { class: "facts-line" }, facts)];
    if (run.detail) parts.push(make("p", {}, run.detail));
    if (run.hidden) parts.push(make("p", { class: "facts-line" }, `${count(run.hidden, "more step")} in the run folder.`));
    if (run.nodes.length) {
      const own = (node) => node.kind === "attempt" && node.status === "proved";
      const chosen = Math.max(0, run.nodes.findIndex((node) => own(node) && !node.about), run.nodes.findIndex((node) => own(node) && run.stop === "refuted"));
      const panel = make("div", { id: "attempt", "aria-live": "polite" });
      const choose = (at) => panel.replaceChildren(...step(run.nodes, at));
      parts.push(tree(run.nodes, chosen, choose), legend(run.nodes), panel);
      choose(chosen);
    }
    return parts;
  }

  const BROKEN = new Set(["infra", "timeout", "out_of_memory"]);
  function nodeSign(node) {
    if (node.kind === "answer") return ["·", "none"];
    if (node.status === "proved") return ["✓", "good"];
    if (node.kind === "goal") return node.status === "refuted" ? ["¬", "warn"] : ["○", "none"];
    if (node.status === "incomplete" && node.author === "decomposer") return ["◇", "none"];
    return BROKEN.has(node.status) ? ["!", "warn"] : ["✗", "bad"];
  }
  const DID = { planner: "plan", critic: "critique", writer: "draft", corrector: "correction", decomposer: "decomposition" };
  const nameOf = (node) => {
    if (node.kind === "goal") return visible(node.name).replaceAll("\n", " ");
    if (node.kind === "attempt" && node.author === "decomposer" && !node.place) return node.about ? "proof given with it" : "put together";
    return visible(DID[node.author] || node.author).replaceAll("\n", " ");
  };
  const saying = (node) => node.kind === "goal" ? `${node.name === "negation" ? "" : "lemma, "}${node.status}`
    : node.kind === "answer" ? (DID[node.author] && node.author !== "planner" && node.author !== "critic" ? "not judged" : "no attempt") : plain(node.status);

  function legend(nodes) {
    const items = [["✓", "good", "proved"], ["✗", "bad", "refused by Lean or the gate"], ["!", "warn", "ran out of something, or broke"],
      ["◇", "none", "broken up into lemmas"], ["○", "none", "open"], ["¬", "warn", "refuted"], ["·", "none", "words, or a draft that nobody judged"]];
    const there = new Set(nodes.map((node) => nodeSign(node)[0]));
    const list = make("ul", { class: "legend", "aria-label": "Signs" });
    for (const [mark, tone, text] of items) if (there.has(mark)) list.append(make("li", {}, make("span", { class: tone, "aria-hidden": "true" }, mark), ` ${text}`));
    if (nodes.some((node) => node.uses)) list.append(make("li", {}, make("span", { "aria-hidden": "true" }, "⤸"), " dashed: is used by"));
    return list;
  }

  /* What was done, each step behind the one that it follows on; lemmas also point to those that rest on them. Walked by arrow keys. */
  function tree(nodes, chosen, choose) {
    const W = 176, H = 34, GAP_X = 44, GAP_Y = 10, EDGE = 14;
    const children = nodes.map(() => []);
    const roots = [];
    nodes.forEach((node, at) => (node.parent >= 0 && node.parent !== at ? children[node.parent] : roots).push(at));
    const x = [], y = [];
    let line = 0, depth = 0;
    const stack = roots.map((at) => [at, 0]).reverse();
    while (stack.length) {
      const [at, level] = stack.pop();
      x[at] = level * (W + GAP_X) + EDGE;
      y[at] = line * (H + GAP_Y) + EDGE;
      depth = Math.max(depth, level);
      if (children[at].length) stack.push(...children[at].map((child) => [child, level + 1]).reverse());
      else line += 1;
    }
    const placed = nodes.map((_, at) => at).filter((at) => x[at] !== undefined);
    const width = (depth + 1) * (W + GAP_X) - GAP_X + 2 * EDGE, height = Math.max(1, line) * (H + GAP_Y) - GAP_Y + 2 * EDGE;
    const picture = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "What was tried; arrow keys walk the steps" });
    for (const at of placed) {
      const up = nodes[at].parent;
      if (up >= 0 && x[up] !== undefined) {
        const [x1, y1, x2, y2] = [x[up] + W, y[up] + H / 2, x[at], y[at] + H / 2];
        picture.append(draw("path", { class: "edge", d: `M${x1},${y1} C${x1 + 22},${y1} ${x2 - 22},${y2} ${x2},${y2}` }));
      }
      for (const used of nodes[at].uses || []) {
        if (x[used] === undefined) continue;
        const [left, y1, y2] = [x[at], y[used] + H - 8, y[at] + 8];
        const bend = Math.min(30, 14 + Math.abs(y2 - y1) / 12);
        picture.append(draw("path", { class: "uses", d: `M${left},${y1} C${left - bend},${y1} ${left - bend},${y2} ${left - 5},${y2}` }),
          draw("path", { class: "tip", d: `M${left},${y2} l-6,-3.5 v7 z` }));
      }
    }
    const groups = new Map();
    const pick = (at, focus) => {
      groups.forEach((group, other) => { group.setAttribute("aria-pressed", String(other === at)); group.setAttribute("tabindex", other === at ? "0" : "-1"); });
      if (focus) groups.get(at).focus();
      choose(at);
    };
    const siblings = (at) => (nodes[at].parent >= 0 ? children[nodes[at].parent] : roots);
    const level = (at, step) => {
      const same = placed.filter((other) => x[other] === x[at]).sort((a, b) => y[a] - y[b]);
      const near = siblings(at)[siblings(at).indexOf(at) + step];
      return near !== undefined ? near : same[same.indexOf(at) + step];
    };
    const walk = {
      ArrowLeft: (at) => nodes[at].parent,
      ArrowRight: (at) => children[at][0],
      ArrowUp: (at) => level(at, -1),
      ArrowDown: (at) => level(at, 1),
    };
    for (const at of placed) {
      const node = nodes[at];
      const [mark, tone] = nodeSign(node);
      const name = nameOf(node);
      const label = draw("text", { x: x[at] + 28, y: y[at] + 22 });
      label.textContent = name.length > 19 ? `${name.slice(0, 18)}…` : name;
      const symbol = draw("text", { x: x[at] + 10, y: y[at] + 22, class: "sign" });
      symbol.textContent = mark;
      const title = draw("title", {});
      title.textContent = `${name}, ${saying(node)}`;
      const group = draw("g", { class: `node ${tone} ${node.kind}`, role: "button", tabindex: at === chosen ? "0" : "-1", "aria-pressed": String(at === chosen),
        "aria-label": `${node.number ? `attempt ${node.number}, ` : ""}${name}, ${saying(node)}` },
        title, draw("rect", { x: x[at], y: y[at], width: W, height: H, rx: node.kind === "goal" ? 17 : 5 }), symbol, label);
      group.addEventListener("click", () => pick(at, false));
      group.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(at, false); }
        if (!walk[event.key]) return;
        event.preventDefault();
        const next = walk[event.key](at);
        if (next !== undefined && next >= 0) pick(next, true);
      });
      groups.set(at, group);
      picture.append(group);
    }
    return make("div", { class: "graph", tabindex: "-1" }, picture);
  }

  const text = (words, label) => make("pre", { class: "code plain", tabindex: "0", role: "region", "aria-label": label }, words);

  function step(nodes, at) {
    const node = nodes[at];
    const [mark, tone] = nodeSign(node);
    const title = node.kind === "goal" ? (node.name === "negation" ? "The negation" : `Lemma ${node.name}`)
      : node.kind === "attempt" ? `Attempt ${node.number}: ${nameOf(node)}` : nameOf(node)[0].toUpperCase() + nameOf(node).slice(1);
    const parts = [make("h4", {}, `${title}, `, make("span", { class: tone }, `${mark} ${node.kind === "goal" ? node.status : saying(node)}`))];
    if (node.kind === "goal") {
      if (node.words) parts.push(make("p", { class: "words-text" }, node.words));
      if (node.uses) parts.push(make("p", { class: "facts-line" }, `rests on ${node.uses.map((used) => nodes[used].name).join(", ")}`));
      if (node.code) parts.push(code(node.code, "The statement"));
      return parts;
    }
    const facts = [`by ${node.author}`, node.place ? `at ${node.place}` : "", node.tier && node.tier !== "none" ? `tier ${node.tier}` : "",
      node.kind === "attempt" ? `${node.cpu_s} s of Lean's CPU${node.cached ? " (judged before)" : ""}` : "", node.model || "", node.prompt || "",
      node.tokens ? count(node.tokens, "token") : "", node.finish && node.finish !== "stop" ? `ended: ${plain(node.finish)}` : "",
      node.axioms && node.axioms.length ? `axioms: ${node.axioms.join(", ")}` : ""];
    parts.push(make("p", { class: "facts-line" }, facts.filter(Boolean).join(" · ")));
    if (node.kind === "answer") {
      if (node.reasoning) parts.push(node.text ? fold("Reasoning", text(node.reasoning, "The reasoning")) : text(node.reasoning, "What it said"));
      parts.push(node.text ? text(node.text, "What it wrote") : make("p", { class: "facts-line" }, node.reasoning ? "" : "Nothing was written."));
      return parts;
    }
    if (node.about) parts.push(fold("The statement that this attempt is about", code(node.about, "The statement of this attempt")));
    if (node.detail) parts.push(make("p", { class: "words-text" }, node.detail));
    parts.push(node.code.trim() || node.diagnostics.length ? code(node.code, "The proof tried", node.diagnostics) : make("p", { class: "facts-line" }, "No Lean code."));
    if (node.goals) parts.push(fold("Open at the first error", text(node.goals.join("\n\n"), "Open goals")));
    if (node.reasoning) parts.push(fold("Reasoning", text(node.reasoning, "The reasoning")));
    if (node.text) parts.push(fold("What the model wrote", text(node.text, "What the model wrote")));
    return parts;
  }

  function follow(focus) {
    const match = /^#\/(.*)$/s.exec(location.hash);
    if (!match) { if (!location.hash && rows.length) open(rows[0].id); return; }
    let id = match[1];
    try { id = decodeURIComponent(id); } catch { /* a broken escape names no problem */ }
    open(id, { focus });
    if (focus) $("problems").scrollIntoView({ block: "start" });
  }

  addEventListener("hashchange", () => follow(true));
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const step = { j: 1, k: -1 }[event.key];
    if (event.key === "/") { event.preventDefault(); document.querySelector("#filters input").focus(); }
    else if (step && shown.length) {
      const at = shown.findIndex((row) => row.id === state.id);
      const next = shown[Math.min(Math.max(at + step, 0), shown.length - 1)];
      location.hash = `#/${encodeURIComponent(next.id)}`;
    }
  });

  $("explorer").hidden = false;
  filters();
  refresh();
  if (location.hash.startsWith("#/")) follow(false);
  else if (rows.length) open(rows[0].id);
})();
