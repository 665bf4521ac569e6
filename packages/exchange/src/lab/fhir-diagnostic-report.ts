import {
  coding,
  type FhirElement,
  fhirText,
  identifier,
  logicalReference,
  OWN_SYSTEM,
  ownConcept,
  valueMembers,
} from './fhir-parts.ts';
import { conclusionOf, type LabReport } from './lab-report.ts';
import { type MeasureGroup, measuresOf } from './measures.ts';
import { nameUuid } from './name-uuid.ts';

/** A report of thousands of lesions serves no reader; the others are in the exported files. */
export const MOST_REPORTED_LESIONS = 50;

/**
 * Writes an analysis as a FHIR R4 Bundle of type collection: a DiagnosticReport, its Observations and the Device that made
 * them. Preliminary until a review is signed, final after. Only what LOINC and HL7 surely name has their codes.
 */
export function fhirDiagnosticReport(report: LabReport, mostLesions = MOST_REPORTED_LESIONS): FhirElement {
  const url = (name: string): string => `urn:uuid:${nameUuid(`${report.analysisId}/${name}`)}`;
  const groups = measuresOf(report, mostLesions);
  const entries: [string, FhirElement][] = [
    [
      'report',
      diagnosticReport(
        report,
        groups.map(({ key }) => ({ reference: url(key) })),
        mostLesions,
      ),
    ],
    ...groups.map((group): [string, FhirElement] => [group.key, observation(report, group, url('device'))]),
    ['device', device(report)],
  ];
  return {
    resourceType: 'Bundle',
    type: 'collection',
    identifier: identifier('urn:ietf:rfc:3986', url('bundle')),
    timestamp: issuedOf(report),
    entry: entries.map(([name, resource]) => ({ fullUrl: url(name), resource })),
  };
}

function issuedOf({ review, finishedAt }: LabReport): string {
  return review?.signedAt ?? finishedAt;
}

function diagnosticReport(report: LabReport, results: readonly FhirElement[], mostLesions: number): FhirElement {
  const { analysisId, references, review } = report;
  return {
    resourceType: 'DiagnosticReport',
    identifier: [identifier(`${OWN_SYSTEM}:analysis`, analysisId)],
    ...caseOf(report),
    status: statusOf(report),
    category: [{ coding: [coding('v2-0074', 'SP', 'Surgical Pathology')] }],
    code: {
      coding: [{ system: 'http://loinc.org', code: '11526-1', display: 'Pathology study' }],
      text: fhirText(`Computed findings on the slide ${report.slideName}`),
    },
    ...subjectOf(report),
    effectiveDateTime: report.finishedAt,
    issued: issuedOf(report),
    ...(review === null ? {} : { resultsInterpreter: [reviewerOf(report.references.system, review.reviewer)] }),
    ...(references.block === null ? {} : { specimen: [specimenOf(references.system, references.block)] }),
    ...(results.length === 0 ? {} : { result: results }),
    conclusion: fhirText(conclusionOf(report, mostLesions)),
  };
}

function observation(report: LabReport, group: MeasureGroup, deviceUrl: string): FhirElement {
  const { references } = report;
  const components = group.parts.map((part) => ({ code: ownConcept(part.code, part.text), ...valueMembers(part) }));
  return {
    resourceType: 'Observation',
    status: statusOf(report),
    category: [{ coding: [coding('observation-category', 'laboratory', 'Laboratory')] }],
    code: ownConcept(group.code, group.text),
    ...subjectOf(report),
    effectiveDateTime: report.finishedAt,
    issued: issuedOf(report),
    ...valueMembers(group),
    ...(group.key === 'score' ? interpretationOf(report.result.positive) : {}),
    ...(references.block === null ? {} : { specimen: specimenOf(references.system, references.block) }),
    device: { reference: deviceUrl },
    ...(components.length === 0 ? {} : { component: components }),
  };
}

function device({ result: { model, stamp } }: LabReport): FhirElement {
  return {
    resourceType: 'Device',
    identifier: [identifier(`${OWN_SYSTEM}:model-sha256`, stamp.modelSha256)],
    deviceName: [{ name: fhirText(model.name), type: 'model-name' }],
    version: [{ value: fhirText(model.version) }],
    type: { text: `Neural network, run by gigascope ${fhirText(stamp.codeVersion)}` },
  };
}

function statusOf({ review }: LabReport): 'preliminary' | 'final' {
  return review === null ? 'preliminary' : 'final';
}

function interpretationOf(positive: boolean | null): FhirElement {
  if (positive === null) return {};
  const system = 'v3-ObservationInterpretation';
  const called = positive ? coding(system, 'POS', 'Positive') : coding(system, 'NEG', 'Negative');
  return { interpretation: [{ coding: [called] }] };
}

function subjectOf({ references: { system, patientPseudonym } }: LabReport): FhirElement {
  if (patientPseudonym === null) return {};
  return { subject: logicalReference('Patient', identifier(system, patientPseudonym)) };
}

function caseOf({ references }: LabReport): FhirElement {
  if (references.case === null) return {};
  const accession = { coding: [coding('v2-0203', 'ACSN', 'Accession ID')] };
  const named = { type: accession, ...identifier(references.system, references.case) };
  return { basedOn: [logicalReference('ServiceRequest', named)] };
}

function specimenOf(system: string, block: string): FhirElement {
  return logicalReference('Specimen', identifier(system, block));
}

function reviewerOf(system: string, { id, name }: { readonly id: string; readonly name: string }): FhirElement {
  return logicalReference('Practitioner', identifier(system, id), name);
}
