import { describeCrmConditions } from './crm-conditions.ts';
import { startStandaloneTopology } from './topology/standalone.ts';

describeCrmConditions('one process', startStandaloneTopology);
