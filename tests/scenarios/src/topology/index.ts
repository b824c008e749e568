export { startStandaloneTopology } from './standalone.ts';
export { builtMain, endChild, startChild, type Child } from './child.ts';
export type { StartTopology, Topology } from './topology.ts';
