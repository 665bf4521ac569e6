import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { requireArgument } from '../../../command.ts';
import { type StoredBox, storedBox } from './box-set.ts';

const Annotation = z.object({
  annotation: z.object({
    filename: z.string().optional(),
    object: z
      .array(
        z.object({
          name: z.string().min(1),
          confidence: z.coerce.number().optional(),
          bndbox: z.object({
            xmin: z.coerce.number(),
            ymin: z.coerce.number(),
            xmax: z.coerce.number(),
            ymax: z.coerce.number(),
          }),
        }),
      )
      .default([]),
  }),
});

/** Entities stay as they are written: a hostile file can't grow when it is read. */
const parser = new XMLParser({ processEntities: false, parseTagValue: false, isArray: (tag) => tag === 'object' });

export interface VocImage {
  /** The picture's file name, without a folder. */
  readonly file: string | null;
  readonly boxes: readonly StoredBox[];
  /** Labels without area, left out; a detection without area stays, and is false. */
  readonly broken: number;
}

/**
 * Reads one image's annotation in Pascal VOC's form (Everingham et al. 2010, development kit). Its corners count pixels from 1 and
 * include the last, so 1 is taken off the first two. Objects marked difficult count like all others. A `confidence` makes it a detection.
 */
export function parseVoc(text: string, name: string): VocImage {
  const parsed = Annotation.safeParse(parseXml(text, name));
  requireArgument(parsed.success, `${name} is no Pascal VOC file: ${parsed.error && z.prettifyError(parsed.error)}`);
  const { filename, object } = parsed.data.annotation;
  const whole = object.filter(
    ({ confidence, bndbox: { xmin, ymin, xmax, ymax } }) => confidence !== undefined || (xmax > xmin && ymax > ymin),
  );
  const boxes = whole.map(({ name: className, confidence, bndbox: { xmin, ymin, xmax, ymax } }, k) => {
    const [x0, y0] = [Math.max(0, xmin - 1), Math.max(0, ymin - 1)];
    const box = { class: className, x0, y0, x1: xmax, y1: ymax, probability: confidence ?? null };
    return storedBox(box, `${name}, object ${k + 1}`);
  });
  return { file: filename ?? null, boxes, broken: object.length - whole.length };
}

function parseXml(text: string, name: string): unknown {
  try {
    const root: unknown = parser.parse(text, true);
    return root;
  } catch (cause) {
    requireArgument(false, `${name} is no sound XML: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
