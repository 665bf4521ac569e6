import type { Rings } from '@gigascope/findings';
import { z } from 'zod';
import { requireArgument } from '../../../command.ts';
import { type StoredBox, storedBox, UNCLASSIFIED } from './box-set.ts';

const Ring = z.array(z.tuple([z.number(), z.number()], z.number()).transform(([x, y]) => [x, y] as const));
/** QuPath writes what is no number as a word. */
const Value = z.union([z.number(), z.string(), z.null()]);
const Feature = z.object({
  type: z.literal('Feature'),
  geometry: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Polygon'), coordinates: z.array(Ring) }),
    z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(Ring)) }),
  ]),
  properties: z
    .object({
      /** QuPath writes `name`, from 0.5 on `names` for a class of several parts. */
      classification: z.object({ name: z.string().optional(), names: z.array(z.string()).optional() }).nullish(),
      /** An object by name; before QuPath 0.4 a list. */
      measurements: z
        .union([z.array(z.object({ name: z.string(), value: Value })), z.record(z.string(), Value)])
        .nullish(),
    })
    .nullish(),
});
const Container = z.union([
  z.object({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()) }).transform((file) => file.features),
  z.array(z.unknown()),
  z
    .object({ type: z.literal('Feature') })
    .loose()
    .transform((feature) => [feature]),
]);

type Feature = z.infer<typeof Feature>;

/** An outlined object in pixels of its image. */
export interface Outline {
  readonly class: string;
  /** The measurement `Probability`, as `analyze` writes it; null when there is none. */
  readonly probability: number | null;
  readonly rings: Rings;
}

/**
 * Reads polygons as QuPath writes them: a FeatureCollection, a list of features, or one feature; coordinates are pixels.
 * Throws ARGUMENT_INVALID for points and lines, which have no area to compare.
 */
export function parseGeoJson(json: unknown, name: string): Outline[] {
  const container = Container.safeParse(json);
  requireArgument(container.success, `${name} is neither GeoJSON nor COCO JSON`);
  return container.data.map((feature, k) => {
    const parsed = Feature.safeParse(feature);
    requireArgument(parsed.success, `${name}, feature ${k + 1} is no polygon: only outlines can be compared`);
    const { geometry, properties } = parsed.data;
    return {
      class: properties?.classification?.name ?? properties?.classification?.names?.join(': ') ?? UNCLASSIFIED,
      probability: probabilityOf(properties?.measurements),
      rings: geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat(),
    };
  });
}

/** The box around an outline. */
export function boxOfOutline({ class: className, probability, rings }: Outline, where: string): StoredBox {
  const [x0, y0, x1, y1] = boundsOf([rings]);
  return storedBox({ class: className, x0, y0, x1, y1, probability }, where);
}

/** The least x and y and the greatest of all points; of no point, infinite and in the wrong order. */
export function boundsOf(outlines: readonly Rings[]): readonly [number, number, number, number] {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of outlines.flat(2)) {
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  return [x0, y0, x1, y1];
}

function probabilityOf(measurements: NonNullable<Feature['properties']>['measurements']): number | null {
  const value = Array.isArray(measurements)
    ? measurements.find(({ name }) => name === 'Probability')?.value
    : measurements?.['Probability'];
  return typeof value === 'number' ? value : null;
}
