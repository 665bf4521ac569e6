/**
 * Glyphs as SVG strokes on a 4 × 6 box, letters as capitals (but m and µ): the pictures must read the same on a machine without any font.
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
  A: 'M0 6L2 0L4 6M0.8 4H3.2',
  B: 'M0 0V6H3L4 5V4L3 3H0M0 0H3L3.6 1V2L3 3',
  C: 'M4 0H0V6H4',
  D: 'M0 0V6H2.5L4 4.5V1.5L2.5 0Z',
  E: 'M4 0H0V6H4M0 3H3',
  F: 'M4 0H0V6M0 3H3',
  G: 'M4 0H0V6H4V3H2',
  H: 'M0 0V6M4 0V6M0 3H4',
  I: 'M2 0V6',
  J: 'M4 0V6H0V4',
  K: 'M0 0V6M4 0L0 3L4 6',
  L: 'M0 0V6H4',
  M: 'M0 6V0L2 3L4 0V6',
  N: 'M0 6V0L4 6V0',
  O: 'M0 0H4V6H0Z',
  P: 'M0 6V0H4V3H0',
  Q: 'M0 0H4V6H0ZM2.5 4.5L4.4 6.6',
  R: 'M0 6V0H4V3H0M2 3L4 6',
  S: 'M4 0H0V3H4V6H0',
  T: 'M0 0H4M2 0V6',
  U: 'M0 0V6H4V0',
  V: 'M0 0L2 6L4 0',
  W: 'M0 0V6L2 3L4 6V0',
  X: 'M0 0L4 6M4 0L0 6',
  Y: 'M0 0L2 3L4 0M2 3V6',
  Z: 'M0 0H4L0 6H4',
  '-': 'M0.5 3H3.5',
  '+': 'M0.5 3H3.5M2 1.5V4.5',
  ',': 'M2 5.5L1.4 7',
  ' ': '',
};

const BOX_WIDTH = 4;
const BOX_HEIGHT = 6;
const ADVANCE = 5.6;

/** Width of `text` in pixels when it is drawn `heightPx` high. */
export function strokeTextWidth(text: string, heightPx: number): number {
  return ((text.length - 1) * ADVANCE + BOX_WIDTH) * (heightPx / BOX_HEIGHT);
}

/** Draws `text` centred on (x, y) with the given height, as SVG with a dark halo so that it reads on any ground. */
export function strokeText(text: string, x: number, y: number, heightPx: number, colour: string): string {
  const scale = heightPx / BOX_HEIGHT;
  const width = (text.length - 1) * ADVANCE + BOX_WIDTH;
  const glyphs = [...text]
    .map(
      (glyph, i) =>
        `<path transform="translate(${i * ADVANCE} 0)" d="${STROKES[glyph] ?? STROKES[glyph.toUpperCase()] ?? ''}"/>`,
    )
    .join('');
  const place = `translate(${x - (width * scale) / 2} ${y - heightPx / 2}) scale(${scale})`;
  const line = 'fill="none" stroke-linecap="round" stroke-linejoin="round"';
  return (
    `<g transform="${place}" ${line} stroke="#000" stroke-opacity="0.75" stroke-width="2.4">${glyphs}</g>` +
    `<g transform="${place}" ${line} stroke="${colour}" stroke-width="1.05">${glyphs}</g>`
  );
}
