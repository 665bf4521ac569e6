/**
 * The border between tissue cells and the rest as one SVG path in cell units: runs of cell edges, so that the outline
 * lies on the cells' sides exactly. `cells` is row-major, 1 = tissue.
 */
export function tissueOutline(cells: Uint8Array, columns: number, rows: number): string {
  const at = (col: number, row: number): boolean =>
    col >= 0 && row >= 0 && col < columns && row < rows && cells[row * columns + col] === 1;
  const parts: string[] = [];
  for (let row = 0; row <= rows; row += 1) {
    for (const [from, to] of runs(columns, (col) => at(col, row - 1) !== at(col, row)))
      parts.push(`M${from} ${row}H${to}`);
  }
  for (let col = 0; col <= columns; col += 1) {
    for (const [from, to] of runs(rows, (row) => at(col - 1, row) !== at(col, row)))
      parts.push(`M${col} ${from}V${to}`);
  }
  return parts.join('');
}

/** Maximal half-open runs [from, to) of 0 … length − 1 for which `holds`. */
function runs(length: number, holds: (i: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= length; i += 1) {
    const inside = i < length && holds(i);
    if (inside && from < 0) from = i;
    if (!inside && from >= 0) {
      found.push([from, i]);
      from = -1;
    }
  }
  return found;
}
