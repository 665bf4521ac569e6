import { exportFindings } from '@gigascope/exchange';
import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { DETECTIONS, LESIONS, ODD_NAME, SEGMENTS, sourceOf, textOf } from './samples.ts';

/** W3C Web Annotation Data Model, 3 and 4.2; media fragments take whole numbers only (Media Fragments 1.0, 4.2.2). */
const Annotations = z.array(
  z.object({
    '@context': z.literal('http://www.w3.org/ns/anno.jsonld'),
    id: z.url(),
    type: z.literal('Annotation'),
    motivation: z.literal('tagging'),
    created: z.iso.datetime(),
    body: z.array(
      z.object({ type: z.literal('TextualBody'), purpose: z.enum(['tagging', 'commenting']), value: z.string() }),
    ),
    target: z.object({
      source: z.object({ id: z.url(), type: z.literal('Image') }),
      selector: z.discriminatedUnion('type', [
        z.object({
          type: z.literal('FragmentSelector'),
          conformsTo: z.literal('http://www.w3.org/TR/media-frags/'),
          value: z.string().regex(/^xywh=pixel:\d+,\d+,[1-9]\d*,[1-9]\d*$/),
        }),
        z.object({
          type: z.literal('SvgSelector'),
          value: z.string().refine((svg) => XMLValidator.validate(svg) === true),
        }),
      ]),
    }),
  }),
);

test('points, boxes, outlines and outlines with holes have their selectors', async () => {
  const source = sourceOf({ lesions: LESIONS, detections: DETECTIONS, segments: SEGMENTS });
  const read = Annotations.parse(JSON.parse(await textOf(exportFindings('w3c-annotations', source))));
  expect(read.map(({ target }) => target.selector.value)).toEqual([
    'xywh=pixel:12064,8192,1,1',
    'xywh=pixel:100,200,1,1',
    'xywh=pixel:10,20,21,22',
    'xywh=pixel:100,100,10,5',
    '<svg xmlns="http://www.w3.org/2000/svg"><path d="M1000 2000 L1100 2000 L1100 2100 L1000 2100 Z M1010 2010 L1010 2030 L1030 2030 L1030 2010 Z M1050 2050 L1050 2060 L1060 2060 L1060 2050 Z" fill-rule="evenodd"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><polygon points="5.5,6.25 9,6.25 9,12"/></svg>',
  ]);
  expect(new Set(read.map(({ id }) => id)).size).toBe(6);
  expect(read[3]?.body[0]?.value).toBe(ODD_NAME);
});

test('0 findings are an empty array', async () => {
  expect(JSON.parse(await textOf(exportFindings('w3c-annotations', sourceOf())))).toEqual([]);
});
