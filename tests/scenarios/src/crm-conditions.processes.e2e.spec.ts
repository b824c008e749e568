import { describeCrmConditions } from './crm-conditions.ts';
import { startProcessesTopology } from './topology/processes.ts';

describeCrmConditions('separate processes and Kafka', startProcessesTopology);
