/**
 * Grows the 4-connected objects of a class mask by up to `growPx`: gives for each pixel the object's pixel that it belongs to, itself
 * for an object's own, −1 for background. A pixel belongs to the nearest object's; where two objects would meet by a side, a grown
 * pixel stays background; and what is not joined to its object by the sides of its pixels stays background, or it would be one more.
 */
export function growObjects(classes: Uint8Array, width: number, growPx: number): Int32Array<ArrayBuffer> {
  const labels = labelObjects(classes, width);
  const owners = spread(labels, width, growPx);
  keepApart(owners, labels, width);
  dropLoose(owners, labels, width);
  return owners;
}

/** Numbers from 1 on of the 4-connected pieces of one class each; 0 for background. */
function labelObjects(classes: Uint8Array, width: number): Int32Array<ArrayBuffer> {
  const labels = new Int32Array(classes.length);
  const parents = [0];
  const rootOf = (label: number): number => {
    let root = label;
    while (parents[root] !== root) root = parents[root] as number;
    return root;
  };
  for (let row = 0; row < classes.length; row += width)
    for (let at = row; at < row + width; at++) {
      const kind = classes[at] as number;
      if (kind === 0) continue;
      const left = at > row && classes[at - 1] === kind ? (labels[at - 1] as number) : 0;
      const above = row > 0 && classes[at - width] === kind ? (labels[at - width] as number) : 0;
      if (left === 0 && above === 0) labels[at] = parents.push(parents.length) - 1;
      else labels[at] = left === 0 ? above : left;
      if (left === 0 || above === 0 || left === above) continue;
      const [a, b] = [rootOf(left), rootOf(above)];
      parents[Math.max(a, b)] = Math.min(a, b);
    }
  for (let label = 1; label < parents.length; label++) parents[label] = rootOf(label);
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) labels[at] = parents[labels[at] as number] as number;
  return labels;
}

/** The nearest object's pixel within reach of each pixel; of several as near, the first row by row. */
function spread(labels: Int32Array, width: number, growPx: number): Int32Array<ArrayBuffer> {
  const height = labels.length / width;
  const disc = discOf(growPx, width);
  const owners = new Int32Array(labels.length).fill(-1);
  const nearest = new Uint16Array(labels.length).fill(0xffff);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (labels[at] === 0) continue;
      owners[at] = at;
      // Whichever of an object's pixels is nearest to one outside has background beside it.
      const isRim =
        (x > 0 && labels[at - 1] === 0) ||
        (x + 1 < width && labels[at + 1] === 0) ||
        (y > 0 && labels[at - width] === 0) ||
        (y + 1 < height && labels[at + width] === 0);
      if (!isRim) continue;
      const inside = x >= growPx && y >= growPx && x < width - growPx && y < height - growPx;
      for (let k = 0; k < disc.dx.length; k++) {
        if (!inside) {
          const [nx, ny] = [x + (disc.dx[k] as number), y + (disc.dy[k] as number)];
          if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
        }
        const place = at + (disc.step[k] as number);
        const squared = disc.squared[k] as number;
        if (labels[place] !== 0 || squared >= (nearest[place] as number)) continue;
        nearest[place] = squared;
        owners[place] = at;
      }
    }
  return owners;
}

/** The pixels of a disc but its middle, and how far each one lies in an image's memory. */
function discOf(radius: number, width: number) {
  const side = Array.from({ length: 2 * radius + 1 }, (_, k) => k - radius);
  const places = side
    .flatMap((dy) => side.map((dx) => ({ dx, dy, squared: dx * dx + dy * dy })))
    .filter(({ squared }) => squared > 0 && squared <= radius * radius);
  return {
    dx: Int32Array.from(places, ({ dx }) => dx),
    dy: Int32Array.from(places, ({ dy }) => dy),
    squared: Int32Array.from(places, ({ squared }) => squared),
    step: Int32Array.from(places, ({ dx, dy }) => dy * width + dx),
  };
}

/** Where pixels of two objects meet by a side, a grown one becomes background. */
function keepApart(owners: Int32Array, labels: Int32Array, width: number): void {
  const part = (at: number, other: number, own: number): void => {
    const rival = owners[other] as number;
    if (rival === -1 || labels[rival] === own) return;
    if (labels[at] === 0) owners[at] = -1;
    else if (labels[other] === 0) owners[other] = -1;
  };
  for (let row = 0; row < owners.length; row += width)
    for (let at = row; at < row + width; at++) {
      if (owners[at] === -1) continue;
      const own = labels[owners[at] as number] as number;
      if (at + 1 < row + width) part(at, at + 1, own);
      if (row + width < owners.length) part(at, at + width, own);
    }
}

/** Makes background of the grown pixels that no way over sides joins to their object. */
function dropLoose(owners: Int32Array, labels: Int32Array, width: number): void {
  const joined = new Uint8Array(owners.length);
  const open: number[] = [];
  const join = (next: number, own: number): void => {
    if (labels[next] !== 0 || joined[next] === 1) return;
    const owner = owners[next] as number;
    if (owner === -1 || labels[owner] !== own) return;
    joined[next] = 1;
    open.push(next);
  };
  const visit = (at: number, x: number): void => {
    const own = labels[owners[at] as number] as number;
    if (x > 0) join(at - 1, own);
    if (x + 1 < width) join(at + 1, own);
    if (at >= width) join(at - width, own);
    if (at + width < owners.length) join(at + width, own);
  };
  for (let row = 0; row < owners.length; row += width)
    for (let x = 0; x < width; x++) {
      if (labels[row + x] === 0) continue;
      visit(row + x, x);
      for (let next = open.pop(); next !== undefined; next = open.pop()) visit(next, next % width);
    }
  for (let at = 0; at < owners.length; at++) if (labels[at] === 0 && joined[at] === 0) owners[at] = -1;
}
