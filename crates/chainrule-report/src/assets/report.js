// Makes charts that can be zoomed from the table of epochs. Without it the page shows the same curves as drawings.
(function () {
  "use strict";
  var root = document.documentElement;
  var boxes = Array.prototype.slice.call(document.querySelectorAll(".live"));
  if (typeof uPlot !== "function" || boxes.length === 0) { return; }
  root.classList.add("js");

  function colour(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }
  function numbers(table, column) {
    return Array.prototype.map.call(table.tBodies[0].rows, function (row) {
      var text = row.cells[column].textContent;
      return text === "" || text === "–" ? null : Number(text);
    });
  }
  function shown(value) {
    if (value == null) { return "–"; }
    var size = Math.abs(value);
    return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  }
  function extent(columns) {
    var all = [].concat.apply([], columns).filter(function (x) { return x != null && isFinite(x); });
    return [Math.min.apply(null, all), Math.max.apply(null, all)];
  }

  function draw(box) {
    var table = document.getElementById(box.dataset.table);
    var places = box.dataset.columns.split(",").map(Number);
    var heads = table.tHead.rows[0].cells;
    var data = [numbers(table, 0)].concat(places.map(function (place) { return numbers(table, place); }));
    var range = extent(data.slice(1));
    if (box.log === undefined) { box.log = box.dataset.kind === "loss" && range[0] > 0 && range[1] >= 100 * range[0]; }
    var width = box.clientWidth, best = Number(box.dataset.best);
    var lines = places.map(function (place, number) {
      return { label: heads[place].textContent, stroke: colour("--s" + number), width: 2, points: { show: data[0].length < 3 },
        value: function (u, value) { return shown(value); } };
    });
    var axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    var up = Object.assign({ size: 62, values: function (u, ticks) { return ticks.map(function (tick) { return tick == null ? "" : shown(tick); }); } }, axis);
    var whole = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7, 1e8, 1e9];
    function mark(u) {
      if (!best) { return; }
      var x = u.valToPos(best, "x", true), ctx = u.ctx;
      if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) { return; }
      ctx.save(); ctx.strokeStyle = colour("--soft"); ctx.setLineDash([3, 4]); ctx.lineWidth = 1.5;
      ctx.beginPath(); ctx.moveTo(x, u.bbox.top); ctx.lineTo(x, u.bbox.top + u.bbox.height); ctx.stroke(); ctx.restore();
    }
    box.textContent = "";
    box.chart = new uPlot({
      width: width, height: Math.max(220, Math.min(340, width * 0.55)),
      scales: { x: { time: false }, y: { distr: box.log ? 3 : 1 } },
      series: [{ label: "epoch" }].concat(lines), axes: [Object.assign({ incrs: whole }, axis), up],
      cursor: { drag: { x: true, y: false } }, hooks: { draw: [mark] }
    }, data, box);
    if (box.dataset.kind === "loss" && range[0] > 0) { box.appendChild(toggle(box)); }
  }
  function toggle(box) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = box.log ? "linear" : "logarithmic";
    button.setAttribute("aria-label", "Draw " + box.dataset.label + " on a " + button.textContent + " axis");
    button.addEventListener("click", function () { box.log = !box.log; draw(box); });
    return button;
  }

  boxes.forEach(draw);
  var waiting;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      boxes.forEach(function (box) { if (box.chart && box.chart.width !== box.clientWidth) { draw(box); } });
    }, 120);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { boxes.forEach(draw); });

  // What is folded is shown on paper.
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.filter.call(document.querySelectorAll("main details"), function (one) { return !one.open; });
    folded.forEach(function (one) { if (one.querySelectorAll("tr").length <= 60) { one.open = true; } });
  });
  window.addEventListener("afterprint", function () { folded.forEach(function (one) { one.open = false; }); });
})();
