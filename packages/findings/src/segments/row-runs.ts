import { joinRegions, newRegion, type Region } from './region.ts';

/** One row's pixels of a class, as half-open runs [start, end) from left to right, each with the region it belongs to. */
export class RowRuns {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly classes: Uint8Array;
  readonly regions: Region[] = [];
  count = 0;

  constructor(widthPx: number) {
    this.starts = new Int32Array(widthPx);
    this.ends = new Int32Array(widthPx);
    this.classes = new Uint8Array(widthPx);
  }

  /** Takes the runs of `row`; class 0 is background. Regions are set by `connect`. */
  read(row: Uint8Array): void {
    this.count = 0;
    this.regions.length = 0;
    const width = row.length;
    for (let x = 0; x < width; ) {
      const classIndex = row[x] as number;
      const start = x;
      do x++;
      while (x < width && row[x] === classIndex);
      if (classIndex === 0) continue;
      this.starts[this.count] = start;
      this.ends[this.count] = x;
      this.classes[this.count] = classIndex;
      this.count++;
    }
  }

  /** Gives each run its region: that of all the runs of its class that touch it by a side in the row above, or a new one. */
  connect(above: RowRuns): void {
    let first = 0;
    for (let k = 0; k < this.count; k++) {
      const [start, end] = [this.starts[k] as number, this.ends[k] as number];
      while (first < above.count && (above.ends[first] as number) <= start) first++;
      let region: Region | null = null;
      for (let a = first; a < above.count && (above.starts[a] as number) < end; a++) {
        if (above.classes[a] !== this.classes[k]) continue;
        const touching = above.regions[a] as Region;
        region = region === null ? touching : joinRegions(region, touching);
      }
      this.regions[k] = region ?? newRegion(this.classes[k] as number);
    }
  }
}
