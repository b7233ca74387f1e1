// A data point is moved, and the network follows by its Taylor series. Plain JavaScript: the data
// (mornet's series of the 23 parameters) stand in the page, and nothing is loaded.
"use strict";

// ---- the network f_p(x), its objective J(p) and its gradient, by back propagation

function layersOf(widths, p) {
  const layers = [];
  let at = 0;
  for (let l = 1; l < widths.length; l++) {
    const W = [];
    for (let j = 0; j < widths[l]; j++, at += widths[l - 1]) W.push(p.slice(at, at + widths[l - 1]));
    layers.push({ W, b: p.slice(at, (at += widths[l])) });
  }
  return layers;
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const dot = (a, b) => a.reduce((sum, entry, k) => sum + entry * b[k], 0);

function forward(layers, x) {
  const a = [x];
  for (const { W, b } of layers) {
    const before = a[a.length - 1];
    a.push(W.map((row, j) => sigmoid(dot(row, before) + b[j])));
  }
  return a;
}

function objective(data, p, x) {
  const layers = layersOf(data.widths, p);
  const g = p.map((entry) => data.decay * entry);
  let J = (data.decay * dot(p, p)) / 2;
  x.forEach((point, i) => {
    const a = forward(layers, point);
    const misfit = a[layers.length].map((entry, j) => entry - data.y[i][j]);
    J += dot(misfit, misfit) / (2 * x.length);
    let above = misfit;
    let end = p.length;
    for (let l = layers.length - 1; l >= 0; l--) {
      const delta = above.map((entry, j) => entry * a[l + 1][j] * (1 - a[l + 1][j])); // (1), (2)
      const n = a[l].length;
      const b = end - delta.length;
      delta.forEach((d, j) => {
        g[b + j] += d / x.length; // (3)
        for (let k = 0; k < n; k++) g[b - (delta.length - j) * n + k] += (d * a[l][k]) / x.length; // (4)
      });
      above = a[l].map((_, k) => dot(delta, layers[l].W.map((row) => row[k])));
      end = b - delta.length * n;
    }
  });
  return { J, gradientNorm: Math.hypot(...g) };
}

// ---- the Taylor series p*(d) = p + sum_k sum_j c_kj d_1^(k-j) d_2^j, and its radius

function parameters(data, i, d, degree) {
  const p = data.p.slice();
  for (let k = 1; k <= degree; k++) {
    data.points[i].coefficients[k - 1].forEach((c, j) => {
      const monomial = d[0] ** (k - j) * d[1] ** j;
      c.forEach((entry, m) => (p[m] += entry * monomial));
    });
  }
  return p;
}

function radiusAlong(data, i, d) {
  const n = data.angles.length; // the angles cover half a turn, and the radius repeats itself
  const place = ((((Math.atan2(d[1], d[0]) / Math.PI) * n) % n) + n) % n;
  const k = Math.floor(place);
  const radius = data.points[i].radius;
  return radius[k % n] + (place - k) * (radius[(k + 1) % n] - radius[k % n]);
}

// ---- the figure

function movingPoint(element) {
  const data = JSON.parse(element.querySelector("script").textContent);
  const canvas = element.querySelector("canvas");
  const slider = element.querySelector("input");
  const state = { i: 3, d: [0, 0] };
  const size = canvas.width;
  const pixel = ([x1, x2]) => [(0.05 + 0.9 * x1) * size, (0.95 - 0.9 * x2) * size];
  const place = (u, v) => [(u / size - 0.05) / 0.9, (0.95 - v / size) / 0.9];

  function now() {
    const degree = Number(slider.value);
    const x = data.x.map((point, i) =>
      i === state.i ? [point[0] + state.d[0], point[1] + state.d[1]] : point
    );
    const distance = Math.hypot(...state.d);
    const radius = radiusAlong(data, state.i, state.d);
    const p = parameters(data, state.i, state.d, degree);
    return { ...state, degree, x, distance, radius, p, ...objective(data, p, x) };
  }

  function draw() {
    const at = now();
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, size, size);
    drawRegion(pen, at.p, "#d5e5f7");
    drawRadius(pen, at);
    at.x.forEach((point, i) => drawPoint(pen, pixel(point), data.y[i][0] === 1, i === at.i));
    show(at);
  }

  function drawRegion(pen, p, colour) {
    const layers = layersOf(data.widths, p);
    const step = 4;
    pen.fillStyle = colour;
    for (let u = 0; u < size; u += step)
      for (let v = 0; v < size; v += step) {
        const f = forward(layers, place(u + step / 2, v + step / 2))[layers.length];
        if (f[0] > f[1]) pen.fillRect(u, v, step, step);
      }
    pen.strokeStyle = "black";
    pen.strokeRect(...pixel([0, 1]), 0.9 * size, 0.9 * size);
  }

  function drawRadius(pen, at) {
    pen.beginPath();
    for (let turn = 0; turn <= 128; turn++) {
      const e = [Math.cos((turn * Math.PI) / 64), Math.sin((turn * Math.PI) / 64)];
      const r = radiusAlong(data, at.i, e);
      pen.lineTo(...pixel([data.x[at.i][0] + r * e[0], data.x[at.i][1] + r * e[1]]));
    }
    pen.setLineDash([5, 4]);
    pen.strokeStyle = "#555555";
    pen.stroke();
    pen.setLineDash([]);
  }

  function drawPoint(pen, [u, v], first, chosen) {
    pen.lineWidth = chosen ? 3 : 1.5;
    pen.strokeStyle = first ? "#a35200" : "#8b1a0e";
    pen.beginPath();
    if (first) pen.arc(u, v, 6, 0, 2 * Math.PI);
    else [[-5, -5, 5, 5], [-5, 5, 5, -5]].forEach(([a, b, c, d]) => {
      pen.moveTo(u + a, v + b);
      pen.lineTo(u + c, v + d);
    });
    pen.stroke();
    pen.lineWidth = 1;
  }

  function show(at) {
    const inside = at.distance < at.radius;
    const old = objective(data, data.p, at.x);
    const rows = [
      ["point", `${at.i + 1}, moved by ${at.distance.toFixed(3)}`],
      ["radius in this direction", at.distance ? at.radius.toFixed(3) : "move the point"],
      ["J without update", old.J.toFixed(5)],
      ["J with update", at.J.toFixed(5)],
      ["‖∇J‖ without update", old.gradientNorm.toExponential(1)],
      ["‖∇J‖ with update", at.gradientNorm.toExponential(1)],
    ];
    element.querySelector("b").textContent = ` ${at.degree}`;
    element.querySelector("table").innerHTML = rows
      .map(([name, value]) => `<tr><th>${name}</th><td>${value}</td></tr>`)
      .join("");
    const verdict = element.querySelector(".verdict");
    verdict.textContent = inside
      ? "Within the radius: a higher degree brings the update nearer to the minimum."
      : "Beyond the radius: the series diverges, and a higher degree makes it worse.";
    if (!at.distance) verdict.textContent = "Drag the point, and the network follows by its series.";
    verdict.classList.toggle("beyond", !inside);
  }

  function moveTo(point) {
    state.d = [point[0] - data.x[state.i][0], point[1] - data.x[state.i][1]];
    draw();
  }

  const under = (event) => {
    const box = canvas.getBoundingClientRect();
    const scale = size / box.width;
    return place((event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
  };
  const away = (point, other) => Math.hypot(point[0] - other[0], point[1] - other[1]);

  canvas.addEventListener("pointerdown", (event) => {
    const point = under(event);
    const { x } = now();
    const nearest = x.reduce((best, other, i) => (away(point, other) < away(point, x[best]) ? i : best), 0);
    if (nearest !== state.i) Object.assign(state, { i: nearest, d: [0, 0] });
    canvas.setPointerCapture(event.pointerId);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) moveTo(under(event));
  });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const { x } = now();
    moveTo([x[state.i][0] + 0.01 * step[0], x[state.i][1] + 0.01 * step[1]]);
  });
  slider.addEventListener("input", draw);
  element.now = now; // for tests
  draw();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".moving-point").forEach(movingPoint);
});
