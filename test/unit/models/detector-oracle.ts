/** Faster R-CNN's arithmetic on plain numbers, box by box, to hold the graph against. */

export type Box = readonly [number, number, number, number];

export interface Scored {
  readonly box: Box;
  readonly score: number;
  /** What it is compared within. */
  readonly group: number;
}

/** The 3 anchors of a cell, ratio (height over width) 0.5, 1 and 2, corners rounded. */
export function anchorsAt(sizePx: number, x: number, y: number): Box[] {
  return [0.5, 1, 2].map((ratio) => {
    const [w, h] = [Math.round(sizePx / Math.sqrt(ratio) / 2), Math.round((sizePx * Math.sqrt(ratio)) / 2)];
    return [x - w, y - h, x + w, y + h];
  });
}

export function decodeBox(anchor: Box, deltas: readonly number[], weights: readonly number[], sidePx: number): Box {
  const [dx = 0, dy = 0, dw = 0, dh = 0] = deltas.map((delta, i) => delta / (weights[i] ?? 1));
  const [w, h] = [anchor[2] - anchor[0], anchor[3] - anchor[1]];
  const [x, y] = [anchor[0] + w / 2 + dx * w, anchor[1] + h / 2 + dy * h];
  const greatest = Math.log(1000 / 16);
  const halfWidth = (w * Math.exp(Math.min(dw, greatest))) / 2;
  const halfHeight = (h * Math.exp(Math.min(dh, greatest))) / 2;
  const within = (value: number) => Math.min(Math.max(value, 0), sidePx);
  return [within(x - halfWidth), within(y - halfHeight), within(x + halfWidth), within(y + halfHeight)];
}

export function overlap(a: Box, b: Box): number {
  const area = (box: Box) => (box[2] - box[0]) * (box[3] - box[1]);
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  return (width * height) / (area(a) + area(b) - width * height);
}

/** What greedy suppression leaves, best first. */
export function suppressed<T extends Scored>(candidates: readonly T[], iou: number): T[] {
  const kept: T[] = [];
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score))
    if (!kept.some((better) => better.group === candidate.group && overlap(better.box, candidate.box) > iou))
      kept.push(candidate);
  return kept;
}

export function probabilities(logits: readonly number[]): number[] {
  const exponentials = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((e) => e / sum);
}
