const SEQUENCES: Readonly<Record<string, string>> = {
  '\\': '\\E\\',
  '|': '\\F\\',
  '^': '\\S\\',
  '&': '\\T\\',
  '~': '\\R\\',
};

/** Makes text safe inside an HL7 v2 component: delimiters become escape sequences (2.7 of the standard), line breaks spaces. */
export function hl7Escape(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\\|^&~]/g, (character) => SEQUENCES[character] ?? '');
}

/** `2026-01-02T03:04:05Z` as HL7's time stamp, in UTC. */
export function hl7Time(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}+0000`;
}
