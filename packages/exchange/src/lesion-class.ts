import type { Lesion, Rgb } from '@gigascope/contracts';

/** Names a pathologist reads, and colours of Okabe and Ito (2008), which colour-blind people tell apart. */
const CLASSES = {
  itc: { name: 'Isolated tumour cells', colour: [86, 180, 233] },
  micro: { name: 'Micrometastasis', colour: [230, 159, 0] },
  macro: { name: 'Macrometastasis', colour: [213, 94, 0] },
} as const satisfies Record<Lesion['sizeClass'], { name: string; colour: Rgb }>;

export function lesionClassName(sizeClass: Lesion['sizeClass']): string {
  return CLASSES[sizeClass].name;
}

/** Of all lesions' classes, by name. */
export const LESION_COLOURS: ReadonlyMap<string, Rgb> = new Map(
  Object.values(CLASSES).map(({ name, colour }) => [name, colour]),
);
