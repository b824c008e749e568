import { describeSchedules } from './schedules.ts';
import { startStandaloneTopology } from './topology/standalone.ts';

describeSchedules('one process', startStandaloneTopology);
