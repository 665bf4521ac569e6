import { CLASS_COLOURS, classColours, type Rgb } from '@gigascope/contracts';
import type { ExportSource } from './export-source.ts';
import type { Finding } from './findings.ts';
import { LESION_COLOURS } from './lesion-class.ts';

const [OTHER = [0, 0, 0]] = CLASS_COLOURS;

/** Tells the colour of each of an analysis's findings, as all its pictures show it; a segmenting model's background has none. */
export function findingColours({ model, result }: ExportSource): (finding: Pick<Finding, 'kind' | 'class'>) => Rgb {
  const colours = classColours(result.task === 'segment' ? model.classes.slice(1) : model.classes);
  return ({ kind, class: name }) => (kind === 'lesion' ? LESION_COLOURS : colours).get(name) ?? OTHER;
}
