import { z } from 'zod';
import { requireArgument } from '../../../command.ts';
import { imageName } from '../files.ts';
import { type BoxSet, type CocoNames, groupByImage, hasArea, storedBox } from './box-set.ts';

const Id = z.union([z.number(), z.string()]).transform(String);
const Annotation = z.object({
  image_id: Id,
  category_id: Id,
  /** x, y, width, height in pixels. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  score: z.number().optional(),
  iscrowd: z.union([z.number(), z.boolean()]).optional(),
});
const AnnotationFile = z.object({
  images: z.array(z.object({ id: Id, file_name: z.string() })),
  categories: z.array(z.object({ id: Id, name: z.string() })),
  annotations: z.array(Annotation),
});
const ResultList = z.array(Annotation);

type Annotation = z.infer<typeof Annotation>;

/**
 * Reads COCO's file of annotations (Lin et al. 2014, cocodataset.org "Data format"): boxes by image, crowd regions left out and counted.
 * Annotations may carry a `score`, so that the same form holds detections.
 */
export function parseCoco(json: unknown, name: string): BoxSet {
  const parsed = AnnotationFile.safeParse(json);
  requireArgument(parsed.success, `${name} is no COCO file: ${parsed.error && z.prettifyError(parsed.error)}`);
  const { images, categories, annotations } = parsed.data;
  const paths = new Map(images.map(({ file_name }) => [imageName(file_name), file_name]));
  requireArgument(paths.size === images.length, `${name}: two images have the same name`);
  const coco: CocoNames = {
    images: new Map(images.map(({ id, file_name }) => [id, imageName(file_name)])),
    classes: new Map(categories.map((category) => [category.id, category.name])),
  };
  const single = annotations.filter(({ iscrowd }) => !iscrowd);
  const boxes = toBoxes(single, coco, name);
  const whole = boxes.filter(({ box }) => hasArea(box) || box.probability !== null);
  return {
    images: groupByImage(whole, paths),
    skipped: { broken: boxes.length - whole.length, crowds: annotations.length - single.length },
    coco,
  };
}

/** Reads COCO's list of results, whose numbers for images and classes are the truth's. */
export function parseCocoResults(json: unknown, coco: CocoNames | undefined, name: string): BoxSet {
  const parsed = ResultList.safeParse(json);
  requireArgument(
    parsed.success,
    `${name} is no COCO list of results: ${parsed.error && z.prettifyError(parsed.error)}`,
  );
  requireArgument(
    coco !== undefined || parsed.data.length === 0,
    `${name} numbers images and classes, but the truth is no COCO file that says what the numbers mean`,
  );
  const boxes = coco === undefined ? [] : toBoxes(parsed.data, coco, name);
  return { images: groupByImage(boxes), skipped: { broken: 0, crowds: 0 } };
}

function toBoxes(annotations: readonly Annotation[], { images, classes }: CocoNames, name: string) {
  return annotations.map(({ image_id, category_id, bbox: [x0, y0, width, height], score }, k) => {
    const where = `${name}, box ${k + 1}`;
    const [image, className] = [images.get(image_id), classes.get(category_id)];
    requireArgument(image !== undefined, `${where}: there is no image of the number ${image_id}`);
    requireArgument(className !== undefined, `${where}: there is no class of the number ${category_id}`);
    const box = { class: className, x0, y0, x1: x0 + width, y1: y0 + height, probability: score ?? null };
    return { image, box: storedBox(box, where) };
  });
}
