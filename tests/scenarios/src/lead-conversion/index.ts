export { keptOf, type CrmStage, type LeadTrouble } from './crm-stage.ts';
export { dynamicsStage } from './dynamics-stage.ts';
export { LeadsWorld } from './leads-world.ts';
export { salesforceStage } from './salesforce-stage.ts';
