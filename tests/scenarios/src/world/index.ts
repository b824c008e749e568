export { givenTopology } from '../topology/given.ts';
export { givenCrm, type Crm } from './crm.ts';
export * from './world.ts';
