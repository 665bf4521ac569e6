import { GigascopeError } from '@gigascope/contracts';

/** Most that a file of annotations may hold, so that all of it fits into some gigabytes of memory once it is read. */
const MOST_CHARACTERS = 1 << 27;
const MOST_ANNOTATIONS = 1_000_000;
const MOST_POINTS = 10_000_000;
/** Longest name or class. */
export const MOST_NAME_CHARACTERS = 500;
/** Pixels either way from the corner: no slide is as large. */
const FARTHEST = 1e9;

/** Refuses a file: ARGUMENT_INVALID whose detail says what is wrong with it. */
export function refuse(file: string, what: string): never {
  throw new GigascopeError('ARGUMENT_INVALID', `${file}: ${what}`);
}

/** Counts what a reader keeps, so that a hostile file is refused before it fills the memory. */
export class Allowance {
  readonly #file: string;
  #annotations = 0;
  #points = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    if (text.length > MOST_CHARACTERS) refuse(file, `longer than ${MOST_CHARACTERS} characters`);
  }

  takeAnnotation(): void {
    this.#annotations += 1;
    if (this.#annotations > MOST_ANNOTATIONS) refuse(this.#file, `more than ${MOST_ANNOTATIONS} annotations`);
  }

  takePoint(): void {
    this.#points += 1;
    if (this.#points > MOST_POINTS) refuse(this.#file, `more than ${MOST_POINTS} points`);
  }
}

export function isCoordinate(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= FARTHEST;
}
