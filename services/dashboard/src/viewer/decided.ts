import type { Decision } from '@gigascope/contracts';
import type { Finding } from './finding.ts';
import type { LoadedTile } from './finding-tiles.ts';

/** What a reader said of the findings of one kind, by their rank. */
export type Decided = ReadonlyMap<number, Decision>;
export const NONE_DECIDED: Decided = new Map();

export interface DecidedFinding {
  readonly finding: Finding;
  readonly decision: Decision;
}

/**
 * Where the findings lie that something was said of. A review names them by rank alone, so each is learnt when a tile or
 * the list brings it; one that was learnt stays, also where its tile only counts.
 */
export class DecidedFindings {
  #decided: Decided = NONE_DECIDED;
  #scanned = new WeakSet<LoadedTile>();
  readonly #known = new Map<number, Finding>();

  set(decided: Decided): void {
    if (decided === this.#decided) return;
    const isMore = [...decided.keys()].some((rank) => !this.#decided.has(rank) && !this.#known.has(rank));
    this.#decided = decided;
    if (isMore) this.#scanned = new WeakSet();
  }

  learn(findings: readonly Finding[]): void {
    if (this.#decided.size === 0) return;
    for (const finding of findings) if (this.#decided.has(finding.rank)) this.#known.set(finding.rank, finding);
  }

  /** Each tile is looked through once for what was decided. */
  learnFrom(tiles: readonly LoadedTile[]): void {
    for (const tile of tiles) {
      if (tile.show !== 'each' || this.#scanned.has(tile)) continue;
      this.#scanned.add(tile);
      this.learn(tile.findings);
    }
  }

  list(): readonly DecidedFinding[] {
    return [...this.#decided].flatMap(([rank, decision]) => {
      const finding = this.#known.get(rank);
      return finding === undefined ? [] : [{ finding, decision }];
    });
  }
}
