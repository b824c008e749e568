import { startProcessesTopology } from './topology/processes.ts';
import { describeSegmentNames } from './segment-names.ts';

describeSegmentNames('separate processes and Kafka', startProcessesTopology);
