import type { DrawnShape } from '@gigascope/contracts';
import type { PlaceL0 } from '../viewer/view-frame.ts';
import type { Said } from './draft.ts';

/** What a reader added to the model's findings. */
export interface AddedFinding {
  readonly key: string;
  /** From 1, in the order of their keys' making as the review lists them. */
  readonly number: number;
  readonly shape: DrawnShape;
  /** The point, or the outline's middle. */
  readonly place: PlaceL0;
}

export function addedIn({ decisions }: Said): readonly AddedFinding[] {
  return [...decisions]
    .flatMap(([key, decision]) => (decision.verdict === 'added' ? [{ key, shape: decision.shape }] : []))
    .map(({ key, shape }, k) => ({ key, shape, number: k + 1, place: middleOf(shape) }));
}

/** Corners of an outline. */
export function cornersOf(ringL0: readonly number[]): readonly PlaceL0[] {
  return Array.from({ length: ringL0.length >> 1 }, (_, k) => ({
    xL0: ringL0[2 * k] as number,
    yL0: ringL0[2 * k + 1] as number,
  }));
}

function middleOf(shape: DrawnShape): PlaceL0 {
  if (shape.kind === 'point') return { xL0: shape.xL0, yL0: shape.yL0 };
  const corners = cornersOf(shape.ringL0);
  const mean = (of: (corner: PlaceL0) => number): number =>
    corners.reduce((sum, corner) => sum + of(corner), 0) / corners.length;
  return { xL0: mean(({ xL0 }) => xL0), yL0: mean(({ yL0 }) => yL0) };
}

/** A key for something new: a random UUID (RFC 9562, version 4), also where the page is not served over TLS. */
export function newAddedKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `added-${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`;
}
