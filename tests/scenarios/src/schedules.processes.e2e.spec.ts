import { describeSchedules } from './schedules.ts';
import { startProcessesTopology } from './topology/processes.ts';

describeSchedules('separate processes and Kafka', startProcessesTopology);
