export { startStandalone, type RunningStandalone, type StandaloneOptions } from './shape/start-standalone.ts';
export { emptyDataFolder, openDataFolder, type DataFolder } from './shape/data-folder.ts';
export { Api } from './demo/api.ts';
export { firstSignIn } from './demo/sign-in.ts';
export type { PlanView, RunView } from './demo/types.ts';
export { freePorts } from './shape/free-ports.ts';
