import { describeCreateAccounts } from './create-accounts.ts';
import { startProcessesTopology } from './topology/processes.ts';

describeCreateAccounts('separate processes and Kafka', startProcessesTopology);
