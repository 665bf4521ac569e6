import { z } from 'zod';
import type { Annotation } from './annotation.ts';
import { GeometryReader } from './geojson-geometry.ts';
import { Allowance, MOST_NAME_CHARACTERS, refuse } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { offsetOf, type ReadOptions } from './read-options.ts';

const Outline = z.object({ name: z.string().max(MOST_NAME_CHARACTERS).nullish(), vertices: z.unknown() });
const File = z.object({ positive: z.array(z.unknown()), negative: z.array(z.unknown()).default([]) });

/** Groups of CAMELYON17's files. */
const CLASSES = { positive: 'metastases', negative: 'normal' } as const;

/**
 * Reads CAMELYON's outlines from JSON, the form that tools make of its XML: `{ positive: [{ name, vertices: [[x, y]] }],
 * negative: [] }`, level-0 pixels; negative outlines are what is no tumour within the positive. Throws ARGUMENT_INVALID.
 */
export function readCamelyonJson(text: string, options: ReadOptions = {}): readonly Annotation[] {
  const file = options.name ?? 'CAMELYON JSON';
  const allowance = new Allowance(file, text);
  const reader = new GeometryReader(allowance, offsetOf(options, 'l0'));
  const parsed = File.safeParse(parseJson(text, file));
  if (!parsed.success) return refuse(file, 'it has no list "positive" of outlines');
  return (['positive', 'negative'] as const).flatMap((kind) =>
    parsed.data[kind].map((value, k) => {
      allowance.takeAnnotation();
      const where = `${kind} ${k + 1}`;
      const outline = Outline.safeParse(value).data;
      if (outline === undefined) return refuse(file, `${where}: no outline with a name and vertices`);
      const geometry = reader.read('Polygon', [outline.vertices]);
      if (typeof geometry === 'string') return refuse(file, `${where}: ${geometry}`);
      return { name: outline.name ?? null, class: CLASSES[kind], geometry };
    }),
  );
}
