export { type DefinedTables, hasStart, type PlainFrame, readPlainFrame } from './jpeg-stream.ts';
export { type StreamPrefix, statedColours, streamPrefix } from './stream-prefix.ts';
export { wholeTile } from './whole-tile.ts';
