/** Which cases are resampled together. */
export interface Groups {
  /** Per case the index of its group. */
  readonly groupOf: Uint32Array;
  readonly count: number;
}

/** Numbers groups (a patient, a slide, a mosaic) in the order in which they are met; a case without one stands for itself. */
export function indexGroups(names: readonly (string | undefined)[]): Groups {
  const indices = new Map<string, number>();
  const groupOf = Uint32Array.from(names, (name, k) => {
    const key = name === undefined ? `case ${k}` : `group ${name}`;
    const index = indices.get(key) ?? indices.size;
    indices.set(key, index);
    return index;
  });
  return { groupOf, count: indices.size };
}
