import type { ClassCount } from '@gigascope/contracts';
import { classColours } from '@gigascope/contracts';
import { strokeText, strokeTextWidth } from './stroke-font.ts';

const TEXT_PX = 12;
const GAP_PX = 14;

/** Each class's colour as CSS. */
export function cssColours(classes: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...classColours(classes)].map(([name, [r, g, b]]) => [name, `rgb(${r},${g},${b})`]));
}

/** Swatches with each class's name and count, side by side from the left as far as half of the width goes. */
export function drawClassLegend(
  counts: readonly ClassCount[],
  classes: readonly string[],
  width: number,
  top: number,
): string {
  const colours = cssColours(classes);
  const parts: string[] = [];
  let x = 16;
  for (const { class: name, count } of counts) {
    const text = `${name} ${count}`;
    const textPx = strokeTextWidth(text, TEXT_PX);
    if (x + 18 + textPx > width / 2 && parts.length > 0) break;
    parts.push(
      `<rect x="${x}" y="${top + 22}" width="12" height="12" fill="${colours.get(name) ?? '#fff'}" stroke="#fff"/>`,
      strokeText(text, x + 18 + textPx / 2, top + 28, TEXT_PX, '#fff'),
    );
    x += 18 + textPx + GAP_PX;
  }
  return parts.join('');
}
