import { OpenSlideError } from 'node-openslide';

/** Returns the OpenSlideError that `act` throws; anything else fails the test. */
export function errorOf(act: () => unknown): OpenSlideError {
  try {
    act();
  } catch (error) {
    if (error instanceof OpenSlideError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Returns the OpenSlideError that `promise` rejects with; anything else fails the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<OpenSlideError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OpenSlideError) return error;
    throw error;
  }
  throw new Error('nothing was rejected');
}
