/** The `gigascope` command: parses the line, runs one command, prints its outcome, exits 0 only on success. */
import { type GigascopeError, toGigascopeError } from '@gigascope/contracts';
import { type Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { newCommand, type Runner } from './command.ts';
import { commandsFor } from './commands/index.ts';

const EXIT_FAILURE = 1;
/** What shells use for a command that Ctrl-C ended: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

const wantsJson = process.argv.includes('--json');

function printError(error: GigascopeError): void {
  if (wantsJson) process.stdout.write(`${JSON.stringify({ error: error.toJSON() })}\n`);
  else process.stderr.write(`gigascope: ${error.code}: ${error.message}\n`);
}

const run: Runner = async (_command, action) => {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { json, text, failed } = await action(interrupt.signal);
    process.stdout.write(wantsJson ? `${JSON.stringify(json)}\n` : text);
    process.exitCode = failed === true ? EXIT_FAILURE : 0;
  } catch (cause) {
    const error = toGigascopeError(cause);
    printError(error);
    process.exitCode = interrupt.signal.aborted ? EXIT_INTERRUPTED : EXIT_FAILURE;
  }
};

/** Has usage errors thrown instead of ending the process, so that --json can report them. */
function throwUsageErrors(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: (text) => void (wantsJson || process.stderr.write(text)) });
  for (const child of command.commands) throwUsageErrors(child);
}

const program = newCommand('gigascope', 'Reads gigapixel pathology slides with neural networks.')
  .version(manifest.version)
  .showHelpAfterError('(add --help for the options)');
for (const create of await commandsFor(process.argv.slice(2))) program.addCommand(create(run));
throwUsageErrors(program);

try {
  await program.parseAsync();
} catch (cause) {
  if (!(cause instanceof CommanderError)) throw cause;
  process.exitCode = cause.exitCode;
  if (cause.exitCode !== 0 && wantsJson) {
    const error = { code: 'ARGUMENT_INVALID', message: cause.message };
    process.stdout.write(`${JSON.stringify({ error })}\n`);
  }
}
