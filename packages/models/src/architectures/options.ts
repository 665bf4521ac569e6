import { GigascopeError } from '@gigascope/contracts';
import { z } from 'zod';
import type { Architecture, BuiltModel } from './architecture.ts';

/** What every architecture takes; one with more, or with other limits, extends this. */
export const NetworkOptions = z.strictObject({
  /** Classes that the network tells apart; a detector's background is not among them. */
  classes: z.int().min(2),
  /** Multiplies every layer's channels; 1 is the paper's. */
  width: z.number().positive().default(1),
  /** No layer gets fewer channels than this; without effect at width 1. */
  minChannels: z.int().positive().default(1),
  /** Side of the patch in pixels. */
  inputSizePx: z.int().positive(),
  /** Side of the pixel squares that are averaged before the network sees them. */
  averageFactor: z.literal([1, 4]).default(1),
  /** Draws the initial weights. */
  seed: z.int().nonnegative().default(1),
});

/** An architecture that checks its options by a schema and fills in what is left out; ARGUMENT_INVALID names what does not fit. */
export function architecture<S extends z.ZodType>(
  schema: S,
  build: (options: z.output<S>) => BuiltModel,
): Architecture {
  return (options) => {
    const parsed = schema.safeParse(options);
    if (!parsed.success)
      throw new GigascopeError('ARGUMENT_INVALID', z.prettifyError(parsed.error), { cause: parsed.error });
    return build(parsed.data);
  };
}
