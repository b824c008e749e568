import type { Topology } from './topology.ts';

/** A product that somebody else runs and ends, on a cluster for example. A scenario that kills has no business with it. */
export function givenTopology(url: string): () => Promise<Topology> {
  const refuse = () => Promise.reject(new Error(`The product at ${url} runs elsewhere: it cannot be killed from here.`));
  return async () => ({ url, kill: refuse, resume: refuse, stop: async () => undefined });
}
