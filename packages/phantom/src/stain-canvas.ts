import type { ScratchFloats } from './scratch-floats.ts';
import type { Sprite } from './sprite.ts';

/** Amounts of both stains over a level-0 rectangle, before they become colours. Lives until its scratch is used again. */
export class StainCanvas {
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
  readonly haematoxylin: Float32Array<ArrayBuffer>;
  /** The slide's second dye: eosin, or the brown DAB of an antibody stain. */
  readonly second: Float32Array<ArrayBuffer>;

  constructor(x0: number, y0: number, width: number, height: number, scratch: ScratchFloats) {
    this.x0 = x0;
    this.y0 = y0;
    this.width = width;
    this.height = height;
    this.haematoxylin = scratch.take('haematoxylin', width * height);
    this.second = scratch.take('second', width * height);
  }

  /**
   * Lays a sprite over the canvas, centred at a level-0 pixel; outside parts are cut off.
   * `turn` 0 … 7 picks one of the eight orientations, `dose` scales its haematoxylin, `opacity` its cover.
   */
  stamp(sprite: Sprite, xL0: number, yL0: number, turn: number, dose: number, opacity: number): void {
    const { sidePx, cover, haematoxylin, second } = sprite;
    const left = Math.round(xL0) - (sidePx >> 1) - this.x0;
    const top = Math.round(yL0) - (sidePx >> 1) - this.y0;
    const fromX = Math.max(0, -left);
    const fromY = Math.max(0, -top);
    const toX = Math.min(sidePx, this.width - left);
    const toY = Math.min(sidePx, this.height - top);
    if (fromX >= toX || fromY >= toY) return;
    const h = this.haematoxylin;
    const e = this.second;
    // Walking the sprite's rows or columns, forwards or backwards, turns it without copying.
    const swap = (turn & 4) !== 0;
    const stepX = (turn & 1 ? -1 : 1) * (swap ? sidePx : 1);
    const stepY = (turn & 2 ? -1 : 1) * (swap ? 1 : sidePx);
    const last = sidePx - 1;
    const origin = (stepX < 0 ? -stepX * last : 0) + (stepY < 0 ? -stepY * last : 0);
    for (let y = fromY; y < toY; y++) {
      let s = origin + y * stepY + fromX * stepX;
      let t = (top + y) * this.width + left + fromX;
      for (let x = fromX; x < toX; x++, s += stepX, t++) {
        const a = (cover[s] as number) * opacity;
        if (a === 0) continue;
        const h0 = h[t] as number;
        const e0 = e[t] as number;
        h[t] = h0 + ((haematoxylin[s] as number) * dose - h0) * a;
        e[t] = e0 + ((second[s] as number) - e0) * a;
      }
    }
  }
}
