// The rows of data behind a number, with the cells that it rests on.

const rowsBody = h("div", { class: "galley-body" });
const rowsDialog = h("dialog", {
  class: "galley-ui galley-rows", "aria-labelledby": "galley-rows-title",
  click: (event) => { if (event.target === rowsDialog) rowsDialog.close(); },
}, h("div", { class: "galley-inner" },
  titled("galley-rows-title", "Rows of data", () => rowsDialog.close()), rowsBody));

function openRows(cells) {
  const byRow = new Map(rowsIn(cells).map((row) => [row, []]));
  for (const cell of cells) byRow.get(`${cell.table}:${cell.row}`).push(cell);
  const open = byRow.size <= 3;
  rowsBody.replaceChildren(...[...byRow.values()].map((used) => rowView(used, open)));
  rowsDialog.showModal();
  rowsBody.scrollTop = 0;
}

function rowView(used, open) {
  const { table, row: name, address } = used[0];
  const row = rowOf(used[0]);
  const path = address.replace(/#.*/, "");
  const cells = new Map(used.map((cell) => [cell.field, cell]));
  const line = ([field, text]) => {
    const cell = cells.get(field);
    const where = cell ? h("code", null, data(cell.address.replace(/^[^#]*/, ""))) : "";
    return h("tr", { class: cell && "galley-used" }, h("th", { scope: "row" }, data(field)),
      h("td", null, where, text ? data(text) : "–"));
  };
  const fields = row ? row.fields : used.map((cell) => [cell.field, ""]);
  return h("details", { open: open ? "" : undefined },
    h("summary", null, h("strong", null, data(`${table}: ${name}`)),
      h("code", null, data(row ? `${path}#row=${row.line}` : path))),
    h("table", null, h("tbody", null, fields.map(line))));
}
