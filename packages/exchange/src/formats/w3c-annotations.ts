import type { ExportFormat } from '../export-format.ts';
import type { ExportSource } from '../export-source.ts';
import { type Finding, findingsOf, type Shape } from '../findings.ts';
import { pointsOf } from '../rings.ts';
import { formatProbability } from '../text/numbers.ts';

/**
 * W3C Web Annotations as an array, the form that Annotorious loads. Outlines are SVG, with holes by the even-odd rule;
 * boxes and points are media fragments, whose numbers are whole: a box's smallest cover, a point's pixel. The class is a
 * tag. Coordinates count from level 0's corner, as in viewers that show what OpenSlide gives.
 */
export const w3cAnnotations: ExportFormat = {
  title: 'W3C Web Annotations (Annotorious)',
  mediaType: 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
  extension: 'json',
  origin: 'l0',
  async *write(source, origin) {
    yield '[';
    let separator = '\n';
    for await (const finding of findingsOf(source, origin)) {
      yield separator + JSON.stringify(toAnnotation(finding, source));
      separator = ',\n';
    }
    yield '\n]\n';
  },
};

function toAnnotation(finding: Finding, { analysisId, finishedAt, slideName, result: { model, stamp } }: ExportSource) {
  return {
    '@context': 'http://www.w3.org/ns/anno.jsonld',
    id: `urn:gigascope:analysis:${analysisId}:${finding.kind}:${finding.rank}`,
    type: 'Annotation',
    motivation: 'tagging',
    created: finishedAt,
    generator: { type: 'Software', name: `gigascope ${stamp.codeVersion}, ${model.name} ${model.version}` },
    body: [
      { type: 'TextualBody', purpose: 'tagging', value: finding.class },
      { type: 'TextualBody', purpose: 'commenting', format: 'text/plain', value: commentOf(finding) },
    ],
    target: {
      source: { id: `urn:sha256:${stamp.slideSha256}`, type: 'Image', label: slideName },
      selector: selectorOf(finding.shape),
    },
  };
}

function commentOf({ name, probability }: Finding): string {
  return `${name}, probability ${formatProbability(probability)}`;
}

function selectorOf(shape: Shape) {
  if (shape.type === 'polygon') return { type: 'SvgSelector', value: toSvg(shape.rings) };
  const [x, y] = shape.type === 'point' ? [shape.x, shape.y] : [shape.x0, shape.y0];
  const [right, bottom] = shape.type === 'point' ? [shape.x, shape.y] : [shape.x1, shape.y1];
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const size = [Math.max(1, Math.ceil(right) - left), Math.max(1, Math.ceil(bottom) - top)];
  return {
    type: 'FragmentSelector',
    conformsTo: 'http://www.w3.org/TR/media-frags/',
    value: `xywh=pixel:${[left, top, ...size].join(',')}`,
  };
}

function toSvg(rings: readonly (readonly number[])[]): string {
  const [shell = [], ...holes] = rings;
  // Annotorious 2 finds the shape by the beginning of its tag: points and d stand first.
  const shape =
    holes.length === 0
      ? `<polygon points="${pairs(shell, ',').join(' ')}"/>`
      : `<path d="${rings.map(toPath).join(' ')}" fill-rule="evenodd"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg">${shape}</svg>`;
}

function toPath(ring: readonly number[]): string {
  return `M${pairs(ring, ' ').join(' L')} Z`;
}

function pairs(ring: readonly number[], between: string): string[] {
  return pointsOf(ring).map(([x, y]) => `${x}${between}${y}`);
}
