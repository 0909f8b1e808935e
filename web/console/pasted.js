// Cells copied from a spreadsheet come with tabs between them: they become the CSV that the checks read.

export const toCsv = (cells) => cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");

export function asCsv(text) {
  const copied = text.replace(/^[\r\n]+|[\r\n]+$/g, "");
  return copied.split("\n", 1)[0].includes("\t") ? tabbed(copied).map(toCsv).join("\n") : text;
}

// A cell with a line break, a tab or a quotation mark stands in quotation marks, as in a CSV.
function tabbed(text) {
  const cells = /(\t|\r?\n)(?:"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\r\n]*))/g;
  const rows = [];
  for (const [, before, quoted, plain] of `\n${text}`.matchAll(cells)) {
    if (before !== "\t") rows.push([]);
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  return rows;
}
