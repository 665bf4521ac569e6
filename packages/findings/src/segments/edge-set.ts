import Flatbush from 'flatbush';

/** A ring's corners as x, y, x, y …, whole numbers (below 2²⁵, so that products of differences are exact), and which of them are kept. */
export interface ThinnedRing {
  readonly points: Float64Array;
  readonly kept: Uint8Array;
}

/** A straight side between two kept corners of a ring, by their index, and its neighbours. */
interface Edge {
  readonly ring: number;
  readonly from: number;
  readonly to: number;
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
  /** The sides before and after it on the ring, by their place in the set. */
  readonly before: number;
  readonly after: number;
}

/** Tells where the sides of one polygon's thinned rings meet in a way that a valid polygon's may not. */
export class EdgeSet {
  readonly #edges: Edge[] = [];
  readonly #tree: Flatbush;
  readonly #rings: readonly ThinnedRing[];
  /** Each ring's first side, by its place in the set. */
  readonly #firstEdges: number[] = [];

  constructor(rings: readonly ThinnedRing[]) {
    this.#rings = rings;
    rings.forEach((ring, k) => {
      this.#addRing(ring, k);
    });
    this.#tree = new Flatbush(this.#edges.length);
    for (const { ax, ay, bx, by } of this.#edges) {
      this.#tree.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
    }
    this.#tree.finish();
  }

  /** Sides that replace more than one side of the exact outline and meet another side wrongly, or are met so. */
  conflicts(): readonly Edge[] {
    const found = new Set<Edge>();
    this.#edges.forEach((edge, k) => {
      if (!this.isThinned(edge)) return;
      const { ax, ay, bx, by } = edge;
      for (const other of this.#near(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))) {
        const rival = this.#edges[other] as Edge;
        if (other === k || !this.#clash(edge, rival)) continue;
        found.add(edge);
        if (this.isThinned(rival)) found.add(rival);
      }
    });
    return [...found];
  }

  /** true when each hole lies inside the shell, the first ring, and inside no other hole. For sets without conflicts. */
  holesLieInside(): boolean {
    return this.#rings.every((_, ring) => ring === 0 || this.#crossings(ring) % 2 === 1);
  }

  /** Whether corners of the exact outline lie between the side's ends. */
  isThinned({ ring, from, to }: Edge): boolean {
    return to !== (from + 1) % (this.#rings[ring] as ThinnedRing).kept.length;
  }

  #addRing({ points, kept }: ThinnedRing, ring: number): void {
    const corners: number[] = [];
    kept.forEach((flag, k) => {
      if (flag === 1) corners.push(k);
    });
    const base = this.#edges.length;
    this.#firstEdges.push(base);
    corners.forEach((from, k) => {
      const to = corners[(k + 1) % corners.length] as number;
      this.#edges.push({
        ring,
        from,
        to,
        ax: points[2 * from] as number,
        ay: points[2 * from + 1] as number,
        bx: points[2 * to] as number,
        by: points[2 * to + 1] as number,
        before: base + ((k + corners.length - 1) % corners.length),
        after: base + ((k + 1) % corners.length),
      });
    });
  }

  #near(x0: number, y0: number, x1: number, y1: number): number[] {
    return this.#tree.search(x0, y0, x1, y1);
  }

  #clash(e: Edge, f: Edge): boolean {
    if (e.bx === f.ax && e.by === f.ay) return this.#clashAtCorner(e, f);
    if (f.bx === e.ax && f.by === e.ay) return this.#clashAtCorner(f, e);
    const sameStart = e.ax === f.ax && e.ay === f.ay;
    const sameEnd = e.bx === f.bx && e.by === f.by;
    if (sameStart)
      return this.#clashAtCorner(this.#edges[e.before] as Edge, f) || folds(e.ax, e.ay, e.bx, e.by, f.bx, f.by);
    if (sameEnd)
      return this.#clashAtCorner(e, this.#edges[f.after] as Edge) || folds(e.bx, e.by, e.ax, e.ay, f.ax, f.ay);
    return meet(e, f);
  }

  /** `into` ends where `outOf` begins: on one ring, or where two rings touch. */
  #clashAtCorner(into: Edge, outOf: Edge): boolean {
    const [px, py] = [outOf.ax, outOf.ay];
    if (folds(px, py, into.ax, into.ay, outOf.bx, outOf.by)) return true;
    if (this.#edges[into.after] === outOf) return false;
    const next = this.#edges[into.after] as Edge;
    const previous = this.#edges[outOf.before] as Edge;
    const inside = (x: number, y: number): boolean =>
      inSector(into.ax - px, into.ay - py, next.bx - px, next.by - py, x - px, y - py);
    return inside(previous.ax, previous.ay) !== inside(outOf.bx, outOf.by);
  }

  /** Sides of other rings that a ray to the right crosses, from the middle of a ring's first side: an odd number for each ring around it. */
  #crossings(ring: number): number {
    const first = this.#edges[this.#firstEdges[ring] as number] as Edge;
    const [x, y] = [(first.ax + first.bx) / 2, (first.ay + first.by) / 2];
    const crossed = this.#near(x, y, Number.POSITIVE_INFINITY, y).filter((k) => {
      const edge = this.#edges[k] as Edge;
      return edge.ring !== ring && edge.ay > y !== edge.by > y && crossesRightOf(edge, x, y);
    });
    return crossed.length;
  }
}

