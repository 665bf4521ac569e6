import { oneLine } from '../text/one-line.ts';
import type { Measure } from './measures.ts';

/** A FHIR resource or a part of one. */
export type FhirElement = { readonly [name: string]: unknown };

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
/** Of the codes and identifiers that are Gigascope's own. */
export const OWN_SYSTEM = 'urn:gigascope';

/** FHIR's strings hold no control characters and are never empty. */
export function fhirText(text: string): string {
  return oneLine(text) || '(none)';
}

export function coding(system: string, code: string, display: string): FhirElement {
  return { system: `${TERMINOLOGY}/${system}`, code, display };
}

export function ownConcept(code: string, text: string): FhirElement {
  return { coding: [{ system: `${OWN_SYSTEM}:measure`, code }], text: fhirText(text) };
}

export function identifier(system: string, value: string): FhirElement {
  return { system: fhirText(system).replaceAll(' ', ''), value: fhirText(value) };
}

/** A reference to what the laboratory calls by its own name; there is no resource to be fetched. */
export function logicalReference(type: string, of: FhirElement, display?: string): FhirElement {
  return { type, identifier: of, ...(display === undefined ? {} : { display: fhirText(display) }) };
}

/** The members of an Observation or a component that hold a measure's value, or say that there is none. */
export function valueMembers({ value, unit, reason }: Measure): FhirElement {
  if (value === null) {
    const unknown = coding('data-absent-reason', 'unknown', 'Unknown');
    return { dataAbsentReason: { coding: [unknown], ...(reason ? { text: fhirText(reason) } : {}) } };
  }
  if (typeof value === 'string') return { valueCodeableConcept: { text: fhirText(value) } };
  if (unit === undefined) return { valueInteger: value };
  const quantity = { value, system: 'http://unitsofmeasure.org', code: unit.ucum };
  return { valueQuantity: unit.text === '' ? quantity : { ...quantity, unit: unit.text } };
}
