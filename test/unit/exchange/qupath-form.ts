import { z } from 'zod';

/** A position of RFC 7946, in QuPath's pixels. */
const Position = z.tuple([z.number(), z.number()]);

/** RFC 7946, 3.1.6: four positions or more, the last is the first, the shell with positive area and the holes with negative. */
const LinearRing = z
  .array(Position)
  .min(4)
  .refine((ring) => String(ring.at(0)) === String(ring.at(-1)), 'not closed');

function signedArea(ring: z.infer<typeof LinearRing>): number {
  return ring.slice(1).reduce((sum, [x, y], k) => {
    const [px, py] = ring[k] ?? [0, 0];
    return sum + px * y - x * py;
  }, 0);
}

const Polygon = z.strictObject({
  type: z.literal('Polygon'),
  coordinates: z
    .array(LinearRing)
    .min(1)
    .refine((rings) => rings.every((ring, k) => signedArea(ring) > 0 === (k === 0)), 'turns the wrong way'),
});
const PointGeometry = z.strictObject({ type: z.literal('Point'), coordinates: Position });

/** What QuPath's QuPathTypeAdapters reads of an object: types, one-line class names, three bytes of colour, numbers by name. */
const Feature = z.strictObject({
  type: z.literal('Feature'),
  geometry: z.discriminatedUnion('type', [Polygon, PointGeometry]),
  properties: z.strictObject({
    objectType: z.enum(['annotation', 'detection']),
    name: z.string().min(1),
    classification: z.strictObject({
      name: z.string().regex(/^\S[^\n\r]*$/u),
      color: z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)]),
    }),
    isLocked: z.boolean(),
    measurements: z.record(z.string(), z.number()),
  }),
});

export const QuPathObjects = z.strictObject({ type: z.literal('FeatureCollection'), features: z.array(Feature) });
