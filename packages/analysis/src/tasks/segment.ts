import { promisify } from 'node:util';
import { constants, deflate, inflate } from 'node:zlib';
import { GigascopeError, type ManifestOf } from '@gigascope/contracts';
import { type WindowLayout, windowLayout } from '../segments/window-layout.ts';
import type { Cell, CollectBlock } from './task.ts';

const deflateBytes = promisify(deflate);
const inflateBytes = promisify(inflate);
const HEADER_BYTES = 4;

/**
 * A block's output is, for each of its rows of cells, the length of a zlib stream (uint32, little-endian) and the stream: the
 * windows of that row's inferred cells from left to right, each one byte a pixel (p · 255, rounded) for every class but the
 * background: [classes − 1, side, side]. A row at a time, so that the whole slide can be put together strip by strip.
 */
export const collectSegmented: CollectBlock<ManifestOf<'segment'>> = ({ manifest, block, cells }) => {
  const layout = windowLayout(manifest);
  const windows: Uint8Array<ArrayBuffer>[] = cells.map(() => new Uint8Array());
  return {
    parts: cells.length,
    add: (place, answer) => {
      windows[place] = quantiseWindow(answer, manifest.classes.length, layout);
    },
    pack: async () => {
      const parts: Uint8Array[] = [];
      for (let row = block.rowHeat; row < block.rowHeat + block.rows; row++) {
        const ofRow = windows.filter((_, place) => (cells[place] as Cell).rowHeat === row);
        const packed = await deflateBytes(Buffer.concat(ofRow), { level: constants.Z_BEST_SPEED });
        const header = Buffer.alloc(HEADER_BYTES);
        header.writeUInt32LE(packed.length);
        parts.push(header, packed);
      }
      return Uint8Array.from(Buffer.concat(parts));
    },
  };
};

/** The windows of one row of cells of a block's output, one after the other as packed; `row` counts within the block. */
export async function readSegmentedRow(output: Uint8Array, row: number): Promise<Uint8Array> {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  let at = 0;
  for (let k = 0; k < row; k++) at += HEADER_BYTES + bytes.readUInt32LE(at);
  const length = bytes.readUInt32LE(at);
  if (at + HEADER_BYTES + length > bytes.length) throw new GigascopeError('INTERNAL', 'a block’s output is too short');
  return await inflateBytes(bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length));
}

/** Cuts the layout's part out of [classes, outputSizePx, outputSizePx] probabilities, background left out, as bytes. */
function quantiseWindow(answer: Float32Array, classes: number, layout: WindowLayout): Uint8Array<ArrayBuffer> {
  const { outputPx, cropPx, sidePx } = layout;
  const window = new Uint8Array((classes - 1) * sidePx * sidePx);
  let to = 0;
  for (let c = 1; c < classes; c++)
    for (let y = 0; y < sidePx; y++) {
      let from = c * outputPx * outputPx + (y + cropPx) * outputPx + cropPx;
      for (let x = 0; x < sidePx; x++) window[to++] = Math.round((answer[from++] as number) * 255);
    }
  return window;
}
