/**
 * Glyphs as SVG strokes on a 4 × 6 box: the pictures must read the same on a machine without any font.
 */
const STROKES: Readonly<Record<string, string>> = {
  '0': 'M0 0H4V6H0Z',
  '1': 'M1 1L2.5 0V6',
  '2': 'M0 0H4V3H0V6H4',
  '3': 'M0 0H4V6H0M1 3H4',
  '4': 'M0 0V3H4M4 0V6',
  '5': 'M4 0H0V3H4V6H0',
  '6': 'M4 0H0V6H4V3H0',
  '7': 'M0 0H4L1.5 6',
  '8': 'M0 0H4V6H0ZM0 3H4',
  '9': 'M4 3H0V0H4V6H0',
  '.': 'M1.8 5.8V6',
  m: 'M0 6V2.5H4V6M2 2.5V6',
  µ: 'M0 8V2.5M0 6H3M3 2.5V6H4',
  ' ': '',
};

const BOX_WIDTH = 4;
const BOX_HEIGHT = 6;
const ADVANCE = 5.6;

/** Draws `text` centred on (x, y) with the given height, as SVG with a dark halo so that it reads on any ground. */
export function strokeText(text: string, x: number, y: number, heightPx: number, colour: string): string {
  const scale = heightPx / BOX_HEIGHT;
  const width = (text.length - 1) * ADVANCE + BOX_WIDTH;
  const glyphs = [...text]
    .map((glyph, i) => `<path transform="translate(${i * ADVANCE} 0)" d="${STROKES[glyph] ?? ''}"/>`)
    .join('');
  const place = `translate(${x - (width * scale) / 2} ${y - heightPx / 2}) scale(${scale})`;
  const line = 'fill="none" stroke-linecap="round" stroke-linejoin="round"';
  return (
    `<g transform="${place}" ${line} stroke="#000" stroke-opacity="0.75" stroke-width="2.4">${glyphs}</g>` +
    `<g transform="${place}" ${line} stroke="${colour}" stroke-width="1.05">${glyphs}</g>`
  );
}
