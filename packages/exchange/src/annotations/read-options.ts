import type { Point, RectL0 } from '@gigascope/contracts';
import { type Origin, originL0 } from '../origin.ts';

export interface ReadOptions {
  /** Of the file, for messages. */
  readonly name?: string;
  /** Where the file's coordinates count from; by default as its software does. */
  readonly origin?: Origin;
  /** The slide's; coordinates that count from its bounds are moved by them. */
  readonly boundsL0?: RectL0 | null;
}

/** What is added to a file's coordinates to make them level-0 pixels. */
export function offsetOf({ origin, boundsL0 = null }: ReadOptions, usual: Origin): Point<'l0'> {
  return originL0({ boundsL0 }, origin ?? usual);
}
