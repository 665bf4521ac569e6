import { NODE_LABELS, PATIENT_STAGES, patientStage } from '@gigascope/findings';
import { requireArgument } from '../../../command.ts';
import { type CsvRow, parseCsv } from './csv.ts';

/** A patient's stage twice: indices of PATIENT_STAGES. */
export interface StagedPatient {
  readonly patient: string;
  readonly truth: number;
  readonly predicted: number;
}

/**
 * Reads stages: CSV with truth, predicted and perhaps patient, a patient a row; or, when there is a column `slide`, the labels negative,
 * itc, micro or macro of each slide, five slides a patient, which are turned into stages.
 */
export function parseStageTable(text: string, name: string): StagedPatient[] {
  const { columns, rows } = parseCsv(text, ['truth', 'predicted'], name);
  if (columns.includes('slide')) return stagePatients(rows, columns, name);
  const patients = rows.map((row) => ({
    patient: row.cell('patient') ?? `line ${row.line}`,
    truth: PATIENT_STAGES.indexOf(wordAt(row, 'truth', PATIENT_STAGES, name)),
    predicted: PATIENT_STAGES.indexOf(wordAt(row, 'predicted', PATIENT_STAGES, name)),
  }));
  requireOnce(
    patients.map(({ patient }) => patient),
    `${name}: two rows of the patient`,
  );
  return patients;
}

function stagePatients(rows: readonly CsvRow[], columns: readonly string[], name: string): StagedPatient[] {
  requireArgument(columns.includes('patient'), `${name}: the header does not name patient`);
  requireOnce(
    rows.map((row) => `${row.cell('patient')} ${row.cell('slide')}`),
    `${name}: two rows of the slide`,
  );
  return [...Map.groupBy(rows, (row) => row.cell('patient') ?? '')].map(([patient, slides]) => {
    const stageBy = (column: 'truth' | 'predicted'): number => {
      const labels = slides.map((row) => wordAt(row, column, NODE_LABELS, name));
      requireArgument(
        labels.length === 5,
        `${name}: the patient ${patient} has ${labels.length} slides; a stage takes 5`,
      );
      return PATIENT_STAGES.indexOf(patientStage(labels));
    };
    return { patient, truth: stageBy('truth'), predicted: stageBy('predicted') };
  });
}

function wordAt<T extends string>(row: CsvRow, column: string, words: readonly T[], name: string): T {
  const text = row.cell(column) ?? '';
  const word = words.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
  requireArgument(
    word !== undefined,
    `${name}, line ${row.line}: ${column} is "${text}", not one of ${words.join(', ')}`,
  );
  return word;
}

function requireOnce(keys: readonly string[], fault: string): void {
  const twice = keys.find((key, k) => keys.indexOf(key) < k);
  requireArgument(twice === undefined, `${fault} ${twice}`);
}
