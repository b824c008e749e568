import { startStandaloneTopology } from './topology/standalone.ts';
import { describeSegmentNames } from './segment-names.ts';

describeSegmentNames('one process', startStandaloneTopology);
