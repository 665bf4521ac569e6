import { GigascopeError } from '@gigascope/contracts';
import { type Region, rootOf } from './region.ts';
import type { RowRuns } from './row-runs.ts';
import { RunCursor } from './run-cursor.ts';
import type { VertexPool } from './vertex-pool.ts';

/** An outline that is still open: a list of corners, and the slot in which its head waits for the next. */
interface Chain {
  first: number;
  last: number;
  headSlot: number;
}

/** The slot of the outline's side that runs along the row of lattice points being walked. */
const ALONG = -1;

/** What waits at the lattice point being walked. */
interface Here {
  x: number;
  y: number;
  northHead: Chain | undefined;
  northTail: Chain | undefined;
  westHead: Chain | undefined;
  westTail: Chain | undefined;
}

/** The regions of the four pixels around a lattice point. */
interface Corner {
  readonly nw: Region | undefined;
  readonly ne: Region | undefined;
  readonly sw: Region | undefined;
  readonly se: Region | undefined;
}

/** Which of the four pixels at a lattice point are of the class in question. */
const NW = 1;
const NE = 2;
const SW = 4;
const SE = 8;

/**
 * Follows the cracks between pixels, one row of lattice points at a time, and puts the corners met together to closed outlines.
 *
 * Every outline keeps its region on the right hand as seen on the screen: a shell runs clockwise, a hole against. At a lattice
 * point each class present is one of 16 patterns; what comes in from the north or west is known, what goes on to the south or
 * east is waited for in slots, one per column and one along the row. An outline has its ends in exactly two slots until it closes,
 * so the open ends are at most two a column. Where two pixels touch by a corner only, the outline stays with its own pixel:
 * whether both belong to one region is not known yet (`splitAtPinches` sees to that).
 */
export class OutlineStitcher {
  readonly #pool: VertexPool;
  /** Sides that go down a column, waiting at their lower end: of the pixel on the left, which go on there … */
  readonly #heads: (Chain | undefined)[];
  /** … and of the pixel on the right, which come from there. */
  readonly #tails: (Chain | undefined)[];
  #headAlong: Chain | undefined;
  #tailAlong: Chain | undefined;
  readonly #here: Here = {
    x: 0,
    y: 0,
    northHead: undefined,
    northTail: undefined,
    westHead: undefined,
    westTail: undefined,
  };

  constructor(widthPx: number, pool: VertexPool) {
    this.#pool = pool;
    this.#heads = new Array<Chain | undefined>(widthPx + 1).fill(undefined);
    this.#tails = new Array<Chain | undefined>(widthPx + 1).fill(undefined);
  }

  /** Walks the lattice points between two rows, the lower of which is row `y`, and hands each closed outline to its region. */
  walk(above: RowRuns, below: RowRuns, y: number): void {
    const [up, down] = [new RunCursor(above), new RunCursor(below)];
    for (let x = Math.min(up.next, down.next); x !== Number.POSITIVE_INFINITY; x = Math.min(up.next, down.next)) {
      up.moveTo(x);
      down.moveTo(x);
      this.#arrive(x, y);
      const [nw, ne, sw, se] = [up.leftClass, up.rightClass, down.leftClass, down.rightClass];
      const regions: Corner = { nw: up.leftRegion, ne: up.rightRegion, sw: down.leftRegion, se: down.rightRegion };
      if (nw !== 0) this.#turn(NW | (ne === nw ? NE : 0) | (sw === nw ? SW : 0) | (se === nw ? SE : 0), regions);
      if (ne !== 0 && ne !== nw) this.#turn(NE | (sw === ne ? SW : 0) | (se === ne ? SE : 0), regions);
      if (sw !== 0 && sw !== nw && sw !== ne) this.#turn(SW | (se === sw ? SE : 0), regions);
      if (se !== 0 && se !== nw && se !== ne && se !== sw) this.#turn(SE, regions);
    }
  }

  /** Notes what waits here, before any class at this point writes to the same slots. */
  #arrive(x: number, y: number): void {
    const here = this.#here;
    here.x = x;
    here.y = y;
    here.northHead = this.#heads[x];
    here.northTail = this.#tails[x];
    here.westHead = this.#headAlong;
    here.westTail = this.#tailAlong;
  }

  #turn(pattern: number, { nw, ne, sw, se }: Corner): void {
    const { x, northHead, northTail, westHead, westTail } = this.#here;
    switch (pattern) {
      case NW:
        this.#join(northHead, westTail, nw);
        break;
      case NE:
        this.#prepend(northTail, ALONG);
        break;
      case SW:
        this.#append(westHead, x);
        break;
      case SE:
        this.#begin(ALONG, x);
        break;
      case NW | SE:
        markPinched(nw, se);
        this.#join(northHead, westTail, nw);
        this.#begin(ALONG, x);
        break;
      case NE | SW:
        markPinched(ne, sw);
        this.#prepend(northTail, ALONG);
        this.#append(westHead, x);
        break;
      case NW | NE | SW:
        this.#begin(x, ALONG);
        break;
      case NW | NE | SE:
        this.#prepend(westTail, x);
        break;
      case NW | SW | SE:
        this.#append(northHead, ALONG);
        break;
      case NE | SW | SE:
        this.#join(westHead, northTail, se);
        break;
      default: // straight on, or no outline of this class
    }
  }

  #begin(headSlot: number, tailSlot: number): void {
    const vertex = this.#pool.add(this.#here.x, this.#here.y);
    const chain: Chain = { first: vertex, last: vertex, headSlot };
    this.#putHead(chain, headSlot);
    this.#putTail(chain, tailSlot);
  }

  #append(waiting: Chain | undefined, headSlot: number): void {
    const chain = present(waiting);
    const vertex = this.#pool.add(this.#here.x, this.#here.y);
    this.#pool.link(chain.last, vertex);
    chain.last = vertex;
    this.#putHead(chain, headSlot);
  }

  #prepend(waiting: Chain | undefined, tailSlot: number): void {
    const chain = present(waiting);
    chain.first = this.#pool.add(this.#here.x, this.#here.y, chain.first);
    this.#putTail(chain, tailSlot);
  }

  /** Lets `before` go on as `after` through this point; an outline that meets itself is closed. */
  #join(before: Chain | undefined, after: Chain | undefined, region: Region | undefined): void {
    const [chain, rest] = [present(before), present(after)];
    const vertex = this.#pool.add(this.#here.x, this.#here.y);
    this.#pool.link(chain.last, vertex);
    if (chain === rest) {
      rootOf(present(region)).rings.push(chain.first);
      return;
    }
    this.#pool.link(vertex, rest.first);
    chain.last = rest.last;
    this.#putHead(chain, rest.headSlot);
  }

  #putHead(chain: Chain, slot: number): void {
    chain.headSlot = slot;
    if (slot === ALONG) this.#headAlong = chain;
    else this.#heads[slot] = chain;
  }

  #putTail(chain: Chain, slot: number): void {
    if (slot === ALONG) this.#tailAlong = chain;
    else this.#tails[slot] = chain;
  }
}

function markPinched(a: Region | undefined, b: Region | undefined): void {
  rootOf(present(a)).pinched = true;
  rootOf(present(b)).pinched = true;
}

/** Throws INTERNAL where the pattern says that something is there and it is not. */
function present<T>(value: T | undefined): T {
  if (value === undefined) throw new GigascopeError('INTERNAL', 'an outline lost its end');
  return value;
}
