import { GigascopeError } from '@gigascope/contracts';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';

/** What a command gives back: `json` for --json, `text` for people; a thrown error becomes exit code 1. */
export interface Outcome {
  readonly json: unknown;
  readonly text: string;
  /** Set when part of the work failed although there is something to print. */
  readonly failed?: boolean;
}

/** One command of `gigascope`, added to the program by the registry in commands/index.ts. */
export type CommandFactory = (run: Runner) => Command;

/** Runs a command's action and prints its outcome. */
export type Runner = (command: Command, action: (signal: AbortSignal) => Promise<Outcome>) => Promise<void>;

/** Parses one option by a zod schema, so that the message names what is allowed. */
export function parsedBy<T>(schema: z.ZodType<T>): (text: string) => T {
  return (text) => {
    const parsed = schema.safeParse(text);
    if (!parsed.success) throw new InvalidArgumentError(z.prettifyError(parsed.error));
    return parsed.data;
  };
}

export const positive = parsedBy(z.coerce.number().positive());
export const positiveInt = parsedBy(z.coerce.number().int().positive());
export const nonNegativeInt = parsedBy(z.coerce.number().int().nonnegative());
export const anyInt = parsedBy(z.coerce.number().int());
export const share = parsedBy(z.coerce.number().min(0).max(1));
export const percent = parsedBy(z.coerce.number().min(0).max(100));

export function oneOf<const T extends string>(...values: T[]): (text: string) => T {
  return parsedBy(z.enum(values)) as (text: string) => T;
}

export function requireArgument(condition: boolean, detail: string): asserts condition {
  if (!condition) throw new GigascopeError('ARGUMENT_INVALID', detail);
}

export function newCommand(name: string, description: string): Command {
  return new Command(name).description(description).option('--json', 'print the result as JSON on standard output');
}
