import { startProcessesTopology } from './topology/processes.ts';
import { describeUndo } from './undo.ts';

describeUndo('separate processes and Kafka', startProcessesTopology);
