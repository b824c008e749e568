/** Jest's global teardown: ends the shared parts that the run started. */
export default async function teardown() {
  await globalThis.__signalboxTestParts?.();
}
