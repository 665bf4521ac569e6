import { cpus } from 'node:os';
import type { AnalysisParameters, Stamp } from '@gigascope/contracts';
import type { Bundle } from '@gigascope/models';
import manifest from '../package.json' with { type: 'json' };

/** Everything that the result depends on, so that two results with one stamp are comparable byte by byte. */
export function createStamp(
  slideSha256: string,
  bundle: Pick<Bundle, 'sha256'>,
  engine: { readonly runtime: string; readonly provider: string },
  parameters: AnalysisParameters,
): Stamp {
  return {
    slideSha256,
    modelSha256: bundle.sha256,
    codeVersion: manifest.version,
    parameters,
    runtime: engine.runtime,
    provider: engine.provider,
    processor: `${process.arch} ${cpus()[0]?.model ?? 'unknown'}`,
  };
}
