import type { CommandFactory } from '../command.ts';
import { analyzeCommand } from './analyze.ts';
import { backupCommand } from './backup.ts';
import { doctorCommand } from './doctor.ts';
import { evaluateCommand } from './evaluate/index.ts';
import { exportCommand } from './export.ts';
import { inspectCommand } from './inspect.ts';
import { keysCommand } from './keys/index.ts';
import { lesionsCommand } from './lesions.ts';
import { modelsCommand } from './models/index.ts';
import { phantomCommand } from './phantom.ts';
import { regionCommand } from './region.ts';
import { restoreCommand } from './restore.ts';
import { startCommand } from './start.ts';
import { upCommand } from './up.ts';
import { watchCommand } from './watch.ts';

/** Every command, in the order of the help. A new command is one file and one line here. */
export const commands: readonly CommandFactory[] = [
  startCommand,
  upCommand,
  keysCommand,
  backupCommand,
  restoreCommand,
  watchCommand,
  analyzeCommand,
  exportCommand,
  inspectCommand,
  regionCommand,
  lesionsCommand,
  modelsCommand,
  evaluateCommand,
  phantomCommand,
  doctorCommand,
];
