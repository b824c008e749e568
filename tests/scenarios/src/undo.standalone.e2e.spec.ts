import { startStandaloneTopology } from './topology/standalone.ts';
import { describeUndo } from './undo.ts';

describeUndo('one process', startStandaloneTopology);
