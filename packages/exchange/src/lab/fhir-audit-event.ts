import { ERRORS } from '@gigascope/contracts';
import { coding, type FhirElement, fhirText, identifier, OWN_SYSTEM } from './fhir-parts.ts';

/** Who asked for what, as the record keeps it. */
export interface AuditEntry {
  readonly seq: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string };
  /** The operation's id, such as getSlide. */
  readonly action: string;
  readonly objectType: string;
  /** Empty where the operation is about no single object. */
  readonly objectId: string;
  /** `asked`, which is recorded before the work is done, or the code of the error that it ended with. */
  readonly outcome: string;
  readonly requestId: string;
  /** Of this entry over the one before, hexadecimal. */
  readonly hash: string;
}

/** FHIR's letters by the verb that an operation's id begins with. */
const ACTIONS: readonly (readonly [RegExp, string])[] = [
  [/^(?:get|list|count|follow|search|export|download|describe|find|verify|preview|evaluate)/, 'R'],
  [/^(?:create|submit|upload|import|add|make)/, 'C'],
  [/^(?:delete|remove|revoke)/, 'D'],
  [/^(?:update|change|put|patch|set|edit|sign|amend|cancel)/, 'U'],
];

/** Writes an entry of the audit record as a FHIR R4 AuditEvent. */
export function fhirAuditEvent(entry: AuditEntry): FhirElement {
  const { actor } = entry;
  return {
    resourceType: 'AuditEvent',
    type: coding('audit-event-type', 'rest', 'RESTful Operation'),
    subtype: [{ system: `${OWN_SYSTEM}:operation`, code: codeOf(entry.action) }],
    action: ACTIONS.find(([verb]) => verb.test(entry.action))?.[1] ?? 'E',
    recorded: entry.at,
    ...outcomeOf(entry.outcome),
    agent: [
      {
        who: { identifier: identifier(`${OWN_SYSTEM}:${codeOf(actor.kind)}`, actor.id), display: fhirText(actor.name) },
        name: fhirText(actor.name),
        requestor: true,
      },
    ],
    source: { observer: { identifier: identifier(OWN_SYSTEM, 'gigascope'), display: 'gigascope' } },
    entity: [entityOf(entry)],
  };
}

/** An entry that was made before the work says nothing of how it ended, so it has no outcome code. */
function outcomeOf(outcome: string): FhirElement {
  const outcomeDesc = fhirText(outcome);
  if (outcome === 'asked') return { outcomeDesc };
  const status = Object.hasOwn(ERRORS, outcome) ? ERRORS[outcome as keyof typeof ERRORS].status : 500;
  return { outcome: status < 500 ? '4' : '8', outcomeDesc };
}

function entityOf({ objectType, objectId, requestId, seq, hash }: AuditEntry): FhirElement {
  const detail = [
    { type: 'request', valueString: fhirText(requestId) },
    { type: 'sequence', valueString: String(seq) },
    { type: 'hash', valueString: fhirText(hash) },
  ];
  const type = coding('audit-entity-type', '2', 'System Object');
  if (objectId === '') return { type, name: fhirText(objectType), detail };
  return { what: { identifier: identifier(`${OWN_SYSTEM}:${codeOf(objectType)}`, objectId) }, type, detail };
}

/** FHIR's codes hold no white space but single spaces inside; its URIs none. */
function codeOf(text: string): string {
  return fhirText(text).replaceAll(/\s+/g, '-');
}
