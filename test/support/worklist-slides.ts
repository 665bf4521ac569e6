import type { AnalysisState, Lane } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { seededRandom } from '../../packages/findings/src/evaluation/seeded-random.ts';
import { asOwner } from './postgres.ts';

export interface EnteredSlide {
  readonly id: string;
  readonly name: string;
  readonly state: 'ready' | 'verified' | 'rejected';
  readonly caseRef: string;
}

export interface EnteredAnalysis {
  readonly id: string;
  readonly slideId: string;
  readonly modelId: string;
  readonly state: AnalysisState;
  readonly lane: Lane;
  readonly priority: number;
  /** null unless it succeeded, and for some that did. */
  readonly score: number | null;
  readonly meaning: 'highest-probability' | 'banff-grade';
  readonly threshold: number;
}

export interface EnteredDay {
  /** In the order of arrival. */
  readonly slides: readonly EnteredSlide[];
  /** Oldest first. */
  readonly analyses: readonly EnteredAnalysis[];
}

export interface DayOptions {
  readonly count: number;
  readonly seed: number;
  /** Each slide has up to three analyses, by any of these. */
  readonly modelIds: readonly string[];
  readonly tenantId?: string;
}

const STATES: readonly AnalysisState[] = [
  'succeeded',
  'succeeded',
  'succeeded',
  'failed',
  'canceled',
  'queued',
  'running',
];
const LANES: readonly Lane[] = ['routine', 'routine', 'stat', 'research'];

/** Enters a laboratory's slides straight into Postgres, with analyses whose scores, lanes and ends are drawn by the seed. */
export async function enterDay(ownerUrl: string, options: DayOptions): Promise<EnteredDay> {
  const { count, seed, modelIds, tenantId = DEFAULT_TENANT_ID } = options;
  const draw = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(draw() * values.length)] as T;
  const slides: EnteredSlide[] = [];
  const analyses: EnteredAnalysis[] = [];
  for (let n = 0; n < count; n++) {
    const state = draw() < 0.96 ? 'ready' : pick(['verified', 'rejected'] as const);
    const slide: EnteredSlide = {
      ...{ id: idAt(seed, n), state, caseRef: `C-${n % 50}` },
      name: `${pick(['S26', 's26', 'T26'])}-${Math.floor(draw() * count)}.svs`,
    };
    slides.push(slide);
    for (let of = state === 'ready' ? Math.floor(draw() * 4) : 0; of > 0; of--) {
      const ended = pick(STATES);
      const meaning = draw() < 0.8 ? 'highest-probability' : 'banff-grade';
      // Few values, so that there are equals.
      const score = meaning === 'banff-grade' ? Math.floor(draw() * 4) : Math.round(draw() * 100) / 100;
      analyses.push({
        ...{ id: idAt(seed, count + analyses.length), slideId: slide.id, modelId: pick(modelIds), state: ended },
        ...{ lane: pick(LANES), priority: Math.floor(draw() * 101), meaning, threshold: pick([0.4, 0.5]) },
        score: ended === 'succeeded' && draw() < 0.95 ? score : null,
      });
    }
  }
  await enter(ownerUrl, tenantId, { slides, analyses });
  return { slides, analyses };
}

/** As a worker does it: the score first, then the end. */
async function enter(ownerUrl: string, tenantId: string, { slides, analyses }: EnteredDay): Promise<void> {
  await asOwner(
    ownerUrl,
    `INSERT INTO slides (id, tenant_id, name, size_bytes, sha256, blob_key, state, case_ref)
     SELECT id, $2, name, 1, encode(sha256(convert_to(id::text, 'UTF8')), 'hex'), 'none', state, "caseRef"
     FROM jsonb_to_recordset($1) AS (id uuid, name text, state text, "caseRef" text)`,
    [JSON.stringify(slides), tenantId],
  );
  await asOwner(
    ownerUrl,
    `INSERT INTO analyses (id, tenant_id, slide_id, model_id, parameters, lane, priority)
     SELECT id, $2, "slideId", "modelId", '{}', lane, priority
     FROM jsonb_to_recordset($1) AS (id uuid, "slideId" uuid, "modelId" uuid, lane text, priority integer)`,
    [JSON.stringify(analyses), tenantId],
  );
  const succeeded = JSON.stringify(analyses.filter(({ state }) => state === 'succeeded'));
  await asOwner(
    ownerUrl,
    `INSERT INTO scores (analysis_id, tenant_id, score, meaning, threshold)
     SELECT id, $2, score, meaning, threshold
     FROM jsonb_to_recordset($1) AS (id uuid, score double precision, meaning text, threshold double precision)`,
    [succeeded, tenantId],
  );
  await asOwner(
    ownerUrl,
    `UPDATE analyses a SET state = ended.state FROM jsonb_to_recordset($1) AS ended (id uuid, state text) WHERE a.id = ended.id`,
    [JSON.stringify(analyses)],
  );
  await asOwner(ownerUrl, 'ANALYZE');
}

/** A UUIDv7, later for larger numbers. */
function idAt(seed: number, n: number): string {
  const hex = (0x0190_0000_0000 + seed * 0x1_0000_0000 + n).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
