import type { ExportFormat } from '../export-format.ts';
import type { ExportSource } from '../export-source.ts';
import { type Finding, findingsOf, type Shape } from '../findings.ts';
import type { Origin } from '../origin.ts';
import { bounds, boxRing, doubleArea } from '../rings.ts';
import { roundCoordinate } from '../text/numbers.ts';

/**
 * Objects in the form of the COCO data set, the slide as its one picture. A hole hangs on the shell by a cut of no width,
 * since COCO's polygons have none and its tools fill by the even-odd rule. A lesion is a key point and the pixel that it
 * lies in. Areas are square pixels of level 0. Coordinates count from level 0's corner, like the picture's size.
 */
export const cocoJson: ExportFormat = {
  title: 'COCO objects (JSON)',
  mediaType: 'application/json',
  extension: 'json',
  origin: 'l0',
  async *write(source, origin) {
    const categories = new Map<string, Category>();
    yield `{"info":${JSON.stringify(infoOf(source))},"images":[${JSON.stringify(imageOf(source, origin))}],"annotations":[`;
    let id = 0;
    for await (const finding of findingsOf(source, origin)) {
      const category = categories.get(finding.class) ?? categoryOf(finding, categories.size + 1);
      categories.set(finding.class, category);
      id += 1;
      yield `${id === 1 ? '\n' : ',\n'}${JSON.stringify({ id, image_id: 1, category_id: category.id, ...toCoco(finding) })}`;
    }
    yield `\n],"categories":${JSON.stringify([...categories.values()])}}\n`;
  },
};

interface Category {
  readonly id: number;
  readonly name: string;
  readonly supercategory: '';
  readonly keypoints?: readonly string[];
  readonly skeleton?: readonly never[];
}

function categoryOf({ class: name, shape }: Finding, id: number): Category {
  const category = { id, name, supercategory: '' } as const;
  return shape.type === 'point' ? { ...category, keypoints: ['point'], skeleton: [] } : category;
}

function infoOf({ analysisId, finishedAt, result: { model } }: ExportSource) {
  return { description: `Analysis ${analysisId} by ${model.name} ${model.version}`, date_created: finishedAt };
}

function imageOf({ slideName, result }: ExportSource, origin: Origin) {
  const { widthL0, heightL0, boundsL0 } = result.slide.metadata;
  const seen = origin === 'bounds' ? boundsL0 : null;
  return { id: 1, file_name: slideName, width: seen?.width ?? widthL0, height: seen?.height ?? heightL0 };
}

function toCoco({ shape, probability }: Finding) {
  return { ...geometryOf(shape), score: probability, iscrowd: 0 };
}

function geometryOf(shape: Shape) {
  if (shape.type === 'point') {
    const bbox = [Math.floor(shape.x), Math.floor(shape.y), 1, 1];
    return { bbox, area: 1, segmentation: [], keypoints: [shape.x, shape.y, 2], num_keypoints: 1 };
  }
  const [shell = [], ...holes] = shape.type === 'box' ? [boxRing(shape)] : shape.rings;
  const { x0, y0, x1, y1 } = bounds(shell);
  const area = holes.reduce((sum, hole) => sum - Math.abs(doubleArea(hole)), Math.abs(doubleArea(shell))) / 2;
  return {
    bbox: [x0, y0, roundCoordinate(x1 - x0), roundCoordinate(y1 - y0)],
    area,
    segmentation: [withCuts(shell, holes)],
  };
}

/** One ring that goes round the shell, over to each hole's first point, round it, and back. */
function withCuts(shell: readonly number[], holes: readonly (readonly number[])[]): number[] {
  if (holes.length === 0) return [...shell];
  const start = shell.slice(0, 2);
  return [...shell, ...start, ...holes.flatMap((hole) => [...hole, ...hole.slice(0, 2), ...start])];
}
