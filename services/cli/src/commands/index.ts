import type { CommandFactory } from '../command.ts';

/** Every command by its name, in the order of the help. A new command is one file and one line here. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandFactory>>> = {
  start: async () => (await import('./start.ts')).startCommand,
  up: async () => (await import('./up.ts')).upCommand,
  keys: async () => (await import('./keys/index.ts')).keysCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  watch: async () => (await import('./watch.ts')).watchCommand,
  analyze: async () => (await import('./analyze.ts')).analyzeCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  region: async () => (await import('./region.ts')).regionCommand,
  lesions: async () => (await import('./lesions.ts')).lesionsCommand,
  models: async () => (await import('./models/index.ts')).modelsCommand,
  evaluate: async () => (await import('./evaluate/index.ts')).evaluateCommand,
  phantom: async () => (await import('./phantom.ts')).phantomCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
};

/** The command that these words ask for, or all: the code of the others would take half of a short command's time to load. */
export async function commandsFor(words: readonly string[]): Promise<readonly CommandFactory[]> {
  const name = words.find((word) => !word.startsWith('-'));
  const every = Object.entries(COMMANDS);
  const asked = every.filter(([each]) => each === name);
  return await Promise.all((asked.length === 0 ? every : asked).map(([, load]) => load()));
}
