import { z } from 'zod';
import { qupathGeoJson } from '../formats/qupath-geojson.ts';
import type { Annotation } from './annotation.ts';
import { GeometryReader } from './geojson-geometry.ts';
import { Allowance, MOST_NAME_CHARACTERS, refuse } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { offsetOf, type ReadOptions } from './read-options.ts';

const Name = z.string().max(MOST_NAME_CHARACTERS);

/** `names` is how QuPath writes a class derived from others, such as Tumor: Positive. */
const Classification = z.object({ name: Name.optional(), names: z.array(Name).max(20).optional() });

const Feature = z.object({
  type: z.literal('Feature'),
  geometry: z.object({ type: z.string().max(50), coordinates: z.unknown().optional() }),
  properties: z.object({ name: Name.nullish(), classification: Classification.nullish() }).nullish(),
});

/**
 * Reads annotations from GeoJSON as QuPath writes it: a FeatureCollection, an array of features, or one feature. Coordinates
 * are taken to count from the bounds' corner, as QuPath counts, and come out in level-0 pixels. Throws ARGUMENT_INVALID.
 */
export function readQuPathGeoJson(text: string, options: ReadOptions = {}): readonly Annotation[] {
  const file = options.name ?? 'GeoJSON';
  const allowance = new Allowance(file, text);
  const reader = new GeometryReader(allowance, offsetOf(options, qupathGeoJson.origin));
  return featuresOf(parseJson(text, file), file).map((value, k) => {
    allowance.takeAnnotation();
    const where = `feature ${k + 1}`;
    const parsed = Feature.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      refuse(file, `${where}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
    }
    const { geometry, properties } = parsed.data;
    const read = reader.read(geometry.type, geometry.coordinates);
    if (typeof read === 'string') refuse(file, `${where}: ${read}`);
    return { name: properties?.name ?? null, class: classOf(properties?.classification), geometry: read };
  });
}

function classOf(classification: z.infer<typeof Classification> | null | undefined): string | null {
  return classification?.name ?? classification?.names?.join(': ') ?? null;
}

const Root = z.object({ type: z.string(), features: z.array(z.unknown()).optional() });

function featuresOf(value: unknown, file: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const root = Root.safeParse(value).data;
  if (root?.type === 'Feature') return [value];
  if (root?.type === 'FeatureCollection' && root.features !== undefined) return root.features;
  return refuse(file, 'neither a FeatureCollection, nor a Feature, nor an array of features');
}
