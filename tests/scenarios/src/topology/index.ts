export { startStandaloneTopology } from './standalone.ts';
export type { StartTopology, Topology } from './topology.ts';
