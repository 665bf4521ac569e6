import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { hashSlide, writeFileWhole } from '@gigascope/analysis';
import { type AnalysisParameters, AnalysisResult, type ErrorCode, GigascopeError } from '@gigascope/contracts';
import { FILES_OF_TASK } from '@gigascope/contracts/paths';
import type { ProgressLine } from '../progress-line.ts';
import type { ApiClient } from './api-client.ts';

const POLL_MS = 300;

export interface ApiAnalysis {
  readonly slidePath: string;
  readonly model: string;
  readonly parameters: AnalysisParameters;
  readonly outFolder: string;
}

/** Uploads a slide unless it is there already, has it analysed, shows the progress, and fetches its files. */
export async function analyseByApi(api: ApiClient, input: ApiAnalysis, line: ProgressLine): Promise<AnalysisResult> {
  const { slidePath, model, parameters, outFolder } = input;
  const sha256 = await hashSlide(slidePath);
  const slide = (await api.findSlide(basename(slidePath), sha256)) ?? (await api.upload(slidePath, sha256));
  const id = await followAnalysis(api, await api.submit(slide.id, model, parameters), line);
  await mkdir(outFolder, { recursive: true });
  const result = AnalysisResult.parse(JSON.parse(Buffer.from(await api.file(id, 'result.json')).toString()));
  for (const name of FILES_OF_TASK[result.task]) {
    await writeFileWhole(join(outFolder, name), await api.file(id, name));
  }
  return result;
}

async function followAnalysis(
  api: ApiClient,
  submitted: Awaited<ReturnType<ApiClient['submit']>>,
  line: ProgressLine,
): Promise<string> {
  let analysis = submitted;
  while (analysis.state === 'queued' || analysis.state === 'running') {
    const { stage, queuePosition: _position, ...progress } = analysis.progress;
    line.show({ ...progress, stage: stage === 'queued' ? 'plan' : stage });
    await wait(POLL_MS);
    analysis = await api.analysis(analysis.id);
  }
  if (analysis.state === 'canceled') throw new GigascopeError('CANCELED');
  if (analysis.error !== null)
    throw new GigascopeError(analysis.error.code as ErrorCode, analysis.error.detail ?? undefined);
  return analysis.id;
}
