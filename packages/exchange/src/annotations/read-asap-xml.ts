import { HOLES_ATTRIBUTE } from '../asap-holes.ts';
import { asapXml } from '../formats/asap-xml.ts';
import type { Annotation, AnnotationGeometry } from './annotation.ts';
import { Allowance, refuse } from './limits.ts';
import { type AsapAnnotation, type AsapFile, parseAsap } from './parse-asap.ts';
import { offsetOf, type ReadOptions } from './read-options.ts';

/** Fewest points by Type; the smooth curve that ASAP draws through a spline's points is not kept. */
const TYPES = {
  Dot: { form: 'points', least: 1 },
  PointSet: { form: 'points', least: 1 },
  Measurement: { form: 'line', least: 2 },
  Polygon: { form: 'polygon', least: 3 },
  Rectangle: { form: 'polygon', least: 3 },
  Spline: { form: 'polygon', least: 3 },
} as const;

/**
 * Reads annotations from XML as ASAP writes it, the group as class. Coordinates are taken to count from level 0's corner, as
 * ASAP counts. Holes come back into the polygon that they were written after. Throws ARGUMENT_INVALID.
 */
export function readAsapXml(text: string, options: ReadOptions = {}): readonly Annotation[] {
  const file = options.name ?? 'ASAP XML';
  const parsed = parseAsap(text, {
    file,
    offset: offsetOf(options, asapXml.origin),
    allowance: new Allowance(file, text),
  });
  const holesOf = holeGroups(parsed);
  const read: Annotation[] = [];
  parsed.annotations.forEach((annotation, k) => {
    const geometry = geometryOf(annotation, file, k);
    const shellClass = holesOf.get(annotation.group ?? '');
    const shell = read.at(-1);
    if (shellClass !== undefined && shell?.class === shellClass && isPolygon(shell.geometry) && isPolygon(geometry)) {
      read[read.length - 1] = {
        ...shell,
        geometry: { type: 'polygon', rings: [...shell.geometry.rings, ...geometry.rings] },
      };
    } else {
      read.push({ name: annotation.name, class: annotation.group, geometry });
    }
  });
  return read;
}

type Polygon = Extract<AnnotationGeometry, { type: 'polygon' }>;

function isPolygon(geometry: AnnotationGeometry): geometry is Polygon {
  return geometry.type === 'polygon';
}

/** Groups of holes, with the class that the holes are in. */
function holeGroups({ groups }: AsapFile): ReadonlyMap<string, string> {
  const marked = groups.filter(({ attributes }) => attributes[HOLES_ATTRIBUTE] === 'true');
  return new Map(marked.map(({ name, parent }) => [name, parent ?? '']));
}

function geometryOf({ type, points, name }: AsapAnnotation, file: string, index: number): AnnotationGeometry {
  const where = `annotation ${index + 1}${name === null ? '' : ` (${name})`}`;
  const known = Object.hasOwn(TYPES, type) ? TYPES[type as keyof typeof TYPES] : undefined;
  if (known === undefined) return refuse(file, `${where}: its Type ${JSON.stringify(type)} cannot be read`);
  const { form, least } = known;
  if (points.length < least) refuse(file, `${where}: a ${type} of ${points.length} points, ${least} are needed`);
  return form === 'polygon' ? { type: form, rings: [points] } : { type: form, points };
}
