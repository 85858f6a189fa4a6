"use strict";
(() => {
  const number = (cell) => (cell.dataset.value === undefined ? null : Number(cell.dataset.value));

  function compare(a, b, falling) {
    const [x, y] = [number(a), number(b)];
    if (x !== null && y !== null) return falling ? y - x : x - y;
    if (x !== null || y !== null) return x === null ? 1 : -1; // no number comes last, whatever the direction
    const order = a.textContent.localeCompare(b.textContent, document.documentElement.lang, { numeric: true });
    return falling ? -order : order;
  }

  function sort(table, heading) {
    const headings = [...table.tHead.rows[0].cells];
    const falling = heading.getAttribute("aria-sort") === "ascending";
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const at = headings.indexOf(heading);
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => compare(a.cells[at], b.cells[at], falling));
    table.tBodies[0].append(...rows);
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading));
      heading.append(button);
    }
  }

  function filtered(form) {
    const rows = [...form.closest("section").querySelector("table").tBodies[0].rows];
    const shown = form.querySelector("output");

    function filter() {
      const text = form.elements.text.value.trim().toLowerCase();
      const selects = [...form.querySelectorAll("select")].filter((select) => select.value);
      let count = 0;
      for (const row of rows) {
        const fits = selects.every((select) => row.dataset[select.name] === select.value);
        row.hidden = !(fits && (!text || row.textContent.toLowerCase().includes(text)));
        count += !row.hidden;
      }
      shown.textContent = shown.dataset.words.replace("{n}", count).replace("{all}", rows.length);
    }

    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    form.hidden = false;
    filter();
  }

  document.querySelectorAll("form.filters").forEach(filtered);
})();
