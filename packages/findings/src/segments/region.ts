/** A 4-connected piece of one class as far as the rows seen tell, or, with `parent` set, a part of another piece. */
export interface Region {
  parent: Region | null;
  readonly classIndex: number;
  areaPx: number;
  probabilitySum: number;
  /** Closed outlines, by their place in the vertex pool. */
  rings: number[];
  /** true once an outline passes a lattice point twice, where two of the region's pixels touch by a corner. */
  pinched: boolean;
  lastRow: number;
}

export function newRegion(classIndex: number): Region {
  return { parent: null, classIndex, areaPx: 0, probabilitySum: 0, rings: [], pinched: false, lastRow: -1 };
}

/** The piece that a region has become part of; halves the path on the way. */
export function rootOf(region: Region): Region {
  let root = region;
  while (root.parent !== null) {
    if (root.parent.parent !== null) root.parent = root.parent.parent;
    root = root.parent;
  }
  return root;
}

/** Joins two regions of one class and gives the root of both. */
export function joinRegions(a: Region, b: Region): Region {
  const [one, two] = [rootOf(a), rootOf(b)];
  if (one === two) return one;
  const [large, small] = one.areaPx >= two.areaPx ? [one, two] : [two, one];
  small.parent = large;
  large.areaPx += small.areaPx;
  large.probabilitySum += small.probabilitySum;
  large.pinched ||= small.pinched;
  large.lastRow = Math.max(large.lastRow, small.lastRow);
  const [most, fewest] =
    large.rings.length >= small.rings.length ? [large.rings, small.rings] : [small.rings, large.rings];
  for (const ring of fewest) most.push(ring);
  large.rings = most;
  small.rings = [];
  return large;
}
