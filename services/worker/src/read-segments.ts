import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Segment } from '@gigascope/contracts';

/** Reads segments that were written one as JSON a line, as fast as they are taken. */
export async function* readSegments(path: string): AsyncGenerator<Segment> {
  for await (const line of createInterface({ input: createReadStream(path) })) yield Segment.parse(JSON.parse(line));
}
