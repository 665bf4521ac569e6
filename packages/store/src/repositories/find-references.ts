import { sql } from 'kysely';
import type { Tx } from '../connection.ts';
import type { SlideState } from '../rows.ts';

export interface References {
  /** Ids, SHA-256 hashes or names. */
  readonly slides: readonly string[];
  readonly models: readonly string[];
}

/** 'ambiguous': several slides have that name. */
export type SlideReference = { readonly id: string; readonly state: SlideState } | 'ambiguous';

export interface FoundReferences {
  /** By reference; what is not there is absent. */
  readonly slides: ReadonlyMap<string, SlideReference>;
  /** Ids of the newest versions by name. */
  readonly models: ReadonlyMap<string, string>;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HASH = /^[0-9a-f]{64}$/i;

interface Found {
  readonly reference: string;
  readonly id: string;
  readonly state: SlideState;
  readonly matches: number;
}

/**
 * Looks up what a list of slides and models means, thousands at once. Slides of the same bytes are one by their hash, the
 * newest that is ready; a name must be one slide's alone among those that are here to stay.
 */
export async function findReferences(tx: Tx, tenantId: string, asked: References): Promise<FoundReferences> {
  const slides = [...new Set(asked.slides)];
  const ids = slides.filter((reference) => ID.test(reference));
  const hashes = slides.filter((reference) => HASH.test(reference));
  const names = slides.filter((reference) => !ID.test(reference) && !HASH.test(reference));
  const { rows } = await sql<Found>`
    SELECT r.reference, s.id, s.state, 1 AS matches
    FROM unnest(${ids}::text[]) AS r (reference) JOIN slides s ON s.id = r.reference::uuid
    WHERE s.tenant_id = ${tenantId}
    UNION ALL
    SELECT r.reference, s.id, s.state, 1
    FROM unnest(${hashes}::text[]) AS r (reference) CROSS JOIN LATERAL (
      SELECT id, state FROM slides WHERE tenant_id = ${tenantId} AND sha256 = lower(r.reference)
      ORDER BY state = 'ready' DESC, id DESC LIMIT 1
    ) AS s
    UNION ALL
    (SELECT DISTINCT ON (r.reference) r.reference, s.id, s.state,
      (count(*) FILTER (WHERE s.state NOT IN ('rejected', 'deleting')) OVER (PARTITION BY r.reference))::integer
    FROM unnest(${names}::text[]) AS r (reference) JOIN (
      SELECT DISTINCT id, state, unnest(other_names || name) AS name FROM slides
      WHERE tenant_id = ${tenantId} AND duplicate_of IS NULL AND cardinality(${names}::text[]) > 0
    ) AS s ON s.name = r.reference
    ORDER BY r.reference, s.state = 'ready' DESC, s.id DESC)`.execute(tx);
  const models = await sql<{ name: string; id: string }>`
    SELECT DISTINCT ON (name) name, id FROM models WHERE name = ANY (${[...new Set(asked.models)]}::text[])
    ORDER BY name, id DESC`.execute(tx);
  return {
    slides: new Map(
      rows.map(({ reference, id, state, matches }) => [reference, matches > 1 ? 'ambiguous' : { id, state }]),
    ),
    models: new Map(models.rows.map(({ name, id }) => [name, id])),
  };
}
