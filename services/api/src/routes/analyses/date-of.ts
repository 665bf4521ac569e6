/** An instant as the store takes it. */
export function dateOf(instant: string | undefined): Date | null {
  return instant === undefined ? null : new Date(instant);
}
