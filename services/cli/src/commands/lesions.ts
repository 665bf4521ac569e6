import { readFile } from 'node:fs/promises';
import { NMS_FORMS, type NmsFormName, type ProbabilityMap, readNpy } from '@gigascope/findings';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, oneOf, positive, requireArgument, share } from '../command.ts';

interface LesionsOptions {
  readonly form: NmsFormName;
  readonly radius?: number;
  readonly threshold?: number;
  readonly cell: number;
}

export const lesionsCommand: CommandFactory = (run) =>
  newCommand('lesions', 'Finds lesion points in a heatmap by non-maximum suppression; CSV on standard output.')
    .argument('<heatmap>', '.npy, float, [rows, columns]')
    .option('--form <form>', 'disc | ncrf', oneOf('disc', 'ncrf'), 'disc')
    .option('--radius <cells>', 'radius of suppression in cells', positive)
    .option('--threshold <p>', 'probability from which a point is reported', share)
    .requiredOption('--cell <px>', 'side of a cell in level-0 pixels', positive)
    .action((path: string, options: LesionsOptions, command: Command) =>
      run(command, async () => {
        const map = toMap(readNpy(await readFile(path)));
        const form = NMS_FORMS[options.form];
        const points = form.find(map, {
          radiusCells: options.radius ?? form.defaults.radiusCells,
          threshold: options.threshold ?? form.defaults.threshold,
        });
        return { json: { form: options.form, points }, text: form.toCsv(points, options.cell) };
      }),
    );

function toMap({ shape, data }: ReturnType<typeof readNpy>): ProbabilityMap {
  const [rows, columns] = shape;
  requireArgument(
    shape.length === 2 && rows !== undefined && columns !== undefined && !(data instanceof Uint8Array),
    'the heatmap is a float array of two dimensions',
  );
  return { rows, columns, values: data };
}
