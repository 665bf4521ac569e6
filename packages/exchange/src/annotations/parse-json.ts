import { refuse } from './limits.ts';

/** Parses JSON, with or without a byte order mark. Throws ARGUMENT_INVALID. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    return refuse(file, `no sound JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
