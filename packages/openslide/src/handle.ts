import { callAsync } from './async-call.ts';
import { OpenSlideError } from './error.ts';
import type { Native, NativeFunction, Pointer } from './native.ts';

/**
 * Owns one `openslide_t *`: hands it to no call after close, and frees it only when no call holds it any more.
 *
 * libopenslide latches the first error of a slide, so the error is read after each call and thrown with the name of
 * the function that met it.
 */
export class SlideHandle {
  readonly native: Native;
  readonly path: string;
  readonly #pointer: Pointer;
  #inFlightCount = 0;
  #isClosing = false;
  readonly #freed: Promise<void>;
  #markFreed: () => void = () => {};

  constructor(native: Native, path: string, pointer: Pointer) {
    this.native = native;
    this.path = path;
    this.#pointer = pointer;
    this.#freed = new Promise((resolve) => {
      this.#markFreed = resolve;
    });
  }

  get isClosed(): boolean {
    return this.#isClosing;
  }

  /** Throws CLOSED once close was asked for. */
  assertOpen(functionName: string): void {
    if (this.#isClosing) throw new OpenSlideError('CLOSED', functionName, `the slide is closed: ${this.path}`);
  }

  /** Calls on this thread. */
  call<Arguments extends readonly unknown[], Result>(
    functionName: string,
    nativeFunction: NativeFunction<[Pointer, ...Arguments], Result>,
    ...args: Arguments
  ): Result {
    this.assertOpen(functionName);
    const result = nativeFunction(this.#pointer, ...args);
    this.#throwLatchedError(functionName);
    return result;
  }

  /** Calls on another thread and holds the native slide until that call is over. */
  async callAsync<Arguments extends readonly unknown[], Result>(
    functionName: string,
    nativeFunction: NativeFunction<[Pointer, ...Arguments], Result>,
    ...args: Arguments
  ): Promise<Result> {
    this.assertOpen(functionName);
    this.#inFlightCount += 1;
    try {
      const result = await callAsync(nativeFunction, this.#pointer, ...args);
      this.#throwLatchedError(functionName);
      return result;
    } finally {
      this.#inFlightCount -= 1;
      if (this.#isClosing) this.#freeWhenIdle();
    }
  }

  /** Refuses further calls at once and frees the slide as soon as the calls in flight are over. Idempotent. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#freeWhenIdle();
  }

  /** Resolves when the native slide has been freed. */
  get freed(): Promise<void> {
    return this.#freed;
  }

  #freeWhenIdle(): void {
    if (this.#inFlightCount > 0) return;
    this.native.core.close(this.#pointer);
    this.#markFreed();
  }

  #throwLatchedError(functionName: string): void {
    const message = this.native.core.getError(this.#pointer);
    if (message !== null) throw new OpenSlideError('NATIVE_ERROR', functionName, `${message} (${this.path})`);
  }
}