function crossesRightOf({ ax, ay, bx, by }: Edge, x: number, y: number): boolean {
  const side = cross(bx - ax, by - ay, x - ax, y - ay);
  return by > ay ? side > 0 : side < 0;
}

function cross(ux: number, uy: number, vx: number, vy: number): number {
  return ux * vy - uy * vx;
}

/** Whether the sides from a corner to a and to b lie on each other. */
function folds(px: number, py: number, ax: number, ay: number, bx: number, by: number): boolean {
  const [ux, uy, vx, vy] = [ax - px, ay - py, bx - px, by - py];
  return cross(ux, uy, vx, vy) === 0 && ux * vx + uy * vy > 0;
}

/** Whether direction w lies strictly between u and v, going from u in the direction in which cross products are positive. */
function inSector(ux: number, uy: number, vx: number, vy: number, wx: number, wy: number): boolean {
  const turn = cross(ux, uy, vx, vy);
  const straight = turn === 0 && ux * vx + uy * vy < 0;
  if (turn > 0 || straight) return cross(ux, uy, wx, wy) > 0 && (straight || cross(wx, wy, vx, vy) > 0);
  return !(cross(vx, vy, wx, wy) >= 0 && cross(wx, wy, ux, uy) >= 0);
}

/** Whether two sides without a common end have a point in common. */
function meet(e: Edge, f: Edge): boolean {
  const fa = Math.sign(cross(e.bx - e.ax, e.by - e.ay, f.ax - e.ax, f.ay - e.ay));
  const fb = Math.sign(cross(e.bx - e.ax, e.by - e.ay, f.bx - e.ax, f.by - e.ay));
  const ea = Math.sign(cross(f.bx - f.ax, f.by - f.ay, e.ax - f.ax, e.ay - f.ay));
  const eb = Math.sign(cross(f.bx - f.ax, f.by - f.ay, e.bx - f.ax, e.by - f.ay));
  if (fa === 0 && fb === 0) return rangesMeet(e.ax, e.bx, f.ax, f.bx) && rangesMeet(e.ay, e.by, f.ay, f.by);
  return fa * fb <= 0 && ea * eb <= 0;
}

function rangesMeet(a: number, b: number, c: number, d: number): boolean {
  return Math.min(a, b) <= Math.max(c, d) && Math.min(c, d) <= Math.max(a, b);
}
