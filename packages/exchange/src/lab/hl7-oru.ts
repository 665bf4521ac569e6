import { createHash } from 'node:crypto';
import { MOST_REPORTED_LESIONS } from './fhir-diagnostic-report.ts';
import { hl7Time, hl7Escape as text } from './hl7-escape.ts';
import { conclusionOf, type LabReport } from './lab-report.ts';
import { type Measure, measuresOf } from './measures.ts';

export interface Hl7Options {
  /** ISO 8601 in UTC. */
  readonly sentAt: string;
  /** Sender and receiver, as the laboratory's interface engine calls them. */
  readonly sendingFacility?: string;
  readonly receivingApplication?: string;
  readonly receivingFacility?: string;
  /** P: for work with patients; T: for trying the line out. */
  readonly processing?: 'P' | 'T';
  readonly mostLesions?: number;
}

/** Of our own codes; HL7 keeps names that begin with 99 free for such. */
const OWN_CODES = '99GSC';

/**
 * Writes an analysis as an HL7 v2.5.1 message ORU^R01 in UTF-8, segments ending in CR: one OBX for each value, grouped by
 * OBX-4. The patient is a pseudonym, with a name of type S (coded pseudo-name) that is empty. Status P until a review is signed, F after.
 */
export function hl7Oru(report: LabReport, options: Hl7Options): string {
  const mostLesions = options.mostLesions ?? MOST_REPORTED_LESIONS;
  const segments = [
    msh(report, options),
    pid(report),
    obr(report),
    ...nte(conclusionOf(report, mostLesions)),
    ...obxs(report, mostLesions),
    ...spm(report),
  ];
  return segments.map((fields) => `${fields.join('|')}\r`).join('');
}

type Fields = readonly string[];

function msh({ analysisId, review }: LabReport, options: Hl7Options): Fields {
  const { sentAt, sendingFacility = '', receivingApplication = '', receivingFacility = '' } = options;
  // MSH-10 has 20 characters; the same report sent at the same time is the same message.
  const control = createHash('sha256').update(`${analysisId} ${sentAt} ${review?.signedAt}`).digest('hex').slice(0, 20);
  return [
    'MSH',
    '^~\\&',
    'GIGASCOPE',
    ...[sendingFacility, receivingApplication, receivingFacility].map(text),
    hl7Time(sentAt),
    '',
    'ORU^R01^ORU_R01',
    control,
    options.processing ?? 'P',
    '2.5.1',
    ...['', '', 'AL', 'NE', '', 'UNICODE UTF-8'],
  ];
}

function pid({ references: { system, patientPseudonym } }: LabReport): Fields {
  const name = text(patientPseudonym ?? 'UNKNOWN');
  return ['PID', '1', '', `${name}^^^${authority(system)}^ANON`, '', '^^^^^^S'];
}

/** A laboratory's URI as HL7's type HD, which tells OIDs from other names. */
function authority(system: string): string {
  const [, oid] = /^urn:oid:([\d.]+)$/.exec(system) ?? [];
  return oid === undefined ? `&${text(system)}&URI` : `&${oid}&ISO`;
}

function obr(report: LabReport): Fields {
  const { references, analysisId, finishedAt, review } = report;
  const fields = new Array<string>(33).fill('');
  fields[0] = 'OBR';
  fields[1] = '1';
  fields[2] = text(references.case ?? '');
  fields[3] = `${text(analysisId)}^GIGASCOPE`;
  fields[4] = '11526-1^Pathology study^LN';
  fields[7] = hl7Time(finishedAt);
  fields[22] = hl7Time(review?.signedAt ?? finishedAt);
  fields[24] = 'SP';
  fields[25] = statusOf(report);
  if (review !== null) fields[32] = `${text(review.reviewer.id)}&${text(review.reviewer.name)}`;
  while (fields.at(-1) === '') fields.pop();
  return fields;
}

function obxs(report: LabReport, mostLesions: number): Fields[] {
  const lines: Fields[] = [];
  for (const group of measuresOf(report, mostLesions)) {
    const { positive } = report.result;
    const flag = group.key !== 'score' || positive === null ? '' : positive ? 'A' : 'N';
    lines.push(obx(report, lines.length + 1, { measure: group, subId: group.key, flag }));
    for (const part of group.parts)
      lines.push(obx(report, lines.length + 1, { measure: part, subId: group.key, flag: '' }));
  }
  return lines;
}

interface Obx {
  readonly measure: Measure;
  readonly subId: string;
  readonly flag: string;
}

function obx(report: LabReport, setId: number, { measure, subId, flag }: Obx): Fields {
  const { code, value, unit } = measure;
  const { model } = report.result;
  return [
    'OBX',
    String(setId),
    typeof value === 'string' ? 'ST' : 'NM',
    `${text(code)}^${text(measure.text)}^${OWN_CODES}`,
    text(subId),
    value === null ? '' : text(String(value)),
    unit === undefined ? '' : `${text(unit.ucum)}^${text(unit.text)}^UCUM`,
    '',
    flag,
    '',
    '',
    value === null ? 'X' : statusOf(report),
    '',
    '',
    hl7Time(report.finishedAt),
    '',
    '',
    `${text(model.name)}^${text(`${model.name} ${model.version}`)}^${OWN_CODES}`,
  ];
}

function nte(comment: string): Fields[] {
  return comment === '' ? [] : [['NTE', '1', 'L', text(comment)]];
}

function spm({ references: { block } }: LabReport): Fields[] {
  return block === null ? [] : [['SPM', '1', `^${text(block)}`, '', 'TISS^Tissue^HL70487']];
}

function statusOf({ review }: LabReport): 'P' | 'F' {
  return review === null ? 'P' : 'F';
}
