import { isSignalboxError } from '@signalbox/kernel';

/** The answer, or undefined when the thing asked for is not there. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isSignalboxError(error) && error.kind === 'NotFound') return undefined;
    throw error;
  }
}
