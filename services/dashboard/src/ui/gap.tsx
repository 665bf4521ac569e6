import type { JSX } from 'preact';

/** Keeps the place of a table's rows that are not drawn. */
export function Gap({ px }: { readonly px: number }): JSX.Element | null {
  return px > 0 ? <tr style={{ height: `${px}px` }} /> : null;
}
