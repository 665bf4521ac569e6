import { requireArgument } from '../../../command.ts';

/** Parses JSON. Throws ARGUMENT_INVALID that names the file. */
export function parseJson(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    requireArgument(false, `${name} is no sound JSON`);
  }
}
