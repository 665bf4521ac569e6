import { rm } from 'node:fs/promises';
import { gigascope } from './gigascope-command.ts';

/** What one run of the real command on one slide took. */
export interface AnalysedSlide {
  readonly tissueMm2: number;
  readonly seconds: number;
  readonly patches: number;
  readonly engineBytes: number;
  readonly commandBytes: number;
}

interface Printed {
  readonly slide: { readonly metadata: { readonly widthL0: number; readonly heightL0: number }; readonly mpp: Spacing };
  readonly tissue: { readonly share: number };
  readonly run: {
    readonly wallMs: number;
    readonly patches: number;
    readonly peakMemoryBytes: { readonly command: number; readonly engine: number };
  };
}

interface Spacing {
  readonly x: number;
  readonly y: number;
}

/** Runs `analyze` from nothing, engine and model included; what an earlier run left in `out` is removed. */
export async function analysedSlide(slidePath: string, out: string): Promise<AnalysedSlide> {
  await rm(out, { recursive: true, force: true });
  const printed = (await gigascope(['analyze', slidePath, '--out', out])) as unknown as Printed;
  const { metadata, mpp } = printed.slide;
  const slideMm2 = (metadata.widthL0 * mpp.x * metadata.heightL0 * mpp.y) / 1e6;
  const { wallMs, patches, peakMemoryBytes } = printed.run;
  return {
    tissueMm2: printed.tissue.share * slideMm2,
    seconds: wallMs / 1000,
    patches,
    engineBytes: peakMemoryBytes.engine,
    commandBytes: peakMemoryBytes.command,
  };
}
