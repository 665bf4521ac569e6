import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { evaluateKappa, PATIENT_STAGES } from '@gigascope/findings';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, type Outcome } from '../../command.ts';
import { describeFigure, ends } from './figures.ts';
import { parseStageTable } from './formats/stage-table.ts';

export const kappaCommand: CommandFactory = (run) =>
  newCommand('kappa', 'Quadratic-weighted kappa of patients’ pN stages, as in CAMELYON17.')
    .requiredOption(
      '--stages <csv>',
      'truth,predicted[,patient] with a stage a patient; or patient,slide,truth,predicted with negative, itc, micro or macro a slide',
    )
    .action(({ stages }: { stages: string }, command: Command) => run(command, () => evaluateStages(stages)));

async function evaluateStages(path: string): Promise<Outcome> {
  const patients = parseStageTable(await readFile(path, 'utf8'), basename(path));
  const { kappa, agreement, confusion, cases } = evaluateKappa(patients, PATIENT_STAGES.length);
  const rows = confusion.map(
    (row, k) => `  ${PATIENT_STAGES[k]?.padEnd(8)}${row.map((n) => `${n}`.padStart(9)).join('')}`,
  );
  return {
    json: {
      kappa: kappa.value,
      interval: ends(kappa.interval),
      agreement,
      patients: cases,
      stages: PATIENT_STAGES,
      confusion,
    },
    text: [
      `kappa  ${describeFigure(kappa)}  quadratic weights, ${cases} patients`,
      `${(100 * agreement).toFixed(1)} % have the true stage`,
      'true stage by predicted stage',
      `  ${''.padEnd(8)}${PATIENT_STAGES.map((stage) => stage.padStart(9)).join('')}`,
      ...rows,
      '',
    ].join('\n'),
  };
}
