"use strict";
// a click on an image shows it as large as the window
const dialog = document.querySelector("dialog");
document.querySelectorAll("img").forEach((image) => image.addEventListener("click", () => {
  dialog.replaceChildren(image.cloneNode());
  dialog.showModal();
}));
dialog.addEventListener("click", () => dialog.close());

// a click on the head of a column sorts its table, a second one the other way round
function value(row, column) {
  const text = row.cells[column].textContent.trim();
  const number = Number(text.replace(/^> /, "").replace(" %", ""));
  return text === "" || Number.isNaN(number) ? text : number;
}
function before(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a.localeCompare(b);
}
document.querySelectorAll("th").forEach((head) => head.addEventListener("click", () => {
  const table = head.closest("table"), body = table.tBodies[0], column = head.cellIndex;
  const down = head.getAttribute("aria-sort") === "ascending";
  table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...body.rows].sort((a, b) => before(value(a, column), value(b, column)));
  body.append(...(down ? rows.reverse() : rows));
}));
