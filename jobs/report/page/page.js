"use strict";
// Draws the report from its embedded data: tables by hand, charts by Vega.
const report = JSON.parse(document.getElementById("data").textContent);
const byId = new Map(report.trials.map(trial => [trial.trial, trial]));
const completed = report.trials.filter(trial => trial.state === "completed");
const best = byId.get(report.best);
const element = id => document.getElementById(id);
const [gain, price] = objectives();

/** The two objectives of the front: name, and whether more is better. */
function objectives() {
  const parsed = report.objectives.map(text =>
    text.startsWith("-") ? {name: text.slice(1), more: false} : {name: text, more: true});
  const second = parsed[1] || {name: "predicted_seconds_per_row", more: false};
  return [parsed[0] || {name: "test_accuracy", more: true}, second];
}

function number(value) {
  if (typeof value !== "number") return value === undefined || value === null ? "" : String(value);
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(3) : String(+value.toPrecision(5));
}

function title(name) {
  return name.replace(/^module__/, "").replaceAll("_", " ");
}

function make(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function hide(id) {
  element(id).style.display = "none";
}

/** A table of names and values. */
function pairs(object) {
  const table = make("table");
  for (const [name, value] of Object.entries(object)) {
    const row = table.insertRow();
    row.append(make("td", title(name)), make("td", Array.isArray(value) ? value.join(", ") : number(value)));
  }
  return table;
}

/** A table of objects of one shape. */
function table(rows, names) {
  const node = make("table");
  const head = node.createTHead().insertRow();
  const body = node.createTBody();
  for (const name of names) {
    const numeric = rows.some(row => typeof row[name] === "number");
    head.append(make("th", title(name), numeric ? "number" : ""));
  }
  for (const row of rows) {
    const line = body.insertRow();
    for (const name of names) {
      const value = row[name];
      line.append(make("td", number(value), typeof value === "number" ? "number" : ""));
    }
  }
  return node;
}

// ---- charts

function colours() {
  const style = getComputedStyle(document.documentElement);
  const value = name => style.getPropertyValue(name).trim();
  return {ink: value("--ink"), soft: value("--soft"), line: value("--line"), accent: value("--accent"),
          second: value("--accent-2"), bad: value("--bad"), paper: value("--paper")};
}

function config(c) {
  const text = {labelColor: c.soft, titleColor: c.ink, labelFontSize: 12, titleFontSize: 13, titleFontWeight: 600};
  return {axis: {...text, gridColor: c.line, domainColor: c.line, tickColor: c.line, titlePadding: 8},
          legend: text, title: {color: c.ink, fontSize: 13, anchor: "start"}, background: "transparent"};
}

function showTip(handler, event, item, value) {
  const tip = element("tip");
  tip.replaceChildren();
  if (value === null || value === undefined || value === "") {
    tip.style.display = "none";
    return;
  }
  tip.append(typeof value === "object" ? pairs(value) : make("span", String(value)));
  tip.style.display = "block";
  const left = event.clientX + 16 + tip.offsetWidth > innerWidth ? event.clientX - tip.offsetWidth - 12 : event.clientX + 16;
  const top = Math.min(event.clientY + 12, innerHeight - tip.offsetHeight - 8);
  tip.style.left = left + "px";
  tip.style.top = top + "px";
}

function draw(id, spec, onClick) {
  const holder = typeof id === "string" ? element(id) : id;
  const view = new vega.View(vega.parse({padding: 6, autosize: "pad", ...spec}, config(colours())),
                             {renderer: "svg", container: holder, hover: true});
  view.tooltip(showTip);
  if (onClick) view.addEventListener("click", (event, item) => item && item.datum && onClick(item.datum));
  view.run();
}

function wide() {
  return Math.max(320, Math.min(960, document.body.clientWidth - 130));
}

function describeTrial(trial) {
  return {trial: trial.trial, ...trial.configuration, [gain.name]: trial.result[gain.name],
          [price.name]: trial.result[price.name], "bootstraps per row": trial.result.pbs_per_row};
}

function drawFront() {
  const points = completed.filter(t => Number.isFinite(t.result[gain.name]) && Number.isFinite(t.result[price.name]))
    .map(t => ({x: t.result[price.name], y: t.result[gain.name], trial: t.trial, front: report.front.includes(t.trial),
                best: t.trial === report.best, tip: describeTrial(t)}));
  if (points.length === 0) return hide("front-section");
  const c = colours();
  const line = points.filter(p => p.front).sort((a, b) => a.x - b.x);
  const lowest = Math.min(...points.map(p => p.x)), highest = Math.max(...points.map(p => p.x));
  const logarithmic = lowest > 0 && highest / lowest > 20;
  const place = {x: {scale: "x", field: "x"}, y: {scale: "y", field: "y"}};
  draw("front", {
    width: wide(), height: 400,
    data: [{name: "points", values: points}, {name: "line", values: line}],
    scales: [
      {name: "x", type: logarithmic ? "log" : "linear", domain: {data: "points", field: "x"}, range: "width", nice: true, zero: false},
      {name: "y", domain: {data: "points", field: "y"}, range: "height", nice: true, zero: false}],
    axes: [{orient: "bottom", scale: "x", title: title(price.name), grid: true, tickCount: 8},
           {orient: "left", scale: "y", title: title(gain.name), grid: true}],
    marks: [
      {type: "line", from: {data: "line"}, interactive: false,
       encode: {update: {...place, stroke: {value: c.accent}, strokeWidth: {value: 2}, interpolate: {value: gain.more ? "step-after" : "linear"}}}},
      {type: "symbol", from: {data: "points"}, encode: {
        update: {...place, tooltip: {signal: "datum.tip"}, cursor: {value: "pointer"}, stroke: {value: c.paper}, strokeWidth: {value: 1},
          shape: {signal: "datum.best ? 'diamond' : 'circle'"}, size: {signal: "datum.best ? 240 : datum.front ? 110 : 60"},
          fill: {signal: `datum.best ? '${c.second}' : datum.front ? '${c.accent}' : '${c.soft}'`},
          fillOpacity: {signal: "datum.front || datum.best ? 1 : 0.5"}},
        hover: {fillOpacity: {value: 1}, stroke: {value: c.ink}}}}]
  }, datum => choose(datum.trial));
}

function drawSlices() {
  const names = [...new Set(report.trials.flatMap(t => Object.keys(t.configuration)))];
  const varied = names.filter(n => new Set(report.trials.map(t => JSON.stringify(t.configuration[n]))).size > 1);
  if (varied.length === 0 || completed.length === 0) return hide("slices-section");
  const c = colours();
  for (const name of varied) {
    const holder = make("div", undefined, "chart");
    element("slices").append(holder);
    const values = completed.filter(t => t.configuration[name] !== undefined)
      .map(t => ({x: t.configuration[name], y: t.result[gain.name], trial: t.trial, front: report.front.includes(t.trial), tip: describeTrial(t)}));
    const numeric = values.every(v => typeof v.x === "number");
    const xs = values.map(v => v.x), few = xs.every(Number.isInteger) && new Set(xs).size <= 8;
    const ratio = numeric ? Math.max(...xs) / Math.min(...xs) : 1;
    const continuous = numeric && !few;
    const scale = continuous ? {type: ratio > 20 ? "log" : "linear", zero: false, nice: true} : {type: "point", padding: 0.5};
    const domain = continuous ? {data: "v", field: "x"} : {data: "v", field: "x", sort: true};
    draw(holder, {
      width: 250, height: 170, data: [{name: "v", values}],
      scales: [{name: "x", domain, range: "width", ...scale},
               {name: "y", domain: {data: "v", field: "y"}, range: "height", zero: false, nice: true}],
      axes: [{orient: "bottom", scale: "x", title: title(name), tickCount: 5, labelOverlap: true},
             {orient: "left", scale: "y", title: title(gain.name), grid: true, tickCount: 5}],
      marks: [{type: "symbol", from: {data: "v"}, encode: {update: {
        x: {scale: "x", field: "x"}, y: {scale: "y", field: "y"}, size: {value: 45}, tooltip: {signal: "datum.tip"},
        fill: {signal: `datum.front ? '${c.accent}' : '${c.soft}'`}, fillOpacity: {value: 0.75}, cursor: {value: "pointer"}}}}]
    }, datum => choose(datum.trial));
  }
}

function drawCurve(id, field, label) {
  const shown = report.trials.filter(t => t.history && t.history.length > 1 && (t.trial === report.best || report.front.includes(t.trial)));
  const values = shown.flatMap(t => t.history.filter(e => Number.isFinite(e[field])).map(e => ({
    epoch: e.epoch, y: e[field], trial: t.trial, best: t.trial === report.best ? 1 : 0})));
  if (values.every(v => v.y === 0)) {  // nothing was held out to watch
    hide(id);
    return false;
  }
  const c = colours();
  draw(id, {
    width: 290, height: 200, data: [{name: "v", values}],
    scales: [{name: "x", domain: {data: "v", field: "epoch"}, range: "width", zero: false},
             {name: "y", domain: {data: "v", field: "y"}, range: "height", zero: false, nice: true}],
    axes: [{orient: "bottom", scale: "x", title: "epoch", tickCount: 6},
           {orient: "left", scale: "y", title: label, grid: true, tickCount: 6}],
    marks: [{type: "group", from: {facet: {name: "one", data: "v", groupby: ["trial", "best"]}},
      sort: {field: "datum.best"},
      marks: [{type: "line", from: {data: "one"}, encode: {update: {
        x: {scale: "x", field: "epoch"}, y: {scale: "y", field: "y"}, strokeWidth: {signal: "datum.best ? 2.5 : 1.2"},
        stroke: {signal: `datum.best ? '${c.second}' : '${c.soft}'`}, strokeOpacity: {signal: "datum.best ? 1 : 0.45"},
        tooltip: {signal: "{trial: datum.trial}"}}}}]}]
  });
  return true;
}

function drawCurves() {
  const drawn = [drawCurve("curve-loss", "train_loss", "training loss"),
                 drawCurve("curve-accuracy", "valid_accuracy", "validation accuracy")];
  if (!drawn.some(Boolean)) hide("curves-section");
}

function drawLayers() {
  const layers = report.layers || [];
  if (layers.length === 0) return hide("layers-section");
  const c = colours();
  const values = layers.map(l => {
    const room = l.bits > 0 ? 2 ** l.bits : 0;
    const low = l.wraps ? -room / 2 : l.range_low;
    return {name: l.name, low: l.range_low, high: l.range_high, room_low: room ? low : l.range_low,
            room_high: room ? low + room - 1 : l.range_high, limited: room > 0, wraps: l.wraps,
            label: l.bits > 0 ? `${l.bits} bits${l.wraps ? ", wraps" : ""}` : "read out", tip: l};
  });
  draw("layers", {
    width: wide() - 60, height: 46 * values.length, data: [{name: "v", values}],
    scales: [{name: "y", type: "band", domain: {data: "v", field: "name"}, range: [0, 46 * values.length], padding: 0.35},
             {name: "x", domain: {data: "v", fields: ["low", "high", "room_low", "room_high"]}, range: "width", nice: true}],
    axes: [{orient: "bottom", scale: "x", title: "integer value of the accumulator", grid: true, tickCount: 8},
           {orient: "left", scale: "y"}],
    marks: [
      {type: "rect", from: {data: "v"}, encode: {update: {x: {scale: "x", field: "room_low"}, x2: {scale: "x", field: "room_high"},
        y: {scale: "y", field: "name"}, height: {scale: "y", band: 1}, fill: {value: c.accent},
        fillOpacity: {signal: "datum.limited ? 0.22 : 0"}, tooltip: {signal: "datum.tip"}}}},
      {type: "rect", from: {data: "v"}, encode: {update: {x: {scale: "x", field: "low"}, x2: {scale: "x", field: "high"},
        yc: {scale: "y", field: "name", band: 0.5}, height: {value: 9}, cornerRadius: {value: 2},
        fill: {signal: `datum.wraps ? '${c.second}' : '${c.accent}'`}, tooltip: {signal: "datum.tip"}}}},
      {type: "text", from: {data: "v"}, interactive: false, encode: {update: {x: {signal: "width + 8"},
        y: {scale: "y", field: "name", band: 0.5}, baseline: {value: "middle"}, text: {field: "label"}, fill: {value: c.soft}}}}]
  });
  element("layer-table").replaceChildren(table(layers, Object.keys(layers[0])));
}

function drawConfusion() {
  const confusion = report.confusion;
  if (!confusion || confusion.classes.length > 64) return hide("confusion-section");
  const c = colours();
  const names = confusion.classes, side = Math.max(22, Math.min(46, 460 / names.length));
  const values = [];
  confusion.counts.forEach((row, i) => {
    const total = row.reduce((a, b) => a + b, 0) || 1;
    row.forEach((count, j) => values.push({truth: names[i], predicted: names[j], count, share: count / total, hit: i === j,
      tip: {"true class": names[i], "predicted class": names[j], rows: count}}));
  });
  const axis = {domain: names, type: "band"};
  draw("confusion", {
    width: side * names.length, height: side * names.length, data: [{name: "v", values}],
    scales: [{name: "x", ...axis, range: "width"}, {name: "y", ...axis, range: "height"}],
    axes: [{orient: "bottom", scale: "x", title: "predicted"}, {orient: "left", scale: "y", title: "true"}],
    marks: [
      {type: "rect", from: {data: "v"}, encode: {update: {x: {scale: "x", field: "predicted"}, y: {scale: "y", field: "truth"},
        width: {scale: "x", band: 1}, height: {scale: "y", band: 1}, stroke: {value: c.line}, tooltip: {signal: "datum.tip"},
        fill: {signal: `datum.hit ? '${c.accent}' : '${c.bad}'`}, fillOpacity: {signal: "datum.count ? 0.12 + 0.75 * datum.share : 0"}}}},
      {type: "text", from: {data: "v"}, interactive: false, encode: {update: {
        x: {scale: "x", field: "predicted", band: 0.5}, y: {scale: "y", field: "truth", band: 0.5}, align: {value: "center"},
        baseline: {value: "middle"}, text: {signal: "datum.count ? datum.count : ''"}, fill: {value: c.ink}}}}]
  });
}

function drawTime() {
  const order = ["train", "compile", "keygen", "encrypt", "score", "decrypt", "simulate"];
  const totals = new Map();
  for (const trial of report.trials)
    for (const [name, seconds] of Object.entries(trial.timing || {}))
      if (name !== "total") totals.set(name, (totals.get(name) || 0) + seconds);
  const place = name => (order.indexOf(name) + 100) % 100;
  const values = [...totals].filter(([, s]) => s > 0).sort((a, b) => place(a[0]) - place(b[0]))
    .map(([name, seconds]) => ({name: name === "score" ? "score (bootstraps)" : title(name), seconds, label: `${number(seconds)} s`}));
  if (values.length === 0) return hide("time-section");
  const c = colours();
  draw("time", {
    width: wide() - 110, height: 30 * values.length, data: [{name: "v", values}],
    scales: [{name: "y", type: "band", domain: {data: "v", field: "name"}, range: "height", padding: 0.3},
             {name: "x", domain: {data: "v", field: "seconds"}, range: "width", nice: true, zero: true}],
    axes: [{orient: "bottom", scale: "x", title: "seconds of one process, all trials together", grid: true, tickCount: 8},
           {orient: "left", scale: "y"}],
    marks: [
      {type: "rect", from: {data: "v"}, encode: {update: {x: {scale: "x", value: 0}, x2: {scale: "x", field: "seconds"},
        y: {scale: "y", field: "name"}, height: {scale: "y", band: 1}, fill: {value: c.accent}}}},
      {type: "text", from: {data: "v"}, encode: {update: {x: {scale: "x", field: "seconds", offset: 6},
        y: {scale: "y", field: "name", band: 0.5}, baseline: {value: "middle"}, text: {field: "label"}, fill: {value: c.soft}}}}]
  });
}

// ---- tables

function fillHeader() {
  element("title").textContent = report.name || "Sweep";
  element("subtitle").textContent = report.subtitle;
  const failed = report.trials.filter(t => t.state !== "completed").length;
  const tiles = [["trials", report.trials.length], ["completed", completed.length], ["failed or infeasible", failed],
                 ["on the front", report.front.length]];
  if (best) {
    tiles.push([`best ${title(gain.name)}`, number(best.result[gain.name])]);
    tiles.push([title(price.name), number(best.result[price.name])]);
    if (best.result.max_bits !== undefined) tiles.push(["bits of its widest table", number(best.result.max_bits)]);
  }
  for (const [name, value] of tiles) {
    const tile = make("div", undefined, "tile");
    tile.append(make("b", String(value)), make("span", name));
    element("tiles").append(tile);
  }
}

function fillBest() {
  if (report.deploy.length === 0) return hide("best-section");
  for (const entry of report.deploy) {
    const trial = byId.get(entry.trial);
    const card = make("div", undefined, "card");
    const name = entry.trial === report.best ? `Trial ${entry.trial}: the best` : `Trial ${entry.trial}`;
    const settings = Object.entries(trial.configuration).map(([k, v]) => `${title(k)} ${number(v)}`).join(", ");
    card.append(make("h3", `${name} (${title(gain.name)} ${number(trial.result[gain.name])}, ${title(price.name)} ${number(trial.result[price.name])})`));
    card.append(make("p", settings), make("pre", entry.commands.join("\n")));
    element("best").append(card);
  }
}

function trialRows() {
  const keys = of => [...new Set(report.trials.flatMap(t => Object.keys(t[of] || {})))];
  const rows = report.trials.map(t => ({trial: t.trial, state: t.state, ...t.configuration, ...t.result,
    seconds: Object.values(t.timing || {}).reduce((a, b) => a + b, 0), reason: t.reason || ""}));
  return {rows, names: ["trial", "state", ...keys("configuration"), ...keys("result"), "seconds", "reason"]};
}

function fillTrials() {
  const {rows, names} = trialRows();
  const node = table(rows, names);
  const lines = [...node.tBodies[0].rows];
  lines.forEach((line, i) => {
    line.id = `trial-${rows[i].trial}`;
    line.classList.toggle("front", report.front.includes(rows[i].trial));
    line.cells[1].className = rows[i].state;
  });
  [...node.tHead.rows[0].cells].forEach((head, column) => head.addEventListener("click", () => {
    const descending = head.getAttribute("aria-sort") !== "descending";
    for (const other of node.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = i => rows[i][names[column]];
    const order = rows.map((_, i) => i).sort((a, b) => {
      const x = key(a), y = key(b);
      if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
      return (x < y ? -1 : x > y ? 1 : a - b) * (descending ? -1 : 1);
    });
    node.tBodies[0].append(...order.map(i => lines[i]));
  }));
  element("trials").replaceChildren(node);
}

function choose(trial) {
  for (const line of document.querySelectorAll("tr.chosen")) line.classList.remove("chosen");
  const line = element(`trial-${trial}`);
  if (!line) return;
  line.classList.add("chosen");
  line.scrollIntoView({behavior: "smooth", block: "center"});
}

function fillRest() {
  if (report.parameters && Object.keys(report.parameters).length > 0) {
    element("parameters").replaceChildren(pairs(report.parameters));
  } else {
    hide("parameter-section");
  }
  element("environment").replaceChildren(pairs(report.environment));
  element("campaign").textContent = report.campaign;
}

function drawAll() {
  for (const id of ["front", "layers", "confusion", "time", "curve-loss", "curve-accuracy", "slices"]) element(id).replaceChildren();
  drawFront();
  drawLayers();
  drawSlices();
  drawCurves();
  drawConfusion();
  drawTime();
}

fillHeader();
fillBest();
fillTrials();
fillRest();
drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
