import type { Confidence, Decision } from '@gigascope/contracts';

/** What a reader says, in one edition. */
export interface Said {
  readonly confidence: Confidence | null;
  readonly comment: string;
  readonly decisions: ReadonlyMap<string, Decision>;
}

/** A field, or a finding's key. */
export type Subject = string;
/** null: nothing is said. */
export type Value = Decision | string | null;

/** Changes that the server does not have yet, the newest of each subject. */
export type Pending = ReadonlyMap<Subject, Value>;

export const CONFIDENCE = 'confidence';
export const COMMENT = 'comment';
export const NOTHING_SAID: Said = { confidence: null, comment: '', decisions: new Map() };
/** Below the API's 500, so that a batch of outlines stays small. */
const BATCH = 50;

export function wordOn({ confidence, comment, decisions }: Said, subject: Subject): Value {
  if (subject === CONFIDENCE) return confidence;
  if (subject === COMMENT) return comment;
  return decisions.get(subject) ?? null;
}

/** What is said once the changes are made. */
export function withChanges(said: Said, changes: Pending): Said {
  let { confidence, comment } = said;
  const decisions = new Map(said.decisions);
  for (const [subject, value] of changes) {
    if (subject === CONFIDENCE) confidence = value as Confidence | null;
    else if (subject === COMMENT) comment = typeof value === 'string' ? value : '';
    else if (value === null || typeof value === 'string') decisions.delete(subject);
    else decisions.set(subject, value);
  }
  return { confidence, comment, decisions };
}

/** What is sent next: the decisions first, then the fields. */
export interface Batch {
  readonly changes: Pending;
  readonly of: 'decisions' | 'fields';
}

export function nextBatch(pending: Pending): Batch | null {
  const isField = (subject: Subject): boolean => subject === CONFIDENCE || subject === COMMENT;
  const decisions = [...pending].filter(([subject]) => !isField(subject)).slice(0, BATCH);
  if (decisions.length > 0) return { of: 'decisions', changes: new Map(decisions) };
  const fields = [...pending].filter(([subject]) => isField(subject));
  return fields.length === 0 ? null : { of: 'fields', changes: new Map(fields) };
}

/** What is still to be sent after the server took `sent`: a subject that was changed again meanwhile stays. */
export function withoutSent(pending: Pending, sent: Pending): Pending {
  return new Map([...pending].filter(([subject, value]) => !sent.has(subject) || !sameValue(sent.get(subject), value)));
}

/** How own changes stand to a review that was changed elsewhere. */
export interface Difference {
  /** Subjects that both sides changed, to different values. */
  readonly both: readonly Subject[];
  /** All that changed there is what was sent from here, the answer to which was lost: nobody need be asked. */
  readonly isOwnEcho: boolean;
}

/** `base` is what both sides began with. */
export function differenceOf(base: Said, theirs: Said, pending: Pending): Difference {
  const subjects = new Set([CONFIDENCE, COMMENT, ...base.decisions.keys(), ...theirs.decisions.keys()]);
  const changed = [...subjects].filter((subject) => !sameValue(wordOn(base, subject), wordOn(theirs, subject)));
  const foreign = changed.filter(
    (subject) => !pending.has(subject) || !sameValue(pending.get(subject), wordOn(theirs, subject)),
  );
  return { both: foreign.filter((subject) => pending.has(subject)), isOwnEcho: foreign.length === 0 };
}

/** Whether two values say the same, whatever the order of their fields. */
export function sameValue(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
