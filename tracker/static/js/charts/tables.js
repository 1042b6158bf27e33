// Reads a table that is a chart in words. First column: labels; every further one: a series.

// data-value spares parsing what was written for people. A dash is a figure not known; of a range, its start.
function figure(cell) {
  const text = cell.dataset.value ?? cell.textContent.match(/[-−]?\d[\d.,\s]*/)?.[0].replace(/[^\d−-]/g, "").replace("−", "-") ?? "";
  return text === "" ? null : Number(text);
}

// A hidden figure is a dot to see, and a sentence to hear.
function words(cell) {
  return (cell.querySelector(".visually-hidden") ?? cell).textContent.trim();
}

function address(cell) {
  return cell.querySelector("a[href]")?.href ?? null;
}

export function readTable(table) {
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  return {
    title: table.closest("figure").dataset.title ?? table.caption.textContent.trim(),
    keys: rows.map((row) => row.dataset.key),
    labels: rows.map((row) => row.cells[0].dataset.short ?? row.cells[0].textContent.trim()),
    names: rows.map((row) => row.cells[0].textContent.trim()),
    series: heads.slice(1).map((name, index) => {
      const cells = rows.map((row) => row.cells[index + 1]);
      return {
        name,
        data: cells.map(figure),
        texts: cells.map(words),
        urls: cells.map((cell, row) => address(cell) ?? address(rows[row].cells[0])),
      };
    }),
  };
}
