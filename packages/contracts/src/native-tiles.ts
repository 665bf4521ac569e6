import { z } from 'zod';

/** 2^20 tiles of 256 px are a square of 262,144 px; their index takes 16 MiB. */
export const MAX_NATIVE_TILES = 2 ** 20;
const MAX_LEVELS = 64;
/** Tables, with room for what some writers repeat. */
const MAX_PREFIX_BYTES = 2 ** 17;

const Side = z.int().positive();
const Numbers = z.custom<Float64Array>((value) => value instanceof Float64Array && value.length <= MAX_NATIVE_TILES);
const Prefix = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= MAX_PREFIX_BYTES);

/** Of a level, in pixels and tiles; tiles at the right and lower border may reach beyond it. */
export const NativeSizes = z.object({
  widthPx: Side,
  heightPx: Side,
  tileWidthPx: Side,
  tileHeightPx: Side,
  columns: Side,
  rows: Side,
});

/** A level of JPEG tiles as it lies in the file: whoever reads tile i splices `prefix` in front of its bytes. */
export const NativeLevel = NativeSizes.extend({
  prefix: z.object({ bytes: Prefix, tables: z.object({ quantisation: z.int(), huffman: z.int() }) }),
  /** Of each tile, row by row, in bytes. */
  offsets: Numbers,
  byteCounts: Numbers,
  /** No tile is larger. */
  largestBytes: Side.max(2 ** 26),
}).refine(({ columns, rows, offsets, byteCounts }) =>
  [offsets.length, byteCounts.length].every((length) => length === columns * rows),
);
export type NativeLevel = z.infer<typeof NativeLevel>;

/** By the slide's levels; none where its tiles are not JPEG, or not plain enough to be passed on. */
export const NativeTiles = z.object({ levels: z.array(NativeLevel).max(MAX_LEVELS) });
export type NativeTiles = z.infer<typeof NativeTiles>;
