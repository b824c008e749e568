/**
 * Asks the set-up of this jest run for a shared part, which starts it when it is the first to ask. Undefined outside jest
 * (no set-up). Rejects with the part's own reason when it cannot start.
 */
export async function sharedPart<T>(name: 'postgres' | 'kafka'): Promise<T | undefined> {
  const address = process.env.SIGNALBOX_TEST_PARTS;
  if (!address) return undefined;
  const response = await fetch(`${address}/${name}`, { signal: AbortSignal.timeout(300_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const answer = JSON.parse(text) as T & { error?: string };
  if (answer.error) throw new Error(answer.error);
  return answer;
}
