/** Column and row of `<column>_<row>.<extension>`, whose form the schema has checked. */
export function tileAddress(tile: string): { readonly col: number; readonly row: number } {
  const [col = 0, row = 0] = tile.slice(0, tile.indexOf('.')).split('_').map(Number);
  return { col, row };
}
