import type { en } from './en/index.ts';

/** The keys of the English texts; a language may leave out the singular form where it has none. */
type Same<T> = {
  readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Same<T[K]>;
};
export type Words = Same<typeof en>;
